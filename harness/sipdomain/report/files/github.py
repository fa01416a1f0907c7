"""A summary for GitHub Actions, in the Markdown of `$GITHUB_STEP_SUMMARY`, and annotations on standard output.

What is foreign stands within HTML blocks, escaped: no Markdown is looked for there (CommonMark 0.31, 4.6); or in a diagram,
where a fence keeps it.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from sipdomain.mask import Mask, masking, printable, printable_lines
from sipdomain.report.failure import calls_in_question, in_short, pictures, reasons
from sipdomain.report.files.report import Report
from sipdomain.report.ladder import Ladder, ladders as ladders_of
from sipdomain.report.ladder.mermaid import mermaid
from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.runner import Result

MOST_BYTES: Final = 900 * 1024
"""How much a summary may weigh: GitHub drops one whole when a step has more than 1 MiB."""
MOST_ANNOTATIONS: Final = 10
"""How many annotations there are: GitHub shows ten errors of a step. The last one counts the rest."""
LONGEST_ANNOTATION: Final = 1_000
"""How many characters the message of an annotation has."""
MOST_DIAGRAMS: Final = 3
"""How many calls of a failure are drawn as diagrams."""
MOST_ROWS: Final = 60
"""How many rows such a diagram has: what is longer is easier to read in text."""
_END: Final = 200
"""How many bytes are kept for the line that says what was cut."""


def summary(
    results: Sequence[Result], wrong: Sequence[WrongFile] = (), *, most_bytes: int = MOST_BYTES
) -> bytes:
    """Return the summary in UTF-8: failures first, each with its ladders folded, then the rest by name.

    Args:
        results: How the scenarios went.
        wrong: The files that could not be read.
        most_bytes: How much it may weigh; what does not fit is counted at its end.
    """
    page = _Page(most_bytes - _END)
    page.add(f"### sipdomain: {_counts(results, wrong)}\n\n")
    for result in results:
        if result.outcome == "failed":
            _failure(page, result)
    hide = masking(())
    for each in wrong:
        head = f"<b>wrong file</b> {_line(each.path, hide)}"
        if not page.add(_folded(head, [_block(hide(str(each.error)))])):
            page.cut["wrong files"] += 1
    for outcome in ("not run", "passed"):
        _names(page, outcome, [each for each in results if each.outcome == outcome])
    return page.data()


class _Page:
    """Grows up to what it may weigh.

    Attributes:
        cut: How many of what did not fit.
    """

    def __init__(self, most_bytes: int) -> None:
        self.cut = Counter[str]()
        self._left = most_bytes
        self._parts: list[bytes] = []

    def add(self, text: str) -> bool:
        """Add a text whole, or return False where it does not fit."""
        data = text.encode("utf-8", "backslashreplace")
        if len(data) > self._left:
            return False
        self._left -= len(data)
        self._parts.append(data)
        return True

    def data(self) -> bytes:
        """Return all that fitted, and a line on what did not."""
        cut = "; ".join(f"{what}: {count}" for what, count in self.cut.items())
        return (
            b"".join(self._parts)
            + (f"Cut, for a summary may weigh 1 MiB: {cut}.\n\n" if cut else "").encode()
        )


def _failure(page: _Page, result: Result) -> None:
    mask = masking(result.secrets)
    head = f"<b>failed</b> {_line(result.title, mask)} · {_line(result.file, mask)}"
    why = _block(reasons(result))
    ladders = [_folded("Ladder", [_block(each)]) for each in pictures(result, mask)]
    diagrams = [_folded("Diagram", [_diagram(each, mask)]) for each in _concerned(result)]
    if page.add(_folded(head, [why, *ladders, *diagrams], is_open=True)):
        return
    if page.add(_folded(head, [why, *ladders], is_open=True)):
        page.cut["diagrams of failures"] += 1
    elif page.add(_folded(head, [why], is_open=True)):
        page.cut["ladders of failures"] += 1
    else:
        page.cut["failures"] += 1


def _concerned(result: Result) -> list[Ladder]:
    """Return the ladders of the calls that a failure is about, of all where it is about none; three at most."""
    concerned = calls_in_question(result)
    drawn = [each for each in ladders_of(result.entries, result.calls) if each.call_id]
    return [each for each in drawn if not concerned or not each.call_ids.isdisjoint(concerned)][
        :MOST_DIAGRAMS
    ]


def _diagram(ladder: Ladder, mask: Mask) -> str:
    """Return a ladder as a block that GitHub draws; its own escapes leave nothing in it that could end the block."""
    return f"```mermaid\n{mermaid(ladder, mask=mask, most_rows=MOST_ROWS)}\n```\n\n"


def _names(page: _Page, outcome: str, results: Sequence[Result]) -> None:
    lines: list[str] = []
    for result in results:
        mask = masking(result.secrets)
        reason = f": {_line(result.reason, mask)}" if result.reason else ""
        lines.append(f"<div>{_line(result.title, mask)}{reason}</div>\n")
    head = f"{len(results)} {outcome}"
    if lines and not page.add(_folded(head, [*lines, "\n"])):
        page.cut[f"{outcome}, by name"] += len(lines)


def _counts(results: Sequence[Result], wrong: Sequence[WrongFile]) -> str:
    counts = Counter(each.outcome for each in results)
    words = [f"{counts[each]} {each}" for each in ("failed", "passed", "not run") if counts[each]]
    words += [f"{len(wrong)} wrong file{'s' if len(wrong) > 1 else ''}"] if wrong else []
    return ", ".join(words) or "nothing was run"


def _folded(summary: str, blocks: Iterable[str], *, is_open: bool = False) -> str:
    inside = "".join(blocks)
    return f"<details{' open' if is_open else ''}><summary>{summary}</summary>\n\n{inside}</details>\n\n"


def _block(text: str) -> str:
    return f"<pre>\n{html.escape(printable_lines(text))}\n</pre>\n\n"


def _line(text: str, mask: Mask) -> str:
    return html.escape(printable(mask(text)))


def workflow_commands(results: Sequence[Result], wrong: Sequence[WrongFile] = ()) -> list[str]:
    """Return workflow commands that put failures and wrong files beside the lines of their files, at most ten."""
    found = [_annotation(each) for each in results if each.outcome == "failed"]
    hide = masking(())
    for each in wrong:
        where = each.error.where
        line = where.line if where is not None else 1
        found.append(_command(each.path, line, "wrong file", hide(each.error.message)))
    if len(found) <= MOST_ANNOTATIONS:
        return found
    rest = len(found) - MOST_ANNOTATIONS + 1
    return [*found[: MOST_ANNOTATIONS - 1], f"::error title=sipdomain::and {rest} more failures"]


def _annotation(result: Result) -> str:
    mask = masking(result.secrets)
    first = result.mismatches[0]
    place = first.where
    more = f" (and {len(result.mismatches) - 1} more)" if len(result.mismatches) > 1 else ""
    said = mask(f"{in_short(first)}{more}")
    line = place.line if place is not None else 1
    return _command(place.file if place is not None else result.file, line, mask(result.title), said)


def _command(file: str, line: int, title: str, message: str) -> str:
    """Return a workflow command (GitHub's `@actions/core`, `command.ts`, has the escapes)."""
    escaped = printable_lines(message)[:LONGEST_ANNOTATION].replace("%", "%25").replace("\n", "%0A")
    return f"::error file={_property(file)},line={line},title={_property(title)}::{escaped}"


def _property(text: str) -> str:
    return printable(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")


REPORT: Final = Report(
    help="Add a summary to this file, such as $GITHUB_STEP_SUMMARY, and print annotations for GitHub Actions.",
    write=summary,
    is_added=True,
    announce=workflow_commands,
)
