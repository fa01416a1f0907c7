"""Transfer a call to somebody else."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, field_validator, model_validator

from sipdomain.phone import PhoneCall
from sipdomain.scenario.mismatch import ExpectationError, Mismatch, StepError
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.dial import full_uri, sip_uri
from sipdomain.scenario.steps.in_call import InCall
from sipdomain.scenario.world import PhoneHandle, Script, Until


class Transfer(InCall):
    """Ask the other side by REFER to call somebody else, and go on at once; `expect: {transfer: […]}` waits (RFC 3515).

    The call itself goes on until somebody hangs up.
    """

    shorthand: ClassVar[str] = "to"
    purpose: ClassVar[str] = "transfer"

    to: str = Field(
        "",
        examples=["sip:bob@acme"],
        description="The SIP URI that the other side is to call; a host without a dot gets `.sip.twilio.com`.",
    )
    replaces: str = Field(
        "",
        description="In place of `to`: another answered call of this phone, in which the other side is to take its place.",
    )

    @field_validator("to")
    @classmethod
    def _is_uri(cls, text: str) -> str:
        return sip_uri(text) if text else text

    @model_validator(mode="after")
    def _is_one_kind(self) -> Transfer:
        if bool(self.to) == bool(self.replaces):
            raise ValueError("exactly one of to and replaces is needed")
        return self

    def act(self, stage: Stage, path: str, phone: PhoneHandle, call: PhoneCall) -> Script[None]:
        """Send the REFER."""
        if self.to:
            phone.transfer(call, full_uri(self.to))
        else:
            other = stage.call(self.replaces)
            yield Until(lambda: other.state == "answered" or stage.is_over(other), self.within)
            if other.state != "answered":
                expected = f"`{self.replaces}` to be answered"
                raise ExpectationError(Mismatch(f"{path}.replaces", expected, other.state, (), other.call_id))
            its_phone, replaced = stage.phone_of(other)
            if its_phone is not phone:
                raise StepError(f"`{self.replaces}` is a call of another phone")
            phone.join(call, replaced)
        yield from ()
