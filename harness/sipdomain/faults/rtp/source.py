"""Audio from elsewhere: packets come from another port, or another host, than the session description names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sipdomain.faults.fault import Fault, Moment, Passage, key

Other = Literal["port", "host"]
PLACES: Final[dict[Other, int]] = {"port": 1, "host": 2}
"""By what differs, the binding of a packet that is let through."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Fault):
    """Let packets come from another place.

    Attributes:
        other: What differs: the port, or the host, of which the emulator alone can be made to see another.
    """

    other: Other = key("What differs: the port, or the host (of what phones send).", default="port")

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        Fault.__post_init__(self)
        if self.other not in PLACES:
            raise ValueError(f"`other` must be one of {', '.join(PLACES)}, not {self.other}")
        if self.other == "host" and self.sender != "phone":
            raise ValueError("`from` must be the phone: the emulator cannot send from another host")

    def strike(self, data: bytes, _: Moment) -> list[Passage]:
        """Let it through from the other place."""
        return [Passage(0.0, data, PLACES[self.other])]
