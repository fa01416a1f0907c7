"""Take a call to a phone, or refuse it."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sipdomain.scenario.expect.finding import listed
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import Judging
from sipdomain.scenario.steps.wait_ringing import ringing
from sipdomain.scenario.values import Within
from sipdomain.scenario.world import Script, Until


class Answer(Judging):
    """Wait until a phone rings, and answer it, or refuse the call with a status."""

    shorthand: ClassVar[str] = "phone"

    name: str = Field("call", description="What later steps call this call.")
    phone: str = Field("", description="Which phone; may be left out when there is one only.")
    refuse: int | None = Field(None, ge=300, le=699, description="Refuse with this status, such as 486.")
    within: Within = Field(5.0, description="How long to wait until it rings, in seconds.")

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Wait for the call, then take or refuse it."""
        call = yield from ringing(stage, self.phone, self.name, self.within, path)
        phone, _ = stage.phone_of(call)
        if self.refuse is not None:
            phone.refuse(call, self.refuse)
            return
        phone.answer(call)
        yield Until(lambda: call.state != "ringing", self.within)
        if call.answered_at is None:
            near = (f"responses: {listed(call.responses)}",)
            raise ExpectationError(Mismatch(path, "a call that is answered", call.state, near, call.call_id))
