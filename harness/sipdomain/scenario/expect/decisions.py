"""What the emulator decided about a request, and why."""

from __future__ import annotations

from sipdomain.entries import Decision
from sipdomain.scenario.decided import FIELDS, Decided
from sipdomain.scenario.expect.answers import once_set_up
from sipdomain.scenario.expect.finding import Finding, Standing, fate, listed
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import fits
from sipdomain.scenario.world import PhoneCall


def challenged(stage: Stage, call: PhoneCall, status: int) -> Finding:
    """Expect that credentials were asked for with this status."""
    made = [each for each in stage.seen(call, Decision) if each.outcome == "challenged"]
    standing = Standing.MET if made and status in call.responses else once_set_up(stage, call, Standing.OPEN)
    got = f"responses {listed(call.responses)}"
    return Finding(standing, "challenged", f"a challenge with {status}", got, explained(stage, call))


def refused(stage: Stage, call: PhoneCall, reason: str) -> Finding:
    """Expect that the call was refused for this reason in the end, and that the phone had its final response."""
    reasons = _reasons(stage, call, "refused")
    near = explained(stage, call)
    if reason in reasons[-1:] and call.state == "refused":
        standing = once_set_up(stage, call, Standing.SO_FAR)
        return Finding(standing, "refused", reason, reason, near)
    if reason in reasons[-1:]:
        standing, got = once_set_up(stage, call, Standing.OPEN), fate(call)
        return Finding(standing, "refused", "a final response at the phone", got, near)
    standing = once_set_up(stage, call, Standing.OPEN)
    return Finding(standing, "refused", reason, _instead(call, "refused", reasons), near)


def dropped(stage: Stage, call: PhoneCall, reason: str) -> Finding:
    """Expect that the call's packets were dropped for this reason, without any response."""
    reasons = _reasons(stage, call, "dropped")
    near = explained(stage, call)
    if reason in reasons[-1:] and call.responses:
        return Finding(Standing.LOST, "dropped", "no response at the phone", listed(call.responses), near)
    if reason in reasons[-1:]:
        return Finding(Standing.SO_FAR, "dropped", reason, reason, near)
    standing = Standing.LOST if call.responses else Standing.OPEN
    return Finding(standing, "dropped", reason, _instead(call, "dropped", reasons), near)


def decided(stage: Stage, call: PhoneCall, wanted: Decided) -> Finding:
    """Expect a decision about a request of the call that is so in everything."""
    made = stage.seen(call, Decision)
    near = tuple(f"{each.check}: {each.outcome} {each.reason or each.got} ({each.rule})" for each in made)
    is_met = any(_is_it(wanted, each) for each in made)
    got = str(wanted) if is_met else f"no such decision among {len(made)}"
    return Finding(Standing.MET if is_met else Standing.OPEN, "decision", str(wanted), got, near)


def _is_it(wanted: Decided, made: Decision) -> bool:
    values = ((getattr(wanted, name), getattr(made, name)) for name in FIELDS)
    return all(want is None or fits(want, got) for want, got in values)


def _reasons(stage: Stage, call: PhoneCall, outcome: str) -> list[str]:
    return [each.reason for each in stage.seen(call, Decision) if each.outcome == outcome]


def _instead(call: PhoneCall, outcome: str, reasons: list[str]) -> str:
    return f"{outcome} for {listed(reasons)}" if reasons else f"not {outcome}; {fate(call)}"


def explained(stage: Stage, call: PhoneCall) -> tuple[str, ...]:
    """Return the decisions of a call, a line each, that did not simply pass."""
    return tuple(
        f"{each.check}: {each.outcome} {each.reason}".rstrip()
        for each in stage.seen(call, Decision)
        if each.outcome != "passed"
    )
