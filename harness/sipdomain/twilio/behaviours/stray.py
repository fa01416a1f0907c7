"""A request of the cloud that belongs to no dialog of the PBX."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from sipdomain.twilio.behaviours.behaviour import key
from sipdomain.twilio.behaviours.on_call import Acting


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray(Acting):
    """The cloud sends a request to the Contact of the PBX, with another Call-ID than the call's; the call goes on.

    OPTIONS asks whether anybody is there (RFC 3261 section 11); a BYE of a dialog that there is not gets 481
    (section 15.1.2).

    Attributes:
        method: OPTIONS, outside of any dialog, or BYE, within one that the PBX does not know.
    """

    WORD: ClassVar[str] = "stray"

    method: Literal["OPTIONS", "BYE"] = key(
        "OPTIONS, outside of any dialog, or BYE, within one that there is not.", default="OPTIONS"
    )
