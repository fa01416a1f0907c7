"""What judges a scenario at another SIP domain, as the steps of the scenario see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from sipdomain.scenario.world import PhoneCall, Script


class Judge(Protocol):
    """Judges in place of the steps themselves, and goes on whatever is found."""

    def begin(self, path: str) -> None:
        """Take note that a step begins."""

    def hide_leg(self, path: str) -> None:
        """Take note that a leg, of which something is expected, is not seen."""

    def judge(
        self, stage: Any, call: PhoneCall, looks: Sequence[Any], within: float, path: str
    ) -> Script[None]:
        """Judge what looks at each expectation of a step by itself.

        Args:
            stage: The scenario's state.
            call: The call that is spoken of.
            looks: One for each expectation.
            within: How long to wait at most, in seconds.
            path: The step's.
        """
