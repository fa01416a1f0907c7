"""What is expected of the legs that a call dials: whom it called, and how each ended."""

from __future__ import annotations

from collections.abc import Sequence

from sipdomain.entries import CallChanged
from sipdomain.scenario.expect.finding import Finding, Standing, counted, listed
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.world import PhoneCall
from sipdomain.twilio.store.call_records import FINAL


def dialled(stage: Stage, call: PhoneCall, wanted: Sequence[tuple[str, str | None]]) -> Finding:
    """Expect exactly these legs, in the order of their beginning, each with its last CallStatus where one is named."""
    got = [(leg.to, _status(stage, leg)) for leg in stage.dialled(call)]
    standing = Standing.OPEN
    if len(got) > len(wanted) or any(map(_contradicts, wanted, got)):
        standing = Standing.LOST
    elif len(got) == len(wanted) and all(map(_agrees, wanted, got)):
        standing = Standing.SO_FAR
    shown = [f"{to} {status}" if status else to for to, status in wanted]
    return Finding(standing, "dialled", listed(shown), listed(f"{to} {status}" for to, status in got))


def _status(stage: Stage, leg: PhoneCall) -> str:
    changes = stage.evidence.of(leg.call_id, CallChanged)
    return changes[-1].status if changes else "begun"


def _agrees(wanted: tuple[str, str | None], got: tuple[str, str]) -> bool:
    return wanted[0] == got[0] and wanted[1] in {None, got[1]}


def _contradicts(wanted: tuple[str, str | None], got: tuple[str, str]) -> bool:
    return wanted[0] != got[0] or (wanted[1] not in {None, got[1]} and got[1] in FINAL)


def count(stage: Stage, call: PhoneCall, wanted: int) -> Finding:
    """Expect so many legs."""
    got = len(stage.dialled(call))
    return Finding(counted(wanted, got), "legs", str(wanted), str(got))
