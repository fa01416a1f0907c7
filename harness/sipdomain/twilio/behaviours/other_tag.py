"""Another To tag in the 200 than in the 180, as behind a proxy that forks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow
from sipdomain.twilio.behaviours.on_call import Later, Memory, OnCall, is_answer, with_fields

_EARLY = "-early"


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTag(OnCall):
    """The 180 and 183 have another To tag than the 200.

    These are two early dialogs, of which the second is answered (RFC 3261 section 12.1.2).
    """

    WORD: ClassVar[str] = "other_tag"

    def leaving(self, message: Request | Response, flow: Flow, memory: Memory) -> list[Later] | None:
        """Change the tag of a provisional response."""
        del flow, memory
        if not is_answer(message, 101, 199):
            return None
        fields = [
            (name, f"{value}{_EARLY}" if name.lower() == "to" else value) for name, value in message.headers
        ]
        return [Later(0.0, with_fields(message, fields))]
