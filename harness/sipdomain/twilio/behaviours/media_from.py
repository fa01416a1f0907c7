"""Audio from another address than signalling's, as behind a media relay."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from sipdomain.media.outputs import MediaOutput, OpenMedia
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow
from sipdomain.twilio.behaviours.behaviour import key
from sipdomain.twilio.behaviours.on_call import Later, Memory, OnCall, check_loopback, with_body

_ADDRESS = re.compile(rb"^(c=IN IP4 |o=[^\r\n]* IN IP4 )[0-9.]+", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaFrom(OnCall):
    """The audio comes from, and is wanted at, another address than signalling's: the session description names it.

    Attributes:
        address: It.
    """

    WORD: ClassVar[str] = "media_from"

    address: str = key("The address, of the loopback network.", default="127.0.0.9")

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        OnCall.__post_init__(self)
        check_loopback(self.address)

    def leaving(self, message: Request | Response, flow: Flow, memory: Memory) -> list[Later] | None:
        """Name the address in a session description."""
        del flow, memory
        if message.content_type != "application/sdp":
            return None
        return [Later(0.0, with_body(message, _ADDRESS.sub(rb"\g<1>" + self.address.encode(), message.body)))]

    def media(self, output: MediaOutput) -> MediaOutput:
        """Open the port at the address."""
        return replace(output, host=self.address) if isinstance(output, OpenMedia) else output
