"""An INVITE of the cloud within the call: hold, resume, no offer, audio elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from sipdomain.media.outputs import MediaOutput, OpenMedia
from sipdomain.twilio.behaviours.behaviour import key
from sipdomain.twilio.behaviours.on_call import Acting, check_loopback


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinvite(Acting):
    """The cloud sends an INVITE within the call (RFC 3261 section 14).

    Attributes:
        direction: What it wants to do with the audio: `sendonly` and `inactive` hold the call.
        body: Whether it offers; without an offer the PBX makes one in its 200 (RFC 3261 section 14.2).
        address: The address that it offers in place of its own, an IPv4 address of the loopback network, or "".
    """

    WORD: ClassVar[str] = "reinvite"

    direction: Literal["sendrecv", "sendonly", "recvonly", "inactive"] = key(
        "What it wants to do with the audio; `sendonly` and `inactive` hold the call.", default="sendonly"
    )
    body: bool = key("Whether it makes an offer; else the PBX makes one in its 200.", default=True)
    address: str = key(
        "An address that it offers, such as 127.0.0.9; live, its own audio comes from where it did.",
        default="",
    )

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        Acting.__post_init__(self)
        if self.address:
            check_loopback(self.address)
            if not self.body:
                raise ValueError("`address` cannot stand beside `body: false`: there is no offer to name it")

    def media(self, output: MediaOutput) -> MediaOutput:
        """Open the port at every address, where another one is offered later."""
        if not self.address or not isinstance(output, OpenMedia):
            return output
        return replace(output, host="0.0.0.0")  # noqa: S104 - audio comes to 127.0.0.0/8, by any of its addresses
