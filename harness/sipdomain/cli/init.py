"""`sipdomain init`: write a first project that runs."""

from __future__ import annotations

import shlex
import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

import typer
import yaml

from sipdomain.cli.addresses import parse_url
from sipdomain.cli.labels import about
from sipdomain.cli.new_files import write_new
from sipdomain.cli.report_files import refuse_output
from sipdomain.errors import SetupError
from sipdomain.scenario.schema import FILE as SCHEMA, schema_text
from sipdomain.twilio.store import checks

_TEMPLATES: Final = "templates"
_URL_IN_TEMPLATE: Final = '"${voice_url}"'


def init(
    folder: Annotated[Path, typer.Argument(help="Where to; this folder by default.")] = Path(),
    pytest: Annotated[bool, typer.Option("--pytest", help="Add a test in Python, with a fixture.")] = False,
    github: Annotated[bool, typer.Option("--github", help="Add a workflow for GitHub Actions.")] = False,
    gitlab: Annotated[bool, typer.Option("--gitlab", help="Add a file for GitLab CI.")] = False,
    voice_url: Annotated[
        str,
        typer.Option(
            help="Call this URL of an application of your own; by default one with Flask is written."
        ),
    ] = "",
) -> None:
    """Write a first project that runs: scenarios, a webhook application, a file for CI. No file is ever replaced."""
    refuse_output(folder, "FOLDER")
    if voice_url and pytest:
        raise SetupError("--pytest tests an application in this process; leave out --voice-url, or --pytest")
    wanted = _of_your_own(voice_url) if voice_url else _with_flask()
    wanted[SCHEMA] = schema_text().encode("utf-8")
    if pytest:
        wanted |= {"conftest.py": _template("conftest.py"), "test_menu.py": _template("test_menu.py")}
    if github:
        wanted[".github/workflows/calls.yml"] = _for_ci("github.yml", pytest=pytest, voice_url=voice_url)
    if gitlab:
        wanted[".gitlab-ci.yml"] = _for_ci("gitlab-ci.yml", pytest=pytest, voice_url=voice_url)
    written, kept = write_new(folder, wanted)
    for name in written:
        typer.echo(f"written   {folder / name}")
    for name in kept:
        typer.echo(f"kept      {folder / name}   (it was there before)")
    typer.echo("\nWhat next:")
    lines = _next(folder, pytest=pytest, voice_url=voice_url)
    width = max(len(command) for command, _ in lines)
    for command, purpose in lines:
        typer.echo(f"  {command:{width}}   {purpose}".rstrip())


def _with_flask() -> dict[str, bytes]:
    names = ("app.py", "a-wrong-password.scenario.yaml", "menu.scenario.yaml")
    return {name: _template(name) for name in names}


def _of_your_own(voice_url: str) -> dict[str, bytes]:
    """Return a scenario of an application.

    Raises:
        SetupError: No domain takes its URL.
    """
    parse_url(voice_url, "--voice-url", "http://127.0.0.1:5000/voice")
    with about("--voice-url"):
        checks.url(voice_url, name="--voice-url")
    # As it is sent too (RFC 3986): within a file, `${` begins a placeholder.
    url = voice_url.replace("${", "$%7B")
    quoted = yaml.safe_dump(url, default_style='"', width=sys.maxsize).strip()
    text = _template("own.scenario.yaml").decode("utf-8")
    return {"my-app.scenario.yaml": text.replace(_URL_IN_TEMPLATE, quoted).encode("utf-8")}


def _for_ci(name: str, *, pytest: bool, voice_url: str) -> bytes:
    """Return a file for CI with the lines that hold here: others begin with the word that they hold for, and an @."""
    holds = {"pytest": pytest, "elsewhere": bool(voice_url)}
    lines = []
    for line in _template(name).decode("utf-8").splitlines(keepends=True):
        condition, at, rest = line.partition("@ ")
        if not at or condition not in holds:
            lines.append(line)
        elif holds[condition]:
            lines.append(rest.replace("VOICE_URL", voice_url))
    return "".join(lines).encode("utf-8")


def _template(name: str) -> bytes:
    return files("sipdomain.cli").joinpath(_TEMPLATES, f"{name}.txt").read_bytes()


def _next(folder: Path, *, pytest: bool, voice_url: str) -> list[tuple[str, str]]:
    """Return the next commands, each with what it is for."""
    lines = [] if folder.resolve() == Path.cwd() else [(f"cd {shlex.quote(str(folder))}", "")]
    if voice_url:
        return [
            *lines,
            ("sipdomain run .", "calls your application, which has to run"),
            (f"sipdomain call --voice-url {shlex.quote(voice_url)}", "one call, and all that it shows"),
        ]
    lines += [
        ("sipdomain run .", "calls app.py over real sockets, and shows a ladder"),
        ("sipdomain run . --net sim", "the same in virtual time, in less than a second"),
    ]
    if pytest:
        lines.append(("python -m pytest", "the scenarios and test_menu.py"))
    return lines
