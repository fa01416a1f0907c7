"""A connection that does not come about: refused by TCP, or by TLS in its handshake (RFC 8446 section 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.faults.fault import OVER, STREAMS, Fault, Moment, Passage, Transport, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Refuse(Fault):
    """Refuse new connections, by RST, or by the alert `handshake_failure`; messages of open ones are left alone."""

    ANYWHERE: ClassVar[frozenset[Transport]] = STREAMS
    REFUSES: ClassVar[bool] = True

    over: frozenset[Transport] = key(OVER, default=STREAMS)

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let what travels by an open connection through."""
        return [Passage(0.0, data, moment.binding)]
