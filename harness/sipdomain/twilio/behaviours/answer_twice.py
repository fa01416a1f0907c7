"""A 200 that comes again though its ACK came, or as that of another phone behind a proxy that forks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow
from sipdomain.twilio.behaviours.behaviour import Bounds, key
from sipdomain.twilio.behaviours.on_call import LATEST, Later, Memory, OnCall, is_answer, with_fields

FORK = "-fork"
"""What the To tag of another phone's 200 ends with, and a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTwice(OnCall):
    """The 200 to the INVITE leaves once more a little later, though it was acknowledged: as if the network had held a copy.

    Each copy wants an ACK (RFC 3261 section 13.2.2.4).

    Attributes:
        after: How much later, in seconds.
        copies: How many copies.
        forked: Whether each copy has a To tag of its own: the caller acknowledges it, and ends that dialog by BYE.
    """

    WORD: ClassVar[str] = "answer_twice"
    BOUNDS: ClassVar[Bounds] = {"after": (0.0, LATEST), "copies": (1, 10)}

    after: float = key("How much later, in seconds.", default=0.5)
    copies: int = key("How many copies, each so much later than the one before.", default=1)
    forked: bool = key(
        "Whether each has another To tag, as where a proxy forks and several phones answer.", default=False
    )

    def leaving(self, message: Request | Response, flow: Flow, memory: Memory) -> list[Later] | None:
        """Let the first 200 leave more than once."""
        del flow
        if not is_answer(message, 200, 200) or "answer" in memory.seen:
            return None
        memory.seen.add("answer")
        others = [
            Later(self.after * number, self._copy(message, number)) for number in range(1, self.copies + 1)
        ]
        return [Later(0.0, bytes(message)), *others]

    def _copy(self, message: Request | Response, number: int) -> bytes:
        if not self.forked:
            return bytes(message)
        fields = [
            (name, f"{value}{FORK}{number}" if name.lower() == "to" else value)
            for name, value in message.headers
        ]
        return with_fields(message, fields)
