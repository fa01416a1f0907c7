"""Whether a phone is registered, and how many bindings its user has."""

from __future__ import annotations

from harness.journal import Registered, Unregistered
from harness.scenario.expect.answers import last_change
from harness.scenario.expect.decisions import explained
from harness.scenario.expect.finding import Finding, Standing, listed
from harness.scenario.stage import Stage
from harness.scenario.world import PhoneCall

_WORDS = {True: "registered", False: "not registered"}


def registered(stage: Stage, call: PhoneCall, wanted: bool, until: float) -> Finding:  # noqa: FBT001
    """Expect that the registrar has the binding of this registration now, or has it no more.

    Args:
        stage: The scenario's state.
        call: The registration.
        wanted: Whether it must be registered.
        until: The moment until which is waited: a binding that expires later is no hope.
    """
    last = last_change(stage, call)
    if isinstance(last, Registered) == wanted:
        standing = Standing.MET if stage.is_set_up(call) else Standing.SO_FAR
    else:
        standing = _not_yet(stage, call, last, until)
    got = last.cause if isinstance(last, Unregistered) else _WORDS[isinstance(last, Registered)]
    seen = f"responses: {listed(call.responses)}"
    return Finding(standing, "registered", _WORDS[wanted], got, (seen, *explained(stage, call)))


def bindings(stage: Stage, call: PhoneCall, wanted: int, until: float) -> Finding:
    """Expect how many bindings the user had after the last change by this registration; `until` as above."""
    last = last_change(stage, call)
    if last is not None and last.bindings == wanted:
        standing = Standing.MET if stage.is_set_up(call) else Standing.SO_FAR
    else:
        standing = _not_yet(stage, call, last, until)
    got = str(last.bindings) if last is not None else "none was made"
    return Finding(standing, "bindings", str(wanted), got)


def _not_yet(stage: Stage, call: PhoneCall, last: Registered | Unregistered | None, until: float) -> Standing:
    if not stage.is_set_up(call):
        return Standing.OPEN
    expires = isinstance(last, Registered) and last.at + last.expires <= until
    return Standing.LATER if expires else Standing.LOST
