"""Take a call off hold."""

from __future__ import annotations

from typing import ClassVar

from sipdomain.phone import PhoneCall
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.hold import renewed
from sipdomain.scenario.steps.in_call import InCall
from sipdomain.scenario.world import PhoneHandle, Script


class Resume(InCall):
    """Take a call off hold by re-INVITE with `a=sendrecv`, and go on when the other side agreed."""

    shorthand: ClassVar[str] = "call"
    purpose: ClassVar[str] = "resume"

    def act(self, stage: Stage, path: str, phone: PhoneHandle, call: PhoneCall) -> Script[None]:
        """Resume it."""
        phone.resume(call)
        yield from renewed(self, stage, path, call, "")
