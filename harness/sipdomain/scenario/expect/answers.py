"""When the phone has its last response, and when another may come after all: a registration is refreshed."""

from __future__ import annotations

from sipdomain.entries import Entry, Registered, Unregistered
from sipdomain.phone.registering import REFRESHED
from sipdomain.scenario.expect.finding import Standing
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.world import PhoneCall


def once_set_up(stage: Stage, call: PhoneCall, standing: Standing) -> Standing:
    """Return how it stands with what only responses change: for good once the phone has the last of them."""
    if not stage.is_set_up(call):
        return standing
    if standing is Standing.OPEN:
        return Standing.LATER if isinstance(last_change(stage, call), Registered) else Standing.LOST
    return Standing.MET if standing is Standing.SO_FAR else standing


def may_change_at(stage: Stage, call: PhoneCall) -> float:
    """Return the first moment at which a registration that stands may change by itself: it is refreshed, or expires.

    Returns:
        Infinity when none stands.
    """
    last = last_change(stage, call)
    return last.at + REFRESHED * last.expires if isinstance(last, Registered) else float("inf")


def last_change(stage: Stage, call: PhoneCall) -> Registered | Unregistered | None:
    """Return what became of a registration last; REGISTERs of the same phone that came later may have changed it."""
    entries = reversed(stage.since(call, Entry))
    return next((each for each in entries if isinstance(each, Registered | Unregistered)), None)
