"""While one stranger floods, another's calls are set up and end, live."""

from __future__ import annotations

import re
import socket
import threading
import time

from tests.integration.served import Served, served, webhooks
from tests.unit.twilio.bench import SDP

STRANGER = "127.0.0.66"


class Flood:
    """A thread that sends OPTIONS, each of its own call, until it has sent so many.

    Attributes:
        sent: How many were sent.
        seconds: How long that took.
    """

    def __init__(self, emulator: Served, rate: int, count: int) -> None:
        self._emulator = emulator
        self._rate = rate
        self._count = count
        self.sent = 0
        self.seconds = 0.0
        self._thread = threading.Thread(target=self._send, daemon=True)
        self._thread.start()

    def _send(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind((STRANGER, 0))
            here = "{}:{}".format(*udp.getsockname())
            began, pause = time.monotonic(), threading.Event()
            while self.sent < self._count:
                due = min(self._count, int((time.monotonic() - began) * self._rate) + 1)
                for number in range(self.sent, due):
                    udp.sendto(request("OPTIONS", here, f"scan-{number}", number), self._emulator.sip)
                self.sent = due
                pause.wait(0.001)
            self.seconds = time.monotonic() - began

    def is_over(self) -> bool:
        return not self._thread.is_alive()

    def join(self) -> None:
        self._thread.join()


def request(method: str, here: str, call_id: str, number: int, to_tag: str = "") -> bytes:
    """Return a request to the demo domain."""
    body = SDP if method == "INVITE" else b""
    fields = (
        f"{method} sip:100@demo.sip.twilio.com SIP/2.0", f"Via: SIP/2.0/UDP {here};branch=z9hG4bK-{call_id}-{number};rport",
        "Max-Forwards: 70", f"From: <sip:a@{here}>;tag=1", f"To: <sip:100@demo.sip.twilio.com>{to_tag}",
        f"Call-ID: {call_id}", f"CSeq: {number} {method}", f"Contact: <sip:a@{here}>", "Content-Type: application/sdp",
        f"Content-Length: {len(body)}",
    )  # fmt: skip
    return "\r\n".join((*fields, "\r\n")).encode() + body


def call_and_hang_up(emulator: Served, call_id: str) -> list[int]:
    """Call, acknowledge and press BYE; return the final statuses."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        udp.settimeout(0.5)
        here = "{}:{}".format(*udp.getsockname())

        def final(number: int, asked: bytes) -> tuple[int, str]:
            udp.sendto(asked, emulator.sip)
            while True:
                try:
                    answer = udp.recv(65_535).decode()
                except TimeoutError:
                    # As every client does (RFC 3261 section 17.1): the system may lose datagrams.
                    udp.sendto(asked, emulator.sip)
                    continue
                status = int(answer.split()[1]) if answer.startswith("SIP/2.0 ") else 0
                if status >= 200 and f"CSeq: {number} " in answer:
                    tag = re.search(r"^To: .*?(;tag=[^\r;]+)", answer, re.MULTILINE)
                    return status, tag[1] if tag else ""

        invited, tag = final(1, request("INVITE", here, call_id, 1))
        udp.sendto(request("ACK", here, call_id, 1, tag).replace(b"-1;rport", b"-ack;rport"), emulator.sip)
        return [invited, final(2, request("BYE", here, call_id, 2, tag))[0]]


def calls_during(emulator: Served, flood: Flood) -> list[list[int]]:
    """Call again and again until a flood is over."""
    statuses: list[list[int]] = []
    while not flood.is_over():
        statuses.append(call_and_hang_up(emulator, f"mine-{len(statuses)}"))
    return statuses


def test_calls_of_others_are_set_up_and_end_while_one_stranger_floods() -> None:
    document = "<Response><Play digits='1'/><Pause length='60'/></Response>"
    allowed = ("--allow", "127.0.0.1", "--no-speech")
    with (
        webhooks({"/voice": {"twiml": document}}) as (app, _),
        served("--voice-url", f"{app}/voice", *allowed) as emulator,
    ):
        flood = Flood(emulator, rate=4_400, count=4_400)
        statuses = calls_during(emulator, flood)
        flood.join()
        emulator.process.terminate()
        assert emulator.process.stderr is not None
        printed = emulator.process.stderr.read()

    assert statuses
    assert {each for pair in statuses for each in pair} == {200}
    assert "─ 503" not in printed  # a port may hold these digits
