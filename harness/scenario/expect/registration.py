"""Whether a phone is registered, and how many bindings its user has."""

from __future__ import annotations

from harness.journal import Entry, Registered, Unregistered
from harness.scenario.expect.decisions import explained
from harness.scenario.expect.unmet import Unmet, listed
from harness.scenario.stage import Stage
from harness.scenario.world import PhoneCall

_WORDS = {True: "registered", False: "not registered"}


def registered(stage: Stage, call: PhoneCall, wanted: bool) -> Unmet | None:  # noqa: FBT001
    """Expect that the registrar has the binding of this registration now, or has it no more."""
    last = _last(stage, call)
    if isinstance(last, Registered) == wanted and not (last is None and not _is_answered(call)):
        return None
    got = last.cause if isinstance(last, Unregistered) else _WORDS[isinstance(last, Registered)]
    seen = f"responses: {listed(call.responses)}"
    return Unmet("registered", _WORDS[wanted], got, (seen, *explained(stage, call)))


def bindings(stage: Stage, call: PhoneCall, wanted: int) -> Unmet | None:
    """Expect how many bindings the user had after the last change by this registration."""
    last = _last(stage, call)
    if last is not None and last.bindings == wanted:
        return None
    return Unmet("bindings", str(wanted), str(last.bindings) if last is not None else "none was made")


def _last(stage: Stage, call: PhoneCall) -> Registered | Unregistered | None:
    entries = reversed(stage.evidence.of(call.call_id, Entry))
    return next((each for each in entries if isinstance(each, Registered | Unregistered)), None)


def _is_answered(call: PhoneCall) -> bool:
    return call.state in {"ended", "refused", "failed"}
