"""A message and a packet of audio as they went, with who sent them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sipdomain.errors import RemoteProtocolError
from sipdomain.media.rtp import RtpPacket
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address

By = Literal["pbx", "cloud"]


@dataclass(frozen=True, slots=True)
class Wire:
    """A message of SIP.

    Attributes:
        at: The moment, in seconds.
        by: Who sent it.
        transport: "udp", "tcp" or "tls".
        source: Where it came from.
        target: Where it went to.
        message: The message.
        data: Its bytes.
    """

    at: float
    by: By
    transport: str
    source: Address
    target: Address
    message: Request | Response
    data: bytes

    @property
    def method(self) -> str:
        """The method of a request, or "" for a response."""
        return self.message.method if isinstance(self.message, Request) else ""

    @property
    def status(self) -> int:
        """The status of a response, or 0 for a request."""
        return self.message.status if isinstance(self.message, Response) else 0

    @property
    def request(self) -> Request:
        """The message as a request.

        Raises:
            TypeError: It is a response.
        """
        if not isinstance(self.message, Request):
            raise TypeError(f"{self.message.status} is a response")
        return self.message

    @property
    def cseq(self) -> tuple[int, str]:
        """Number and method of its CSeq, or (0, "") where none can be read."""
        try:
            found = self.message.cseq
        except RemoteProtocolError:
            return 0, ""
        return found.number, found.method

    @property
    def branch(self) -> str:
        """The branch of its first Via, or ""."""
        try:
            return self.message.via.branch or ""
        except RemoteProtocolError:
            return ""

    @property
    def to_tag(self) -> str:
        """The tag of its To, or ""."""
        try:
            return self.message.to.tag or ""
        except RemoteProtocolError:
            return ""

    @property
    def from_tag(self) -> str:
        """The tag of its From, or ""."""
        try:
            return self.message.from_.tag or ""
        except RemoteProtocolError:
            return ""

    def header(self, name: str) -> str:
        """Return a header field's first value, or ""."""
        return self.message.headers.get(name) or ""


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet of RTP.

    Attributes:
        at: The moment, in seconds.
        by: Who sent it.
        source: Where it came from.
        target: Where it went to.
        rtp: The packet.
    """

    at: float
    by: By
    source: Address
    target: Address
    rtp: RtpPacket
