"""A 200 that crosses the CANCEL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.twilio.behaviours.on_call import OnCall


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOnCancel(OnCall):
    """A CANCEL comes too late: the call is answered, and the PBX has to ACK and to hang up (RFC 3261 section 15)."""

    WORD: ClassVar[str] = "answer_on_cancel"
