"""Silence: a request gets nothing at all, as if it had been lost, or as if its edge were down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.twilio.behaviours.behaviour import Unheard


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence(Unheard):
    """Requests are not heard. Each that is sent again counts as one more; with `of: ACK` a 200 is sent again."""

    WORD: ClassVar[str] = "silence"
