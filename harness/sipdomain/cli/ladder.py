"""`sipdomain ladder`: the ladder of one call, for tickets, wikis and pull requests."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Final, Literal

import typer

from sipdomain.cli.journal_source import file_rows, journal_rows, journals_of
from sipdomain.cli.secret_files import secret_of
from sipdomain.cli.shared_options import USUAL_HTTP, Http, Token, TokenFile
from sipdomain.cli.standard_streams import is_ascii_only
from sipdomain.entries import CallBegan, CallChanged, Entry
from sipdomain.mask import masking, printable
from sipdomain.report.ladder import Ladder, ladders, text
from sipdomain.report.ladder.markdown import markdown
from sipdomain.report.ladder.mermaid import mermaid
from sipdomain.report.ladder.svg import svg

Format = Literal["text", "svg", "mermaid", "markdown"]

_FORMATS: Final[dict[Format, Callable[[Ladder, Sequence[Entry]], str]]] = {
    "text": lambda ladder, _: f"{text(ladder, ascii_only=is_ascii_only(sys.stdout))}\n",
    "svg": lambda ladder, _: svg(ladder),
    "mermaid": lambda ladder, _: f"{mermaid(ladder)}\n",
    "markdown": markdown,
}


def ladder(
    call: Annotated[
        str, typer.Argument(help="Which call: its CallSid or Call-ID, or `last` for the one that began last.")
    ] = "last",
    format_: Annotated[Format, typer.Option("--format", help="What it is drawn as.")] = "text",
    http: Http = USUAL_HTTP,
    journal: Annotated[
        Path | None,
        typer.Option(help="Read the call from this file, which `run --jsonl` wrote, and ask no emulator."),
    ] = None,
    token: Token = "",
    token_file: TokenFile = None,
) -> None:
    """Print a call's ladder as text, SVG, Mermaid or Markdown; exit 1 when the call is not known."""
    token = secret_of(token, token_file, "--token", "SIPDOMAIN_TOKEN")
    rows = file_rows(journal, f"--journal {journal}") if journal is not None else journal_rows(http, token)
    found = _found([entries for _, entries in journals_of(rows, "the journal")], call)
    if found is None:
        where = str(journal) if journal is not None else http
        print(printable(masking(())(f"no call {call!r} is in the journal of {where}")), file=sys.stderr)
        raise typer.Exit(1)
    sys.stdout.write(_FORMATS[format_](*found))


def _found(all_of: Sequence[Sequence[Entry]], wanted: str) -> tuple[Ladder, list[Entry]] | None:
    """Return the ladder of a call with the entries of the call and its legs; None when there is no such call."""
    for entries in reversed(all_of):
        drawn = [each for each in ladders(entries) if each.call_id]
        if wanted == "last":
            if drawn:
                return drawn[-1], _own(entries, drawn[-1])
            continue
        sids = {
            each.call_id
            for each in entries
            if isinstance(each, CallBegan | CallChanged) and each.call_sid == wanted
        }
        for each in drawn:
            if not each.call_ids.isdisjoint({wanted, *sids}):
                return each, _own(entries, each)
    return None


def _own(entries: Sequence[Entry], drawn: Ladder) -> list[Entry]:
    return [each for each in entries if getattr(each, "call_id", "") in drawn.call_ids]
