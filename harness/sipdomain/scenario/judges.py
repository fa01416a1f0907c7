"""A scenario has to be able to fail: some step of it says what must be seen."""

from __future__ import annotations

from typing import Final

from sipdomain.scenario.model import Scenario
from sipdomain.scenario.step import Judging, Step, walk
from sipdomain.scenario.steps.expect import Expect
from sipdomain.scenario.values import chosen
from sipdomain.scenario.world import Profile

EXPECTED: Final = "a step that says what must be seen: this would pass whatever happens"
HINT: Final = "write such as `- expect: {status: completed}`"


def why_vacuous(scenario: Scenario, profile: Profile) -> str:
    """Return why a scenario would pass under a profile whatever happens; "" when it would not."""
    steps = [each.step for _, each in walk(scenario.steps)]
    if any(expects(each, profile) for each in steps):
        return ""
    is_written = any(isinstance(each, Expect) for each in steps)
    return f"none under the profile {profile}" if is_written else "none"


def expects(step: Step, profile: Profile) -> bool:
    """Return whether a step says what must be seen under a profile."""
    if not isinstance(step, Expect):
        # Any other fails by itself: `hang_up` where the call is not answered.
        return isinstance(step, Judging)
    expected = (getattr(step, word) for word in step.words())
    return any(
        any(chosen(value, profile) is not None for value in each.values())
        if isinstance(each, dict)
        else chosen(each, profile) is not None
        for each in expected
    )
