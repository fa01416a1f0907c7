"""Requests one at a time over UDP, written by hand: a probe may send what no phone would."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sipdomain.audit.target import Target
from sipdomain.errors import RemoteProtocolError, SetupError
from sipdomain.sip.codec import parse
from sipdomain.sip.digest import Challenge, answer_challenge
from sipdomain.sip.message import Response

WAIT: Final = 2.0
"""How long an answer is waited for, in seconds; a request is sent again after a quarter of it."""
_TRIES: Final = 4
_LARGEST: Final = 65_535
_OFFER: Final = (
    "v=0\r\no=- 1 1 IN IP4 {host}\r\ns=-\r\nc=IN IP4 {host}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"
    "a=rtpmap:0 PCMU/8000\r\n"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        status: Of the first answer that is not 100; 0 for none.
        took: How long the first answer of all took, in seconds.
        response: That answer, or None.
    """

    status: int
    took: float
    response: Response | None = None

    @property
    def fingerprint(self) -> tuple[int, str, tuple[str, ...], int]:
        """Return by what two answers differ, without what differs in every answer: status, reason, fields, length."""
        if self.response is None:
            return self.status, "", (), 0
        names = tuple(sorted(name.lower() for name, _ in self.response.headers))
        return self.status, self.response.reason, names, len(self.response.body)

    @property
    def challenge(self) -> Challenge | None:
        """The digest challenge of a 401 or 407, if it can be read."""
        if self.response is None or self.status not in {401, 407}:
            return None
        name = "www-authenticate" if self.status == 401 else "proxy-authenticate"
        try:
            return Challenge.parse(self.response.headers.get(name) or "")
        except RemoteProtocolError:
            return None


class Attacker:
    """A socket towards the target; each call that is taken is ended again."""

    def __init__(self, target: Target, udp: socket.socket) -> None:
        self.target = target
        self._socket = udp
        self.host, self.port = udp.getsockname()[:2]

    def ask(
        self,
        method: str,
        user: str,
        *,
        fields: tuple[tuple[str, str], ...] = (),
        call_id: str = "",
        sequence: int = 1,
    ) -> Answer:
        """Send a request as a user, and return the answer; a call that is taken is acknowledged and ended.

        Args:
            method: "REGISTER", "INVITE" or "OPTIONS".
            user: Who asks.
            fields: Further header fields.
            call_id: The Call-ID; a new one when "".
            sequence: The number in CSeq.
        """
        time.sleep(self.target.pause)
        call_id = call_id or secrets.token_hex(8)
        tag, branch = secrets.token_hex(4), f"z9hG4bK{secrets.token_hex(8)}"
        body = _OFFER.format(host=self.host) if method == "INVITE" else ""
        request = self._request(method, user, tag, branch, call_id, sequence, fields, body)
        answer = self._exchange(request, call_id, method)
        if method == "INVITE" and answer.status >= 200:
            self._end(answer, user, tag, branch, call_id, sequence)
        elif method == "INVITE" and answer.status:
            self._send(self._request("CANCEL", user, tag, branch, call_id, sequence, (), ""))
        return answer

    def log_in(self, method: str, user: str, password: str) -> tuple[Answer, tuple[tuple[str, str], ...]]:
        """Ask, answer the challenge, and return the second answer, with the credentials sent; () without a challenge."""
        call_id = secrets.token_hex(8)
        first = self.ask(method, user, call_id=call_id)
        fields = self.credentials(first, method, user, password)
        if not fields:
            return first, ()
        return self.ask(method, user, fields=fields, call_id=call_id, sequence=2), fields

    def credentials(
        self, answer: Answer, method: str, user: str, password: str
    ) -> tuple[tuple[str, str], ...]:
        """Return the header field that answers a challenge; () when there is none that can be answered."""
        challenge = answer.challenge
        if challenge is None:
            return ()
        try:
            answered = answer_challenge(
                challenge, method=method, uri=self._uri(method), username=user, password=password,
                cnonce=secrets.token_hex(4),
            )  # fmt: skip
        except RemoteProtocolError:
            return ()
        name = "Authorization" if answer.status == 401 else "Proxy-Authorization"
        return ((name, str(answered)),)

    def _uri(self, method: str) -> str:
        who = "" if method == "REGISTER" else f"{self.target.extension}@"
        return f"sip:{who}{self.target.domain}"

    def _request(
        self, method: str, user: str, tag: str, branch: str, call_id: str, sequence: int,
        fields: tuple[tuple[str, str], ...], body: str, to_tag: str = "",
    ) -> bytes:  # fmt: skip
        uri = self._uri("REGISTER" if method == "REGISTER" else "INVITE")
        to = f"sip:{user}@{self.target.domain}" if method == "REGISTER" else uri
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.host}:{self.port};branch={branch};rport",
            "Max-Forwards: 70",
            f"From: <sip:{user}@{self.target.domain}>;tag={tag}",
            f"To: <{to}>{f';tag={to_tag}' if to_tag else ''}",
            f"Call-ID: {call_id}",
            f"CSeq: {sequence} {method}",
            f"Contact: <sip:{user}@{self.host}:{self.port}>",
            *(f"{name}: {value}" for name, value in fields),
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    def _exchange(self, request: bytes, call_id: str, method: str) -> Answer:
        began_at = time.perf_counter()
        first = 0.0
        provisional = Answer(0, 0.0)
        for _ in range(_TRIES):
            self._send(request)
            until = time.perf_counter() + WAIT / _TRIES
            while (response := self._receive(until, call_id, method)) is not None:
                first = first or time.perf_counter() - began_at
                if response.status >= 180:
                    return Answer(response.status, first, response)
                provisional = Answer(response.status, first, response)
        return provisional

    def _receive(self, until: float, call_id: str, method: str) -> Response | None:
        """Return the next response to a request; None when none came until then, or nobody is there."""
        while (left := until - time.perf_counter()) > 0:
            self._socket.settimeout(left)
            try:
                data = self._socket.recv(_LARGEST)
            except OSError:
                return None
            try:
                message = parse(data)
            except RemoteProtocolError:
                continue
            is_about = (message.headers.get("cseq") or "").endswith(method)
            if isinstance(message, Response) and is_about and message.headers.get("call-id") == call_id:
                return message
        return None

    def _end(self, answer: Answer, user: str, tag: str, branch: str, call_id: str, sequence: int) -> None:
        """Acknowledge a final response, and end the call where it was taken (RFC 3261 sections 13.2.2.4, 17.1.1.3)."""
        to = (answer.response.headers.get("to") or "") if answer.response is not None else ""
        to_tag = to.partition(";tag=")[2].partition(";")[0]
        own = branch if answer.status >= 300 else f"z9hG4bK{secrets.token_hex(8)}"
        self._send(self._request("ACK", user, tag, own, call_id, sequence, (), "", to_tag))
        if answer.status < 300:
            fresh = f"z9hG4bK{secrets.token_hex(8)}"
            self._send(self._request("BYE", user, tag, fresh, call_id, sequence + 1, (), "", to_tag))

    def _send(self, data: bytes) -> None:
        try:
            self._socket.send(data)
        except OSError:
            # What was refused comes back here, as an error of the next datagram (ICMP): nobody answers then.
            return


@contextmanager
def attacking(target: Target) -> Iterator[Attacker]:
    """Open a socket towards the target.

    Raises:
        SetupError: There is no way to it.
    """
    family = socket.AF_INET6 if ":" in target.address.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as udp:
        try:
            udp.connect((target.address.host, target.address.port))
        except OSError as error:
            raise SetupError(f"no way to {target.address}: {error.strerror or error}") from error
        yield Attacker(target, udp)
