"""What steps have in common by which a phone does something in a call that is answered."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from pydantic import Field

from sipdomain.phone import PhoneCall
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import Judging
from sipdomain.scenario.values import Within
from sipdomain.scenario.world import PhoneHandle, Script, Until


class InCall(Judging):
    """Wait until the call is answered, then do it; a call that is over, or not answered in time, is a failure.

    Attributes:
        purpose: What the call is wanted for, as a failure says it.
    """

    purpose: ClassVar[str]

    call: str = Field("", description="Which call; the latest when left out.")
    within: Within = Field(5.0, description="How long to wait for the answer, in seconds.")

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Wait, then do it."""
        call = stage.call(self.call)
        yield Until(lambda: call.state == "answered" or stage.is_over(call), self.within)
        if call.state != "answered":
            raise ExpectationError(
                Mismatch(path, f"an answered call to {self.purpose}", call.state, (), call.call_id)
            )
        yield from self.act(stage, path, *stage.phone_of(call))

    @abstractmethod
    def act(self, stage: Stage, path: str, phone: PhoneHandle, call: PhoneCall) -> Script[None]:
        """Do it."""
