"""TAP, the Test Anything Protocol, version 14 (https://testanything.org/tap-version-14-specification.html)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sipdomain.mask import masking, printable, printable_lines
from sipdomain.report.failure import failure, in_short
from sipdomain.report.files.report import Report
from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.runner import Result


def tap(results: Sequence[Result], wrong: Sequence[WrongFile] = ()) -> bytes:
    """Return the results as TAP in UTF-8: a test point for each scenario, and for each wrong file one that is not ok."""
    lines = ["TAP version 14", f"1..{len(results) + len(wrong)}"]
    for number, result in enumerate(results, 1):
        lines += _result(number, result)
    for number, each in enumerate(wrong, len(results) + 1):
        where = each.error.where
        lines.append(f"not ok {number} - {_name(each.path)}")
        hide = masking(())
        lines += _diagnosis(
            hide(each.error.message), each.path, where.line if where is not None else 1, hide(str(each.error))
        )
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "backslashreplace")


def _result(number: int, result: Result) -> Iterator[str]:
    mask = masking(result.secrets)
    name = _name(mask(result.title))
    if result.outcome != "failed":
        skipped = f" # SKIP {_name(mask(result.reason))}" if result.outcome == "not run" else ""
        yield f"ok {number} - {name}{skipped}"
        return
    first = result.mismatches[0]
    line = first.where.line if first.where is not None else 1
    yield f"not ok {number} - {name}"
    said = mask(in_short(first))
    yield from _diagnosis(said, result.file, line, failure(result))


def _diagnosis(message: str, file: str, line: int, text: str) -> Iterator[str]:
    """Yield a block of YAML, whose values are written as JSON, which is YAML as well."""
    yield "  ---"
    yield f"  message: {_value(printable(message))}"
    yield "  severity: fail"
    yield f"  at: {_value({'file': printable(file), 'line': line})}"
    yield "  details:"
    yield from (f"    - {_value(each)}" for each in printable_lines(text).split("\n"))
    yield "  ..."


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _name(text: str) -> str:
    """Return a description or a reason, in which no directive is taken for one."""
    return printable(text).replace("\\", "\\\\").replace("#", "\\#")


REPORT: Final = Report(help="Write the results as TAP, version 14.", write=tap, usual="run.tap")
