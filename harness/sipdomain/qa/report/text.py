"""The scorecard for people at a terminal: failures first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sipdomain.mask import printable
from sipdomain.qa.check import in_columns
from sipdomain.qa.report.card import REMARK, Card, Row
from sipdomain.report.columns import wrap
from sipdomain.report.scorecard.outcome import short as line

_NARROWEST: Final = 40


def fitted(lines: Iterable[str], width: int) -> Iterator[str]:
    """Yield lines broken at so many columns; what goes on stands four further in."""
    for each in lines:
        inner = " " * (len(each) - len(each.lstrip()) + 4)
        yield from wrap(each, max(width, _NARROWEST), indent=inner) or [""]


def short(row: Row, *, ascii_only: bool = False) -> str:
    """Return a check in a line."""
    return line(row.outcome, in_columns(row.level, row.name), row.said, ascii_only=ascii_only)


def page(card: Card, *, ascii_only: bool = False) -> Iterator[str]:
    """Yield the lines of a card."""
    yield f"{printable(card.user_agent) or 'a PBX without a User-Agent'} calling {card.domain}: grade {card.grade}"
    yield card.summary
    if card.mixture:
        yield card.mixture
    for row in card.sorted_rows:
        if row.outcome == "failed":
            yield ""
            yield from _failure(row, ascii_only=ascii_only)
    untold = [row for row in card.sorted_rows if row.outcome == "could not tell"]
    if untold:
        yield ""
        yield "Could not be told"
        yield from (f"  {in_columns(row.level, row.name)} {printable(row.said)}" for row in untold)
    reasons: dict[str, list[str]] = {}
    for row in card.sorted_rows:
        if row.outcome == "not run":
            reasons.setdefault(row.said, []).append(row.name)
    if reasons:
        yield ""
        yield "Not run"
        yield from (f"  {printable(said)}: {', '.join(names)}" for said, names in reasons.items())
    yield ""
    yield REMARK


def _failure(row: Row, *, ascii_only: bool) -> Iterator[str]:
    yield short(row, ascii_only=ascii_only)
    yield f"    wanted    The PBX {row.what}."
    first = row.evidence[0].at if row.evidence else 0.0
    for shown in row.evidence:
        who = "PBX sent" if shown.by == "pbx" else "it got"
        yield f"    {who:<9} {shown.head}  (+{shown.at - first:.3f} s, {shown.ends})"
        yield from (f"              {each}" for each in shown.lines)
    yield f"    source    {row.source}"
    for number, mend in enumerate(row.mends):
        yield f"    {'fix' if not number else '':<9} {printable(mend)}"
