"""End an answered call from the phone's side."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import Judging
from sipdomain.scenario.values import Within
from sipdomain.scenario.world import Script, Until


class HangUp(Judging):
    """Send BYE once the call is answered; one that is over already is left alone, one that never was answered fails."""

    shorthand: ClassVar[str] = "call"

    call: str = Field("", description="Which call; the latest when left out.")
    within: Within = Field(5.0, description="How long to wait for the answer, in seconds.")

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Send BYE."""
        call = stage.call(self.call)
        yield Until(lambda: call.state == "answered" or stage.is_over(call), self.within)
        if call.answered_at is None:
            raise ExpectationError(
                Mismatch(path, "an answered call to hang up", call.state, (), call.call_id)
            )
        if call.state == "answered":
            phone, own = stage.phone_of(call)
            phone.hang_up(own)
