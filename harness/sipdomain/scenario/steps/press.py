"""Press keys on the phone."""

from __future__ import annotations

import re
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from sipdomain.media.dtmf import MOST_KEYS
from sipdomain.phone import PhoneCall
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.in_call import InCall
from sipdomain.scenario.world import PhoneHandle, Script


class Press(InCall):
    """Press keys, one after another, once the call is answered."""

    purpose: ClassVar[str] = "press keys in"

    keys: str = Field(max_length=MOST_KEYS, description='From 0-9, A-D, * and #; quote them: "#".')

    as_: Literal["rfc4733", "inband", "info"] = Field(
        "rfc4733",
        alias="as",
        description="How: as telephone-event, as tones in the audio, or by SIP INFO.",
    )

    @field_validator("keys")
    @classmethod
    def _are_on_a_phone(cls, keys: str) -> str:
        if not re.fullmatch(r"[0-9A-D*#]+", keys):
            raise ValueError(f"`{keys}` cannot be pressed: keys are 0-9, A-D, * and #")
        return keys

    def act(self, stage: Stage, path: str, phone: PhoneHandle, call: PhoneCall) -> Script[None]:  # noqa: ARG002 - as every step
        """Send the keys."""
        phone.press(call, self.keys, self.as_)
        yield from ()
