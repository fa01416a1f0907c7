"""Press keys on the phone."""

from __future__ import annotations

import re

from pydantic import Field, field_validator

from sipdomain.scenario.stage import ExpectationError, Mismatch, Stage
from sipdomain.scenario.step import Step
from sipdomain.scenario.values import Within
from sipdomain.scenario.world import Script, Until


class Press(Step):
    """Press keys, one after another, once the call is answered."""

    call: str = Field("", description="Which call; the latest when left out.")
    keys: str = Field(description='From 0-9, A-D, * and #; quote them: "#".')
    within: Within = Field(5.0, description="How long to wait for the answer, in seconds.")

    @field_validator("keys")
    @classmethod
    def _are_on_a_phone(cls, keys: str) -> str:
        if not re.fullmatch(r"[0-9A-D*#]+", keys):
            raise ValueError(f"`{keys}` cannot be pressed: keys are 0-9, A-D, * and #")
        return keys

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Send the keys as RFC 4733 events."""
        call = stage.call(self.call)
        yield Until(lambda: call.state == "answered" or stage.is_over(call), self.within)
        if call.state != "answered":
            raise ExpectationError(
                Mismatch(path, "an answered call to press keys in", call.state, (), call.call_id)
            )
        stage.phone_of(call).press(call, self.keys)
