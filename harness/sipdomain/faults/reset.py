"""A connection that breaks: a message is lost with it, and both ends notice (RST, RFC 9293 section 3.5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.faults.fault import OVER, STREAMS, Fault, Moment, Passage, Transport, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset(Fault):
    """Reset the connection in place of carrying a message."""

    ANYWHERE: ClassVar[frozenset[Transport]] = STREAMS

    over: frozenset[Transport] = key(OVER, default=STREAMS)

    def strike(self, _data: bytes, moment: Moment) -> list[Passage]:
        """Let nothing through, and reset the connection."""
        return [Passage(0.0, b"", moment.binding, "reset")]
