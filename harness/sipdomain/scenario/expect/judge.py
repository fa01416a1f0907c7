"""When expectations may be judged: as soon as nothing can change them, else when the call is over and quiet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from sipdomain.scenario.expect.answers import may_change_at
from sipdomain.scenario.expect.finding import Finding, Standing, named
from sipdomain.scenario.stage import INSTANT, Stage
from sipdomain.scenario.world import PhoneCall, Script, Until

GIVEN_UP = "not waited for any longer: something else that is expected here cannot come any more"
NEVER_CAME = "no such call came: the foreign phone made none"
Look = partial[Finding]
"""Looks at the evidence now; asked again and again."""


def judged(stage: Stage, call: PhoneCall, looks: Sequence[Look], within: float) -> Script[list[Finding]]:
    """Wait until all of it can be judged, and return what is not met.

    What nothing can change any more passes or fails at once. The rest is judged when the call is over
    and quiet; time that runs out before that is a failure, of what is met so far too.

    Args:
        stage: The scenario's state.
        call: The call that is spoken of.
        looks: One for each expectation.
        within: How long to wait at most, in seconds.
    """
    deadline = stage.world.now() + within

    def found() -> list[Finding]:
        # Quiet, because a refresh that is under way is in the journal before its 200 is at the phone.
        is_hopeless = may_change_at(stage, call) > deadline and stage.is_quiet(call)
        seen = [look() for look in looks]
        return [
            replace(each, standing=Standing.LOST) if each.standing is Standing.LATER and is_hopeless else each
            for each in seen
        ]

    def is_decided() -> bool:
        standings = [each.standing for each in found()]
        return Standing.LOST in standings or all(each is Standing.MET for each in standings)

    while (left := deadline - stage.world.now()) > INSTANT and not is_decided():
        noise = stage.noise(call)
        if noise is None:
            yield Until(lambda: is_decided() or stage.noise(call) is not None, left)
        elif noise > INSTANT:
            yield Until(lambda: is_decided() or stage.noise(call) is None, min(noise, left))
        elif any(each.standing is Standing.LATER for each in found()):
            yield Until(is_decided, left)
        else:
            break
    if not call.call_id:
        # Of what never came nothing is missing either.
        return [replace(each, standing=Standing.LOST, got=NEVER_CAME) for each in found()]
    if stage.is_quiet(call):
        return [each for each in found() if not each.is_met]
    return _before_the_end(found(), _why(named(call), stage.noise(call), within))


def _why(what: str, noise: float | None, within: float) -> str:
    if noise is None:
        return f"{what} was not over after {within:g} s; raise `within`"
    return f"{what} was over, but not yet quiet after {within:g} s; raise `within`"


def _before_the_end(found: Sequence[Finding], why: str) -> list[Finding]:
    """Return what fails of a call that is not over: only what is met for good counts as met."""
    if any(each.standing is Standing.LOST for each in found):
        return [
            each if each.standing is Standing.LOST else replace(each, near=(*each.near, GIVEN_UP))
            for each in found
            if not each.is_met
        ]
    return [
        replace(each, got=why, near=(f"so far: {each.got}", *each.near))
        if each.standing is Standing.SO_FAR
        else replace(each, near=(*each.near, why))
        for each in found
        if each.standing is not Standing.MET
    ]
