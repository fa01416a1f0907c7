"""A PBX that asks by OPTIONS each thirty seconds whether the edge is there, while that is down, and recovers."""

from __future__ import annotations

from dataclasses import replace

from sipdomain.qa.seen import Dialog, Seen
from sipdomain.sip.codec import parse
from tests.unit.qa.named import by_way_of
from tests.unit.qa.played import right

MARKS = {
    "503": 0.0, "call at 503": 65.0, "silence": 90.0, "call at silence": 155.0,
    "recovery": 180.0, "call at recovery": 245.0,
}  # fmt: skip
TOLD = {"refused at 503": True, "refused at silence": True}


def asking(
    *moments: float, calls_at: tuple[float, ...] = (246.0,), told: dict[str, bool] | None = None
) -> Seen:
    """Return what is seen of a PBX that sends OPTIONS and calls at these moments."""
    seen = right()["register"]
    first = seen.registrations[0].requests("REGISTER")[0]
    wires = []
    for number, at in enumerate(moments):
        data = first.data.replace(b"REGISTER", b"OPTIONS").replace(
            b"branch=z9hG4bK", b"branch=z9hG4bK%d" % number
        )
        wires.append(replace(first, at=at, data=data, message=parse(data)))
    one = right()["call"].calls[0]
    at = one.invites[0].at
    calls = [
        by_way_of(one, one.invites[0].target, later=moment - at, name=f"call-{moment:.0f}")
        for moment in calls_at
    ]
    dialogs = (Dialog("options", wires), *calls)
    return replace(seen, dialogs=dialogs, marks=dict(MARKS), told=TOLD if told is None else told)


def qualifying() -> Seen:
    """Return what is seen of one that does as it should."""
    return asking(*(30.0 * number for number in range(9)))
