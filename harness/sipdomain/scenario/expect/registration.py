"""Whether a phone is registered, and how many bindings its user has."""

from __future__ import annotations

from sipdomain.entries import Registered, Unregistered
from sipdomain.scenario.expect.answers import last_change
from sipdomain.scenario.expect.decisions import explained
from sipdomain.scenario.expect.finding import Finding, Standing, listed
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.world import PhoneCall

_WORDS = {True: "registered", False: "not registered"}


def registered(stage: Stage, call: PhoneCall, wanted: bool) -> Finding:  # noqa: FBT001 - the value of the key
    """Expect that the registrar has the binding of this registration now, or has it no more."""
    last = last_change(stage, call)
    if isinstance(last, Registered) == wanted:
        standing = Standing.MET if stage.is_set_up(call) else Standing.SO_FAR
    else:
        standing = _not_yet(stage, call, last)
    got = last.cause if isinstance(last, Unregistered) else _WORDS[isinstance(last, Registered)]
    seen = f"responses: {listed(call.responses)}"
    return Finding(standing, "registered", _WORDS[wanted], got, (seen, *explained(stage, call)))


def bindings(stage: Stage, call: PhoneCall, wanted: int) -> Finding:
    """Expect how many bindings the user had after the last change by this registration."""
    last = last_change(stage, call)
    if last is not None and last.bindings == wanted:
        standing = Standing.MET if stage.is_set_up(call) else Standing.SO_FAR
    else:
        standing = _not_yet(stage, call, last)
    got = str(last.bindings) if last is not None else "none was made"
    return Finding(standing, "bindings", str(wanted), got)


def _not_yet(stage: Stage, call: PhoneCall, last: Registered | Unregistered | None) -> Standing:
    if not stage.is_set_up(call):
        return Standing.OPEN
    return Standing.LATER if isinstance(last, Registered) else Standing.LOST
