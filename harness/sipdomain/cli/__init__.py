"""The command line: one file a command, imported when it is asked for."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from collections.abc import Callable
from contextlib import nullcontext
from typing import Annotated, Any, Final

import typer

from sipdomain import __version__
from sipdomain.cli.standard_streams import write_error
from sipdomain.errors import FileError, SetupError
from sipdomain.mask import masking, printable_lines
from sipdomain.runtime.outlets import Outlets, repair_standard_streams

COMMANDS: Final = {
    "demo": "Show it all in ten seconds: a call, its ladder, what was heard, and what to do next.",
    "init": "Write a first project that runs: a scenario, a webhook application, a file for CI.",
    "serve": "Run the emulator until SIGTERM, SIGHUP or Ctrl-C; calls are then ended with BYE.",
    "run": "Play scenario files, live or in virtual time.",
    "chaos": "Play a scenario under many seeds of faults that it must survive, and find the fewest that break it.",
    "scenarios": "List the examples that come with the program, or copy them to a folder of your own.",
    "call": "Place one call with the phone that is built in, and print its ladder and its webhook's requests.",
    "audit": "Attack a SIP server of your own, and say what to change.",
    "qa": "Grade a PBX that calls a SIP domain, and say what to change.",
    "bot": "Call a voice bot with a table of turns, grade what the caller hears, and say what to change.",
    "lint": "Check scenario files, TwiML, and configurations of PBXs: what is refused, and mistakes that people make.",
    "schema": "Print the JSON Schema of a scenario file, by which editors complete and check.",
    "config": "Check a configuration file, convert between it and a state file, or write the configuration of a PBX.",
    "certificates": "Make a certificate authority that phones can trust, and export it.",
    "allowlist": "Print the provider's addresses and ports, or check a firewall for them.",
    "ladder": "Print the ladder of a call as text, SVG, Mermaid or Markdown, for a ticket.",
    "explain": "Say what went wrong in a capture, a journal or a call of a running emulator, and what to change.",
    "record": "Make a scenario of a call in a capture or a journal, with the ladder to expect.",
    "completion": "Print a script with which bash, zsh or fish completes commands and options.",
}
"""Each command is the function of its name in the module of its name."""


def _version(value: bool) -> None:
    if value:
        print(f"sipdomain {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A local stand-in for a Twilio SIP Domain: real SIP, real webhooks, real audio; no account."""


def application(arguments: list[str]) -> typer.Typer:
    """Return the application for these arguments: `serve` does not wait for what `run` imports."""
    app = typer.Typer(
        name="sipdomain",
        epilog="Begin with: sipdomain demo",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        add_completion=False,
    )
    app.callback()(_options)
    for name, purpose in COMMANDS.items():
        wanted = name in arguments[:1]
        command: Callable[..., Any] = _command(name) if wanted else _unasked
        app.command(name, cls=_class() if wanted else None, short_help=purpose)(command)
    return app


def _command(name: str) -> Callable[..., Any]:
    # What is imported stays: looking through it for cycles, again and again as it grows, takes a fifth of the start.
    gc.disable()
    try:
        module = importlib.import_module(f"sipdomain.cli.{name}")
    finally:
        gc.freeze()
        gc.enable()
    command: Callable[..., Any] = getattr(module, name)
    return command


def _class() -> Any:
    return importlib.import_module("sipdomain.cli.command").Command


def _unasked() -> None:
    """Stand for a command in the list of commands."""


def _arguments() -> list[str]:
    """Return the arguments, or, where a shell asks what may stand next, the words that are being typed."""
    if "_SIPDOMAIN_COMPLETE" not in os.environ:
        return sys.argv[1:]
    completing: Any = importlib.import_module("sipdomain.cli.completion")
    words: list[str] = completing.words_to_complete(os.environ)
    return words


def main() -> None:
    """Run the command line; a wrong file or a port in use ends with one clear message and exit code 2."""
    repair_standard_streams()
    # Others wait for who reads them, as programs do; the emulator has calls to attend to.
    with Outlets() if sys.argv[1:2] == ["serve"] else nullcontext():
        try:
            application(_arguments())(prog_name="sipdomain")
        except (FileError, SetupError) as error:
            text = str(error)
            # It may quote a file, an URL or a peer.
            said = printable_lines(masking(())(text if text.startswith("error:") else f"error: {text}"))
            write_error(said)
            sys.exit(2)
