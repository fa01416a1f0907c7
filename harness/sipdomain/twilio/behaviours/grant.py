"""Another expiry than a REGISTER asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.twilio.behaviours.behaviour import Bounds, Granting, key


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(Granting):
    """A REGISTER that is accepted gets so many seconds, whatever it asked for (RFC 3261 section 10.2.4).

    Attributes:
        seconds: How many.
    """

    WORD: ClassVar[str] = "grant"
    BOUNDS: ClassVar[Bounds] = {"seconds": (5, 3600)}

    seconds: int = key("How many seconds.", default=60)

    def granted(self) -> int:
        """Return how many seconds it grants."""
        return self.seconds
