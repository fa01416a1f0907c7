"""JSON lines: a scenario's result on one line, then each journal entry on its own, for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from harness.journal import Entry
from harness.mask import Mask, masking
from harness.scenario.runner import Result


def result_lines(result: Result) -> Iterator[str]:
    """Yield a result and its journal as JSON objects, a line each without its end; `kind` tells them apart."""
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
    yield _line(head, mask)
    for entry in result.entries:
        yield entry_line(entry, mask)


def entry_line(entry: Entry, mask: Mask) -> str:
    """Return a journal entry as one JSON object without an end of line; bytes are read as UTF-8."""
    return _line({"kind": type(entry).__name__, **asdict(entry)}, mask)


def _line(value: dict[str, Any], mask: Mask) -> str:
    return json.dumps(_masked(value, mask), ensure_ascii=False)


def _masked(value: Any, mask: Mask) -> Any:
    match value:
        case str():
            return mask(value)
        case bytes():
            return mask(value.decode("utf-8", "replace"))
        case dict():
            return {key: _masked(each, mask) for key, each in value.items()}
        case list() | tuple():
            return [_masked(each, mask) for each in value]
        case _:
            return value
