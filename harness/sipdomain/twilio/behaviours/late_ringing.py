"""A 180 or 183 that comes late, perhaps after the 200."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow
from sipdomain.twilio.behaviours.behaviour import Bounds, key
from sipdomain.twilio.behaviours.on_call import LATEST, Later, Memory, OnCall, is_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class LateRinging(OnCall):
    """Each 180 or 183 leaves late, and not at all once the call is answered or refused.

    Attributes:
        by: How late, in seconds.
        after_answer: Whether it leaves all the same, so that it comes after the 200.
    """

    WORD: ClassVar[str] = "late_ringing"
    BOUNDS: ClassVar[Bounds] = {"by": (0.0, LATEST)}

    by: float = key("How late, in seconds.", default=2.0)
    after_answer: bool = key(
        "Whether it leaves though the call is answered meanwhile, so that it comes after the 200.",
        default=False,
    )

    def leaving(self, message: Request | Response, flow: Flow, memory: Memory) -> list[Later] | None:
        """Hold a provisional response up."""
        del flow, memory
        return [Later(self.by, bytes(message), self.after_answer)] if is_answer(message, 101, 199) else None
