"""Wait for a call to a phone."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sipdomain.phone import PhoneCall
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import Judging
from sipdomain.scenario.values import Within
from sipdomain.scenario.world import Script, Until


class WaitRinging(Judging):
    """Wait until a phone rings, and let it ring: `answer` takes the call, `expect` sees what becomes of it."""

    shorthand: ClassVar[str] = "phone"

    name: str = Field("call", description="What later steps call this call.")
    phone: str = Field("", description="Which phone; may be left out when there is one only.")
    within: Within = Field(5.0, description="How long to wait until it rings, in seconds.")

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Wait for the call."""
        yield from ringing(stage, self.phone, self.name, self.within, path)


def ringing(stage: Stage, phone_name: str, name: str, within: float, path: str) -> Script[PhoneCall]:
    """Wait until a phone rings; the call gets its name.

    Raises:
        ExpectationError: It does not ring.
        StepError: There is no such phone.
    """
    phone_name = stage.phone_name(phone_name)
    phone = stage.world.phone(phone_name)
    if not (yield Until(lambda: bool(phone.ringing), within)):
        raise ExpectationError(Mismatch(path, f"a call to {phone_name} within {within:g} s", "none", ()))
    call = phone.ringing[0]
    stage.add_call(name, call, phone)
    return call
