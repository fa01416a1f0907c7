"""What the emulator decided about a request, and why."""

from __future__ import annotations

from harness.journal import Decision
from harness.scenario.expect.unmet import Unmet, listed
from harness.scenario.stage import Stage
from harness.scenario.world import PhoneCall


def challenged(stage: Stage, call: PhoneCall, status: int) -> Unmet | None:
    """Expect that credentials were asked for with this status."""
    made = [each for each in stage.evidence.of(call.call_id, Decision) if each.outcome == "challenged"]
    if made and status in call.responses:
        return None
    return Unmet(
        "challenged",
        f"a challenge with {status}",
        f"responses {listed(call.responses)}",
        explained(stage, call),
    )


def refused(stage: Stage, call: PhoneCall, reason: str) -> Unmet | None:
    """Expect that the call was refused for this reason, and that the phone was told so."""
    return _ended_for(stage, call, "refused", reason, told=True)


def dropped(stage: Stage, call: PhoneCall, reason: str) -> Unmet | None:
    """Expect that the call's packets were dropped for this reason, without any response."""
    return _ended_for(stage, call, "dropped", reason, told=False)


def _ended_for(stage: Stage, call: PhoneCall, outcome: str, reason: str, *, told: bool) -> Unmet | None:
    reasons = [each.reason for each in stage.evidence.of(call.call_id, Decision) if each.outcome == outcome]
    if reason not in reasons:
        got = f"{outcome} for {listed(reasons)}" if reasons else f"not {outcome}; the call is {call.state}"
        return Unmet(outcome, reason, got, explained(stage, call))
    if told and call.state != "refused":
        return Unmet(
            outcome, "a final response at the phone", f"the call is {call.state}", explained(stage, call)
        )
    if not told and call.responses:
        return Unmet(outcome, "no response at the phone", listed(call.responses), explained(stage, call))
    return None


def explained(stage: Stage, call: PhoneCall) -> tuple[str, ...]:
    """Return the decisions of a call, a line each, that did not simply pass."""
    return tuple(
        f"{each.check}: {each.outcome} {each.reason}".rstrip()
        for each in stage.evidence.of(call.call_id, Decision)
        if each.outcome != "passed"
    )
