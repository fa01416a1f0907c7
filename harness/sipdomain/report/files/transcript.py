"""Transcripts: what was said, played, pressed and recorded in each call of each scenario, and its verbs, as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sipdomain.mask import masking, printable_lines
from sipdomain.report.files.report import Report
from sipdomain.report.transcript import text
from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.runner import Result
from sipdomain.transcript import transcripts


def transcript_text(results: Sequence[Result], wrong: Sequence[WrongFile] = ()) -> bytes:
    """Return the transcripts in UTF-8: each scenario's title and outcome, then its calls."""
    parts = [part for each in results for part in _parts(each)]
    parts += [f"# {printable_lines(each.path)}: wrong file" for each in wrong]
    return "".join(f"{part}\n\n" for part in parts).encode("utf-8", "backslashreplace")


def _parts(result: Result) -> Iterator[str]:
    mask = masking(result.secrets)
    yield f"# {printable_lines(mask(result.title))}: {result.outcome}, {result.substrate}"
    for each in transcripts(result.entries):
        call_id = each.legs[0].call_id
        yield text(each, result.calls.get(call_id) or "call", mask=mask)


REPORT: Final = Report(
    help="Write what was said, played, pressed and recorded in each call.",
    write=transcript_text,
    usual="transcript.txt",
)
