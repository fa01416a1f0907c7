"""A ladder for a ticket: what became of the call in a few lines, and the ladder in a block of code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from sipdomain.entries import Alert, CallBegan, CallChanged, Decision, Entry, Injected
from sipdomain.mask import Mask, masking, printable
from sipdomain.report.columns import cut
from sipdomain.report.ladder.model import Ladder
from sipdomain.report.ladder.text import text
from sipdomain.report.ladder.words import injected

MOST_LINES: Final = 20
"""How many refusals and alerts are named above the ladder; the first stay."""
LONGEST: Final = 300
"""How many columns a line above the ladder has."""

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~&@!$])")


def markdown(ladder: Ladder, entries: Sequence[Entry], *, mask: Mask | None = None) -> str:
    """Return a ladder with a summary, in Markdown (CommonMark 0.31).

    Args:
        ladder: What happened.
        entries: Those of the call and its legs.
        mask: Hides secrets; by default only what has the form of a credential.
    """
    hide = mask or masking(())
    drawn = text(ladder, mask=hide)
    # A fence is ended by one as long as itself only (4.5).
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", drawn)), default=0))
    lines = [cut(printable(hide(each)), LONGEST) for each in _summary(ladder, entries)]
    title = _escaped(printable(hide(ladder.title or "call")))
    listed = "\n".join(f"- {_escaped(each)}" for each in lines)
    return f"### {title}\n\n{listed}\n\n{fence}text\n{drawn}\n{fence}\n"


def _summary(ladder: Ladder, entries: Sequence[Entry]) -> Iterator[str]:
    yield f"Call-ID: {ladder.call_id or 'outside any call'}"
    own = [each for each in entries if getattr(each, "call_id", "") == ladder.call_id]
    sids = dict.fromkeys(each.call_sid for each in own if isinstance(each, CallBegan | CallChanged))
    if sids:
        yield f"CallSid: {', '.join(sids)}"
    statuses = [each.status for each in own if isinstance(each, CallChanged)]
    if statuses:
        yield f"Status: {', '.join(statuses)}"
    if ladder.rows:
        yield f"Lasted: {max(each.at for each in ladder.rows) - ladder.rows[0].at:.3f} s"
    found = [each for entry in entries for each in _trouble(entry)]
    yield from found[:MOST_LINES]
    if len(found) > MOST_LINES:
        yield f"and {len(found) - MOST_LINES} more"


def _trouble(entry: Entry) -> Iterator[str]:
    match entry:
        case Decision(outcome="refused" | "dropped"):
            code = f" ({entry.code})" if entry.code else ""
            yield f"{entry.check} {entry.outcome}: {entry.reason}{code}: got {entry.got}, wanted {entry.wanted}"
            if entry.mend:
                yield f"Fix: {entry.mend}"
        case Alert():
            yield f"{entry.level} {entry.code}: {entry.text}"
        case Injected():
            yield injected(entry)
        case _:
            pass


def _escaped(words: str) -> str:
    return _SPECIAL.sub(r"\\\1", words)
