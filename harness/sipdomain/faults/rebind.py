"""NAT rebinding: from some moment on what the phone sends comes from another port."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Fault, Moment, Passage


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebind(Fault):
    """Give the phone another port, as a NAT does that forgot the first one; what is sent to the old port is lost."""

    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Let the phone's datagram come from the next port, and what goes to it only get through by that."""
        if moment.sender != "cloud":
            return [Passage(0.0, data, moment.binding + 1)]
        return [Passage(0.0, data, moment.binding - 1)] if moment.binding else []
