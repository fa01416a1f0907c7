"""Give up a call before it is answered."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import Judging
from sipdomain.scenario.values import Within
from sipdomain.scenario.world import Script, Until


class Cancel(Judging):
    """Send CANCEL once a provisional response came (RFC 3261 section 9.1 forbids it before)."""

    shorthand: ClassVar[str] = "call"

    call: str = Field("", description="Which call; the latest when left out.")
    within: Within = Field(5.0, description="How long to wait for a provisional response, in seconds.")

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Send CANCEL."""
        call = stage.call(self.call)
        yield Until(lambda: bool(call.responses) or stage.is_over(call), self.within)
        if call.state not in {"trying", "ringing"} or not call.responses:
            raise ExpectationError(
                Mismatch(path, "a call that is not answered yet", call.state, (), call.call_id)
            )
        phone, own = stage.phone_of(call)
        phone.cancel(own)
