"""Two INVITEs within a call that cross each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from sipdomain.twilio.behaviours.behaviour import Answer, Answering, Means


@dataclass(frozen=True, slots=True, kw_only=True)
class Glare(Answering):
    """A re-INVITE of the PBX crosses one of the cloud, and gets 491; both try again later (RFC 3261 section 14.1)."""

    WORD: ClassVar[str] = "glare"

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range, or cannot be chosen.
        """
        Answering.__post_init__(self)
        if self.of != "INVITE" or self.in_call is False:
            raise ValueError("`glare` is about an INVITE within a call, and takes no `of` and no `in_call`")
        if self.in_call is None:
            object.__setattr__(self, "in_call", True)

    def answer(self, means: Means) -> Answer:
        """Return the response."""
        del means
        return Answer(491, None, invites=True)
