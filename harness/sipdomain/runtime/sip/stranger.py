"""An INVITE over UDP from an address that has nothing to do with the emulator, and what it gets."""

from __future__ import annotations

import contextlib
import secrets
import socket
from typing import Final

from sipdomain.errors import RemoteProtocolError, SetupError
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Response
from sipdomain.sip.outputs import Address

ADDRESS: Final = "127.0.0.99"
"""Where it comes from."""
_LARGEST: Final = 65_535
_MOST: Final = 100
_FORM: Final = (
    "{method} {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {here};branch=z9hG4bK{branch};rport\r\nMax-Forwards: 70\r\n"
    "From: <sip:stranger@{here}>;tag={tag}\r\nTo: {to}\r\nCall-ID: {call_id}\r\nCSeq: {number} {method}\r\n"
    "Contact: <sip:stranger@{here}>\r\n{rest}"
)
_BODY: Final = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=inactive\r\n"
)


class Stranger:
    """Calls once; whatever comes of it is ended by `close`."""

    def __init__(self, target: Address, uri: str) -> None:
        """Send the INVITE.

        Args:
            target: Where to.
            uri: Whom it calls.

        Raises:
            SetupError: Its address cannot be bound, or nothing goes out.
        """
        self._target, self._uri = target, uri
        self._branch, self._tag, self._call_id = (secrets.token_hex(8) for _ in range(3))
        self._statuses: list[int] = []
        self._to = f"<{uri}>"
        try:
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            self._socket.settimeout(0)
            self._socket.bind((ADDRESS, 0))
            self._here = Address(*self._socket.getsockname())
            self._send("INVITE", self._branch, 1, _BODY.format(host=ADDRESS))
        except OSError as error:
            raise SetupError(f"nothing can be sent from {ADDRESS}: {error.strerror}") from error

    @property
    def statuses(self) -> tuple[int, ...]:
        """What its INVITE got until now, in order."""
        with contextlib.suppress(BlockingIOError, ConnectionRefusedError):
            while len(self._statuses) < _MOST:
                self._take(self._socket.recv(_LARGEST))
        return tuple(self._statuses)

    def close(self) -> None:
        """End its call."""
        found = self.statuses
        with contextlib.suppress(OSError):
            if any(200 <= status < 300 for status in found):
                self._send("BYE", secrets.token_hex(8), 2)
            elif not any(status >= 200 for status in found):
                self._send("CANCEL", self._branch, 1)
        self._socket.close()

    def _take(self, data: bytes) -> None:
        try:
            message = parse(data)
            number, method = message.cseq.number, message.cseq.method
        except RemoteProtocolError:
            return
        if not isinstance(message, Response) or method != "INVITE":
            return
        self._statuses.append(message.status)
        if message.status >= 200:
            self._to = message.headers.get("to") or self._to
            # RFC 3261 section 17.1.1.3: that of a refusal has the branch of its INVITE.
            self._send("ACK", self._branch if message.status >= 300 else secrets.token_hex(8), number)

    def _send(self, method: str, branch: str, number: int, body: str = "") -> None:
        kind = "Content-Type: application/sdp\r\n" if body else ""
        text = _FORM.format(
            method=method, uri=self._uri, here=self._here, branch=branch, tag=self._tag, to=self._to,
            call_id=self._call_id, number=number, rest=f"{kind}Content-Length: {len(body)}\r\n\r\n{body}",
        )  # fmt: skip
        self._socket.sendto(text.encode(), self._target)
