"""Put a call on hold."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sipdomain.phone import PhoneCall
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.in_call import InCall
from sipdomain.scenario.world import PhoneHandle, Script, Until


class Hold(InCall):
    """Put an answered call on hold by re-INVITE, and go on when the other side agreed (RFC 3264 section 8.4)."""

    shorthand: ClassVar[str] = "call"
    purpose: ClassVar[str] = "put on hold"

    inactive: bool = Field(
        default=False, description="Whether to offer `a=inactive` in place of `a=sendonly`."
    )

    def act(self, stage: Stage, path: str, phone: PhoneHandle, call: PhoneCall) -> Script[None]:
        """Hold it."""
        phone.hold(call, inactive=self.inactive)
        yield from renewed(self, stage, path, call, "held")


def renewed(step: InCall, stage: Stage, path: str, call: PhoneCall, wanted: str) -> Script[None]:
    """Wait until a hold or a resume has its answer.

    Raises:
        ExpectationError: It was refused, or the call ended before.
    """
    yield Until(lambda: call.hold in {"", "held"} or stage.is_over(call), step.within)
    if call.hold != wanted or call.hold_refusal or call.state != "answered":
        expected = "a call that is on hold" if wanted else "a call that is resumed"
        refusal = f"refused with {call.hold_refusal}" if call.hold_refusal else "no answer to the re-INVITE"
        got = refusal if call.state == "answered" else call.state
        raise ExpectationError(Mismatch(path, expected, got, (), call.call_id))
