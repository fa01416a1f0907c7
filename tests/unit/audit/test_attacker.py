"""Requests of the audit towards a server that answers with much besides the answer."""

from __future__ import annotations

import re
import socket
from typing import cast

from sipdomain.audit.attacker import Attacker
from sipdomain.audit.target import Target
from sipdomain.audit.wires import Datagrams
from sipdomain.sip.outputs import Address

STRAY = b"OPTIONS sip:x@127.0.0.1 SIP/2.0\r\nCall-ID: other\r\nCSeq: 1 OPTIONS\r\n\r\n"


class Chatty:
    """The end of a socket to which 1,200 other datagrams come before the answer."""

    def __init__(self) -> None:
        self.left = 1_200
        self.timeouts: list[float] = []
        self.sent = b""

    def getsockname(self) -> tuple[str, int]:
        return "127.0.0.1", 5070

    def settimeout(self, seconds: float) -> None:
        self.timeouts.append(seconds)

    def send(self, data: bytes) -> int:
        self.sent = data
        return len(data)

    def recv(self, _size: int) -> bytes:
        self.left -= 1
        if self.left >= 0:
            return STRAY if self.left % 2 else b"\xff\x00 not SIP"
        fields = re.findall(rb"(?:Via|From|To|Call-ID|CSeq): [^\r]*\r\n", self.sent)
        return b"SIP/2.0 404 Not Found\r\n" + b"".join(fields) + b"Content-Length: 0\r\n\r\n"


def test_what_comes_besides_the_answer_is_skipped_and_gives_it_no_more_time() -> None:
    udp = Chatty()
    target = Target(address=Address("127.0.0.1", 5060), domain="acme.sip.twilio.com", pause=0.0)
    answer = Attacker(target, Datagrams(cast("socket.socket", udp))).ask("REGISTER", "alice")
    assert answer.status == 404
    assert len(udp.timeouts) == 1_201
    assert udp.timeouts == sorted(udp.timeouts, reverse=True)
