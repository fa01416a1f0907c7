"""`sipdomain explain`: what went wrong in a capture, a journal, or a call of a running emulator."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final
from urllib.parse import quote

import typer

from sipdomain.cli.addresses import is_url, parse_url
from sipdomain.cli.journal_source import Row, file_rows, journal_rows, journals_of
from sipdomain.cli.secret_files import secret_of
from sipdomain.cli.shared_options import USUAL_HTTP, Http, Token, TokenFile
from sipdomain.cli.standard_streams import SteadyStream
from sipdomain.entries import Alert, Announced, AudioMeasured, Decision, Entry
from sipdomain.errors import SetupError
from sipdomain.report.explain import explain as in_words

if TYPE_CHECKING:
    from sipdomain.trace.trace import Trace

_FILES: Final = (".pcap", ".pcapng", ".cap", ".jsonl", ".json")
"""What files end in: no Call-ID is meant."""


def explain(
    what: Annotated[
        str,
        typer.Argument(
            help="A capture (pcap, pcapng), a journal of `run --jsonl`, the URL of a running emulator, or a call's Call-ID."
        ),
    ],
    http: Http = USUAL_HTTP,
    token: Token = "",
    token_file: TokenFile = None,
) -> None:
    """Say what went wrong and what to change; exit 1 when something did, or when a call is not known."""
    token = secret_of(token, token_file, "--token", "SIPDOMAIN_TOKEN")
    if is_url(what):
        parse_url(what, "explain")
        _explain_journals(journal_rows(what, token), what)
    elif not _is_file(what):
        if Path(what).suffix.lower() in _FILES:
            raise SetupError(f"{what} cannot be read: no such file")
        _explain_call(what, http, token)
    elif is_capture(Path(what)):
        _explain_capture(Path(what))
    else:
        _explain_journals(file_rows(Path(what), what), what)


def _is_file(what: str) -> bool:
    try:
        return Path(what).is_file()
    except (OSError, ValueError):
        return False


def is_capture(path: Path) -> bool:
    """Return whether a file begins as captures do.

    Raises:
        SetupError: It cannot be read.
    """
    from sipdomain.runtime.files.capture_file import MAGIC

    try:
        with path.open("rb") as file:
            return file.read(4).startswith(MAGIC)
    except OSError as error:
        raise SetupError(f"{path} cannot be read: {error.strerror or error}") from error


def trace_of(path: Path) -> tuple[Trace, str]:
    """Return what is in a capture, and why it was not read to its end, or "".

    Raises:
        SetupError: It cannot be read, or scapy is not installed.
    """
    from sipdomain.runtime.files.capture_file import CaptureFile
    from sipdomain.trace.trace import TraceReader

    if importlib.util.find_spec("scapy") is None:
        raise SetupError("captures need scapy: pip install 'sipdomain[pcap]'")
    file, reader = CaptureFile(path), TraceReader()
    for frame in file.frames():
        reader.take(frame)
    return reader.trace, file.cut_off


def entries_in(path: Path) -> list[Entry]:
    """Return the first journal of a file.

    Raises:
        SetupError: It cannot be read, or has none.
    """
    return next((entries for _, entries in journals_of(file_rows(path, str(path)), str(path))), [])


def _explain_capture(path: Path) -> None:
    from sipdomain.report.diagnosis import of_capture

    trace, cut_off = trace_of(path)
    stream = SteadyStream(sys.stdout)
    lines, found = of_capture(trace, path.name, cut_off, ascii_only=stream.ascii_only)
    _print(stream, lines)
    if found:
        raise typer.Exit(1)


def _explain_journals(rows: Iterable[Row], name: str) -> None:
    from sipdomain.report.diagnosis import of_journal

    stream, total, lines = SteadyStream(sys.stdout), 0, []
    for title, entries in journals_of(rows, name):
        said, found = of_journal(entries, title, ascii_only=stream.ascii_only)
        total += found
        lines += said
    _print(stream, lines or ["nothing found: the journal is empty"])
    if total:
        raise typer.Exit(1)


def _print(stream: SteadyStream, lines: list[str]) -> None:
    stream.write("".join(f"{line}\n" for line in lines))
    stream.flush()


def _explain_call(call_id: str, http: str, token: str) -> None:
    rows = journal_rows(http, token, f"?call_id={quote(call_id, safe='')}")
    found = [each for _, entries in journals_of(rows, f"the journal of {http}") for each in entries]
    decisions = [each for each in found if isinstance(each, Decision)]
    afterwards = [each for each in found if isinstance(each, Alert | Announced | AudioMeasured)]
    if not decisions and not afterwards:
        print(
            f"no decision on the Call-ID {call_id!r} is kept; the latest requests are in /_sipdomain/decisions"
        )
        raise typer.Exit(1)
    print(in_words(decisions, afterwards), end="")
