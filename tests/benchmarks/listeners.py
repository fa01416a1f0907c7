"""Callers that do nothing but listen: how evenly RTP reaches them, by the kernel's own time stamps."""

from __future__ import annotations

import re
import select
import socket
import struct
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from sipdomain.errors import SetupError
from sipdomain.sip.codec import parse
from sipdomain.sip.digest import Challenge, answer_challenge
from sipdomain.sip.message import Response
from sipdomain.sip.outputs import Address
from tests.benchmarks.sipp import PASSWORD, USER

BEAT: Final = 0.02
_SO_TIMESTAMPNS: Final = 35
_STAMP: Final = struct.Struct("@ll")
_DOMAIN: Final = "demo.sip.twilio.com"
_SDP: Final = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0 101\r\n"
    "a=rtpmap:101 telephone-event/8000\r\n"
)


@dataclass(slots=True)
class Listener:
    """One call's end.

    Attributes:
        rtp: Its socket for RTP.
        call_id: Its Call-ID.
        arrived: When each packet came, in seconds.
        remote: Where its own RTP goes.
    """

    rtp: socket.socket
    call_id: str
    arrived: list[float] = field(default_factory=list)
    remote: tuple[str, int] = ("127.0.0.1", 0)


class Ears:
    """Sockets for RTP, and a thread that notes when each packet came."""

    def __init__(self) -> None:
        self._all: list[Listener] = []
        self._poll = select.epoll()
        self._by_number: dict[int, Listener] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def open(self, call_id: str) -> Listener:
        """Open one more socket."""
        rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        rtp.bind(("127.0.0.1", 0))
        rtp.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        rtp.setblocking(False)
        listener = Listener(rtp, call_id)
        self._all.append(listener)
        self._by_number[rtp.fileno()] = listener
        self._poll.register(rtp.fileno(), select.EPOLLIN)
        return listener

    @property
    def all(self) -> Sequence[Listener]:
        """The sockets, in the order in which they were opened."""
        return self._all

    def _listen(self) -> None:
        while not self._stop.is_set():
            for number, _ in self._poll.poll(0.1):
                listener = self._by_number[number]
                while True:
                    try:
                        _, stamps, _, _ = listener.rtp.recvmsg(2048, 128)
                    except BlockingIOError:
                        break
                    seconds, nanoseconds = _STAMP.unpack(stamps[0][2][:16])
                    listener.arrived.append(seconds + nanoseconds / 1e9)

    def gaps(self, since: float, until: float) -> list[float]:
        """Return how much later than 20 ms after the one before each packet came, in seconds, sorted.

        Args:
            since: Unix seconds.
            until: Unix seconds.
        """
        late: list[float] = []
        for listener in self._all:
            times = [each for each in list(listener.arrived) if since <= each <= until]
            late += (after - before - BEAT for before, after in pairwise(times))
        return sorted(late)

    def close(self) -> None:
        """Let go of everything."""
        self._stop.set()
        self._thread.join()
        for each in self._all:
            each.rtp.close()


class Listeners(Ears):
    """A number of calls, each with a socket."""

    def __init__(self, server: Address, calls: int, domain: str = _DOMAIN) -> None:
        """Call so often, one call after another.

        Raises:
            SetupError: A call was not answered.
        """
        super().__init__()
        self._server, self._domain = (server.host, server.port), domain
        self._sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._sip.bind(("127.0.0.1", 0))
        self._sip.settimeout(5)
        for number in range(calls):
            self._call(f"listener-{number}-{time.monotonic_ns()}@127.0.0.1")

    @property
    def call_ids(self) -> list[str]:
        """The Call-IDs."""
        return [each.call_id for each in self._all]

    def _call(self, call_id: str) -> None:
        listener = self.open(call_id)
        body = _SDP.format(port=listener.rtp.getsockname()[1])
        answered, number = self._ask(call_id, 1, body), 1
        if answered.status == 407:
            self._ack(answered, call_id, 1)
            challenge = Challenge.parse(answered.require("proxy-authenticate"))
            found = answer_challenge(
                challenge, method="INVITE", uri=f"sip:100@{self._domain}", username=USER, password=PASSWORD,
                cnonce="c0ffee",
            )  # fmt: skip
            answered, number = self._ask(call_id, 2, body, f"Proxy-Authorization: {found}\r\n"), 2
        if answered.status != 200:
            raise SetupError(f"a call was answered {answered.status}")
        self._ack(answered, call_id, number)
        media = re.search(rb"m=audio (\d+) ", answered.body)
        listener.remote = (self._server[0], int(media[1]) if media else 0)

    def _ask(self, call_id: str, number: int, body: str, extra: str = "") -> Response:
        self._send("INVITE", call_id, number, f"z9hG4bK{call_id}-{number}", "", body, extra)
        while True:
            message = parse(self._sip.recv(65_535))
            if (
                isinstance(message, Response)
                and message.status >= 200
                and (message.call_id, message.cseq.number) == (call_id, number)
            ):
                return message

    def _ack(self, response: Response, call_id: str, number: int) -> None:
        tag = f";tag={response.to.tag}"
        if response.status >= 300:
            self._send("ACK", call_id, number, f"z9hG4bK{call_id}-{number}", tag, "", "")
            return
        # Without the route set (RFC 3261 section 12.2.1.1) it does not arrive, and the call ends after 32 s.
        routes = "".join(f"Route: {each}\r\n" for each in reversed(response.headers.list("record-route")))
        uri = str(response.contact.uri) if response.contact else ""
        self._send("ACK", call_id, number, f"z9hG4bK{call_id}-{number}-ack", tag, "", routes, uri)

    def _send(
        self,
        method: str,
        call_id: str,
        number: int,
        branch: str,
        tag: str,
        body: str,
        extra: str,
        uri: str = "",
    ) -> None:
        host, port = self._sip.getsockname()
        head = (
            f"{method} {uri or f'sip:100@{self._domain}'} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {host}:{port};branch={branch};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: <sip:{USER}@{self._domain}>;tag=f{call_id[:12]}\r\n"
            f"To: <sip:100@{self._domain}>{tag}\r\n"
            f"Call-ID: {call_id}\r\nCSeq: {number} {method}\r\nContact: <sip:{USER}@{host}:{port}>\r\n{extra}"
            f"Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )
        self._sip.sendto(head.encode(), self._server)

    def close(self) -> None:
        """Let go of everything; the calls end with the server."""
        super().close()
        self._sip.close()
