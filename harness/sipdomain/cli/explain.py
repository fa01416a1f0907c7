"""`sipdomain explain`: ask a running emulator what it decided on a call's requests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer

from sipdomain.cli.journal_source import journal_rows
from sipdomain.cli.secret_files import secret_of
from sipdomain.entries import Alert, Announced, AudioMeasured, Decision
from sipdomain.errors import SetupError
from sipdomain.report.explain import explain as in_words
from sipdomain.report.journal_lines import entry_of


def explain(
    call_id: Annotated[str, typer.Argument(help="The Call-ID header field of the call.")],
    http: Annotated[
        str, typer.Option(help="Where the emulator's HTTP listens: the `http=` of its ready line.")
    ] = "http://127.0.0.1:8080",
    token: Annotated[
        str,
        typer.Option(envvar="SIPDOMAIN_TOKEN", help="What `serve --token` was given, or made and printed."),
    ] = "",
    token_file: Annotated[Path | None, typer.Option(help="A file with that token.")] = None,
) -> None:
    """Print a call's way through the checks, what went wrong, and how its audio went; exit 1 when it is not known."""
    token = secret_of(token, token_file, "--token", "SIPDOMAIN_TOKEN")
    rows = journal_rows(http, token, f"?call_id={quote(call_id, safe='')}")
    try:
        found = [entry_of(each) for each in rows]
    except TypeError:
        raise SetupError(f"--http: what answers at {http} is another version of sipdomain") from None
    decisions = [each for each in found if isinstance(each, Decision)]
    afterwards = [each for each in found if isinstance(each, Alert | Announced | AudioMeasured)]
    if not decisions and not afterwards:
        print(
            f"no decision on the Call-ID {call_id!r} is kept; the latest requests are in /_sipdomain/decisions"
        )
        raise typer.Exit(1)
    print(in_words(decisions, afterwards), end="")
