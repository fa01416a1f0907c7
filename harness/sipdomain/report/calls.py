"""The calls of a failed test, the newest first: alerts, what was said, decisions, and the ladder of each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from sipdomain.entries import Entry, Note, SipMessage
from sipdomain.families import families_in
from sipdomain.mask import Mask, masking, printable
from sipdomain.report.causes import evidence, short
from sipdomain.report.ladder import ladders, text
from sipdomain.scenario.expect.progress import said

MOST_CALLS: Final = 5
"""How many calls of a failed test are shown; the newest stay."""
MOST_ROWS: Final = 200
"""How many lines of one ladder are shown: the first 50 and the last 150."""
MOST_NOTES: Final = 10
"""How many notes that belong to no call are shown; the newest stay."""
_HEAD: Final = 50
_CALL_ID: Final = re.compile(rb"^(?:Call-ID|i)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


def calls_report(
    entries: Sequence[Entry],
    names: Mapping[str, str],
    secrets: Iterable[str],
    *,
    without_ladder: Collection[str] = (),
) -> str:
    """Return what happened in the newest calls of a run; never "".

    Args:
        entries: A run's journal.
        names: For each SIP Call-ID what to call the call.
        secrets: Texts that must be masked.
        without_ladder: The Call-IDs of calls whose ladder was shown already.
    """
    mask = masking(secrets)
    families = families_in(entries)
    by_call: dict[str, list[Entry]] = {}
    for entry in entries:
        by_call.setdefault(families.root(_call_id(entry)), []).append(entry)
    outside = by_call.pop("", [])
    shown = list(by_call)[-MOST_CALLS:][::-1]
    known = {families.root(each) for each in without_ladder}
    parts = ["\n".join(_call(by_call[each], names, mask, with_ladder=each not in known)) for each in shown]
    if not by_call:
        parts.append("no SIP message was sent: no call was placed")
    if left_out := len(by_call) - len(shown):
        parts.append(f"{left_out} older calls are not shown")
    notes = [f"{each.source}: {each.text}" for each in outside if isinstance(each, Note)]
    parts += ["\n".join(_block("outside any call", notes[-MOST_NOTES:], mask))] if notes else []
    return "\n\n".join(parts)


def _call(
    entries: Sequence[Entry], names: Mapping[str, str], mask: Mask, *, with_ladder: bool
) -> Iterator[str]:
    call_id = _call_id(entries[0])
    yield mask(printable(f"{names.get(call_id, 'call')} · {call_id}"))
    yield from _block("alerts", evidence(entries, {"alerts", "callbacks"}), mask)
    yield from _block("said", filter(None, map(said, entries)), mask)
    yield from _block("decisions", evidence(entries, {"refusals", "challenges", "notes", "bindings"}), mask)
    if with_ladder:
        for ladder in ladders(entries, names):
            _, *rows = text(ladder, mask=mask).splitlines()
            yield from _cut(rows)


def _block(title: str, lines: Iterable[str], mask: Mask) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == 0:
            yield f"  {title}:"
        yield short(f"    {mask(printable(line.removeprefix('  ')))}")


def _cut(rows: Sequence[str]) -> Iterator[str]:
    if len(rows) <= MOST_ROWS:
        yield from rows
        return
    yield from rows[:_HEAD]
    yield f"  … {len(rows) - MOST_ROWS} lines are not shown …"
    yield from rows[_HEAD - MOST_ROWS :]


def _call_id(entry: Entry) -> str:
    if isinstance(entry, SipMessage):
        found = _CALL_ID.search(entry.data)
        return found[1].strip().decode("utf-8", "replace") if found else ""
    return getattr(entry, "call_id", "") or ""
