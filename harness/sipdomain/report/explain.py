"""A request's way through the decisions, in words: what was compared with what, the outcome, how to fix it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from sipdomain.entries import Alert, Announced, AudioMeasured, Decision
from sipdomain.mask import masking, printable
from sipdomain.report.ladder.words import measured
from sipdomain.twilio.fidelity.rules import RULES

_SIGNS: Final = {"passed": "+", "noted": "+", "challenged": "?", "refused": "x", "dropped": "x"}
_WIDTH: Final = 13


def explain(
    decisions: Sequence[Decision], afterwards: Sequence[Alert | Announced | AudioMeasured] = ()
) -> str:
    """Return lines for people, one paragraph a request; each decision cites its rule and how that is known.

    Args:
        decisions: Those on one Call-ID, oldest first.
        afterwards: What went wrong in the call, what its caller heard of that, and how its audio went; oldest first.
    """
    if not decisions and not afterwards:
        return ""
    start = min(each.at for each in (*decisions[:1], *afterwards[:1]))
    lines = []
    # The decisions on one request are all of one moment.
    for (at, method), group in groupby(decisions, key=lambda each: (each.at, each.method)):
        lines.append(f"{method}  at {at - start:.3f} s")
        for each in group:
            lines.extend(_one(each))
        lines.append("")
    if afterwards:
        lines += [f"afterwards  at {afterwards[0].at - start:.3f} s", *map(_afterwards_line, afterwards), ""]
    hide = masking(())
    return "".join(f"{printable(hide(line))}\n" for line in lines[:-1])


def _afterwards_line(entry: Alert | Announced | AudioMeasured) -> str:
    if isinstance(entry, AudioMeasured):
        return f"  · {measured(entry)}"
    if isinstance(entry, Announced):
        return f"  ! said without a document: {entry.text}"
    return f"  ! {entry.level} {entry.code}: {entry.text}"


def _one(decision: Decision) -> Iterator[str]:
    code = f" {decision.code}" if decision.code else ""
    reason = f" ({decision.reason})" if decision.reason else ""
    yield f"  {_SIGNS[decision.outcome]} {decision.check:<{_WIDTH}} {decision.outcome}{code}{reason}"
    rule = RULES.get(decision.rule)
    known = f"{decision.rule}, {rule.mark}: {rule.text}" if rule is not None else decision.rule
    of_status = RULES.get(f"{decision.rule}-status")
    if of_status is not None:
        known += f" Its status is {of_status.mark}: {of_status.text}"
    yield from _details(
        (("got", decision.got), ("wanted", decision.wanted), ("rule", known), ("fix", decision.mend))
    )


def _details(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, text in pairs:
        if text:
            yield f"      {name:<{_WIDTH - 4}}{text}"
