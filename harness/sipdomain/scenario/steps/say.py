"""Say words into a call."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sipdomain.phone import PhoneCall
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.in_call import InCall
from sipdomain.scenario.world import PhoneHandle, Script


class Say(InCall):
    """Say words once the call is answered, behind what is said already, and go on at once; `expect: {said: …}` waits.

    The voice is the one that the emulator uses. What is not said when the call ends is not heard.
    """

    shorthand: ClassVar[str] = "words"
    purpose: ClassVar[str] = "say words in"

    words: str = Field(min_length=1, max_length=4096, description="What is said; `say: TEXT` is enough.")

    def act(self, stage: Stage, path: str, phone: PhoneHandle, call: PhoneCall) -> Script[None]:  # noqa: ARG002 - as every step
        """Say them."""
        phone.say(call, self.words)
        yield from ()
