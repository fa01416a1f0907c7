"""The command line: one file a command."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from harness import __version__
from harness.cli import run, serve
from harness.errors import FileError, SetupError

app = typer.Typer(
    name="sipdomain",
    help="A local stand-in for a Twilio SIP Domain: real SIP, real webhooks, real audio; no account.",
    epilog="First call: sipdomain serve --voice-url http://127.0.0.1:5000/voice --user alice",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
app.command("serve")(serve.serve)
app.command("run")(run.run)


def _version(value: bool) -> None:
    if value:
        print(f"sipdomain {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A local stand-in for a Twilio SIP Domain: real SIP, real webhooks, real audio; no account."""


def main() -> None:
    """Run the command line; a wrong file or a port in use ends with one clear message and exit code 2."""
    try:
        app()
    except (FileError, SetupError) as error:
        text = str(error)
        print(text if text.startswith("error:") else f"error: {text}", file=sys.stderr)
        sys.exit(2)
