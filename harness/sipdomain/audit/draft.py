"""A request by hand: a probe may write what no phone would."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Final

OFFER: Final = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
)
Fields = tuple[tuple[str, str], ...]


def _tag() -> str:
    return token_hex(4)


def _branch() -> str:
    return f"z9hG4bK{token_hex(8)}"


def _call_id() -> str:
    return token_hex(8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a request says.

    Attributes:
        method: Its method.
        uri: The Request-URI.
        from_: The URI of From.
        to: The URI of To.
        contact: The URI of Contact.
        via: HOST:PORT of Via, with its parameters but the branch.
        transport: Of Via.
        fields: Further header fields.
        body: A session description, or "".
        call_id: The Call-ID.
        sequence: The number in CSeq.
        tag: Ours.
        to_tag: The other side's, or "".
        branch: Of Via.
    """

    method: str
    uri: str
    from_: str
    to: str
    contact: str
    via: str
    transport: str = "UDP"
    fields: Fields = ()
    body: str = ""
    call_id: str = field(default_factory=_call_id)
    sequence: int = 1
    tag: str = field(default_factory=_tag)
    to_tag: str = ""
    branch: str = field(default_factory=_branch)

    def again(self, fields: Fields) -> Draft:
        """Return the request once more, as the next of its call, with further header fields."""
        return replace(self, sequence=self.sequence + 1, branch=_branch(), fields=(*self.fields, *fields))

    def cancelling(self) -> Draft:
        """Return the CANCEL of it, which belongs to its transaction (RFC 3261 section 9.1)."""
        return replace(self, method="CANCEL", fields=(), body="")

    def acknowledging(self, status: int, to_tag: str) -> Draft:
        """Return the ACK of a final response (RFC 3261 sections 13.2.2.4, 17.1.1.3)."""
        ack = self.within("ACK", to_tag, ahead=0)
        return ack if status < 300 else replace(ack, branch=self.branch)

    def within(self, method: str, to_tag: str, *, ahead: int) -> Draft:
        """Return a later request of the call that it began.

        Args:
            method: Of the request.
            to_tag: The other side's.
            ahead: By how much its number is higher.
        """
        return replace(
            self, method=method, sequence=self.sequence + ahead, fields=(), body="", to_tag=to_tag, branch=_branch()
        )  # fmt: skip

    def __bytes__(self) -> bytes:
        """Return the request as it is sent; surrogates become the bytes that they stand for."""
        body = self.body.encode("utf-8", "surrogateescape")
        lines = [
            f"{self.method} {self.uri} SIP/2.0",
            f"Via: SIP/2.0/{self.transport} {self.via};branch={self.branch}",
            "Max-Forwards: 70",
            f"From: <{self.from_}>;tag={self.tag}",
            f"To: <{self.to}>{f';tag={self.to_tag}' if self.to_tag else ''}",
            f"Call-ID: {self.call_id}",
            f"CSeq: {self.sequence} {self.method}",
            f"Contact: <{self.contact}>",
            *(f"{name}: {value}" for name, value in self.fields),
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape") + body
