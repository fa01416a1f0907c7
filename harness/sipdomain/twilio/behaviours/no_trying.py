"""No 100: the PBX repeats its INVITE until something else comes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow
from sipdomain.twilio.behaviours.on_call import Later, Memory, OnCall, is_answer


@dataclass(frozen=True, slots=True, kw_only=True)
class NoTrying(OnCall):
    """No 100 is sent: until a response comes, an INVITE over UDP is sent again (RFC 3261 section 17.1.1.2)."""

    WORD: ClassVar[str] = "no_trying"

    def leaving(self, message: Request | Response, flow: Flow, memory: Memory) -> list[Later] | None:
        """Let no 100 leave."""
        del flow, memory
        return [] if is_answer(message, 100, 100) else None
