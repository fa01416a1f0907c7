"""Calls that the REST API orders, and the phones that they ring at."""

from __future__ import annotations

from typing import Any

from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Address, Flow
from tests.unit.twilio.bench import (
    CLOUD,
    SDP,
    Bench,
)

BOB = Address("127.0.0.20", 5080)
TO = "sip:bob@127.0.0.20:5080"
VOICE = "http://app.test/voice"
STATUS = "http://app.test/status"


class Phone:
    """A phone that the cloud calls, as bytes."""

    def __init__(self, bench: Bench, invite: Request, at: Address = BOB, tag: str = "b1") -> None:
        self.bench = bench
        self.invite = invite
        self.way = Flow("udp", CLOUD, at)
        self.tag = tag

    def respond(self, status: int, *headers: tuple[str, str], body: bytes = b"", tag: str = "") -> Response:
        fields = [*headers, ("Contact", f"<sip:bob@{self.way.remote}>")]
        if body:
            fields.append(("Content-Type", "application/sdp"))
        response = respond(self.invite, status, tag=tag or self.tag, headers=fields, body=body)
        self.bench.receive(bytes(response), self.way)
        return response

    def answer(self, *headers: tuple[str, str]) -> Request:
        """Answer with 200, and return the ACK."""
        self.respond(200, *headers, body=SDP)
        (ack,) = (each for each in self.bench.take() if isinstance(each, Request))
        assert ack.method == "ACK"
        return ack

    def bye(self) -> Response:
        """Hang up."""
        self.ask("BYE", 1)
        return self.bench.response(200)

    def ask(self, method: str, number: int, *more: tuple[str, str]) -> None:
        """Send a request within the call."""
        at = self.way.remote
        fields = [
            ("Via", f"SIP/2.0/UDP {at};branch=z9hG4bK{method.lower()}{number};rport"),
            ("Max-Forwards", "70"),
            *(("Route", route) for route in self.invite.headers.list("record-route")),
            ("From", f"{self.invite.require('to')};tag={self.tag}"),
            ("To", self.invite.require("from")),
            ("Call-ID", self.invite.call_id),
            ("CSeq", f"{number} {method}"),
            *more,
        ]
        self.bench.receive(bytes(Request(method, "sip:cloud", fields)), self.way)


def ordered(bench: Bench, **more: str) -> tuple[dict[str, Any], Phone]:
    """Order a call to Bob; return its record, and his phone with the INVITE."""
    form = {"To": TO, "From": "+15551230000", "Url": VOICE, "StatusCallback": STATUS, **more}
    record = bench.post("/Calls.json", 201, **form)
    return record, Phone(bench, bench.request("INVITE"))


def told(bench: Bench) -> list[str]:
    return [ask.parameters["CallStatus"] for ask in bench.asked("status")]


def at(number: int) -> Address:
    """Return where alice's devices stand, as `register_many` has it."""
    return Address("127.0.0.10", 6000 + number)
