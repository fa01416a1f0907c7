"""JSON lines: a scenario's result on one line, then each journal entry on its own, for other programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Final

from sipdomain.entries import Entry
from sipdomain.mask import Mask, json_line, masking
from sipdomain.report.files.report import Report
from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.runner import Result


def result_lines(result: Result) -> Iterator[str]:
    """Yield a result and its journal as JSON objects, a line each without its end; `kind` distinguishes them."""
    mask = masking(result.secrets)
    head = {
        "kind": "Result",
        "file": result.file,
        "title": result.title,
        "outcome": result.outcome,
        "profile": result.profile,
        "substrate": result.substrate,
        "duration": round(result.duration, 6),
        "reason": result.reason,
        "mismatches": [
            {"path": each.path, "expected": each.expected, "got": each.got, "near": list(each.near)}
            for each in result.mismatches
        ],
    }
    yield json_line(head, mask)
    for entry in result.entries:
        yield entry_line(entry, mask)


def wrong_line(wrong: WrongFile) -> str:
    """Return a file that could not be read as one JSON object without an end of line."""
    where = wrong.error.where
    said = {
        "kind": "WrongFile",
        "file": wrong.path,
        "line": where.line if where is not None else None,
        "column": where.column if where is not None else None,
        "message": wrong.error.message,
        "hint": wrong.error.hint,
    }
    return json_line(said, masking(()))


def entry_line(entry: Entry, mask: Mask) -> str:
    """Return a journal entry as one JSON object without an end of line; bytes are read as UTF-8."""
    # No entry has records within it: to copy them in depth would cost a quarter of it all.
    values = {each.name: getattr(entry, each.name) for each in fields(entry)}
    return json_line({"kind": type(entry).__name__, **values}, mask)


def json_lines(results: Sequence[Result], wrong: Sequence[WrongFile] = ()) -> bytes:
    """Return the results, their journals and the wrong files, in UTF-8."""
    lines = [line for each in results for line in result_lines(each)]
    lines += [wrong_line(each) for each in wrong]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")


REPORT: Final = Report(
    help="Write every result and journal entry as JSON lines.", write=json_lines, usual="run.jsonl"
)
