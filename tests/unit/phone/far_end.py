"""The other end of a phone, driven by hand in virtual time: it reads what the phone sends and answers in bytes."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from sipdomain.entries import PhoneEvent
from sipdomain.media.agreement import Agreement
from sipdomain.media.outputs import ConnectMedia, MediaOpened, MediaOutput, OpenMedia
from sipdomain.phone import Phone, PhoneCall, PhoneOutput, PhoneSettings
from sipdomain.sip.codec import check, parse
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Address, Flow, Send

PHONE = Address("127.0.0.10", 5070)
PROXY = Address("127.0.0.1", 5060)
RTP = Address("127.0.0.10", 40_000)

ANSWER = (
    b"v=0\r\no=root 1 1 IN IP4 127.0.0.1\r\ns=Twilio Media Gateway\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio 10000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
    b"a=fmtp:101 0-16\r\na=ptime:20\r\na=sendrecv\r\n"
)
SDP = ("Content-Type", "application/sdp")
CONTACT = ("Contact", "<sip:gateway@10.0.0.7:5060>")


def settings(**changes: Any) -> PhoneSettings:
    """Return Alice's settings, with changes."""
    usual: dict[str, Any] = {
        "name": "alice",
        "user": "alice",
        "domain": "acme.sip.twilio.com",
        "username": "alice",
        "password": "Correct-Horse-42",
        "local": PHONE,
        "proxy": PROXY,
        "transport": "udp",
    }
    return PhoneSettings(**{**usual, **changes})


def challenge(nonce: str, more: str = "") -> tuple[str, str]:
    """Return a challenge like the service's: no algorithm, no stale parameter."""
    return (
        "Proxy-Authenticate",
        f'Digest realm="sip.twilio.com",qop="auth",nonce="{nonce}",opaque="0a1b"{more}',
    )


CONNECTED = ConnectMedia("alice-1", Agreement(Address("127.0.0.1", 10_000), 0, "PCMU", 101))


class FarEnd:
    """Stands for the network, the media side and the proxy of one phone."""

    def __init__(self, transport: str = "udp", **changes: Any) -> None:
        self.phone = Phone(settings(transport=transport, **changes), rng=random.Random(1))
        self.flow = Flow(transport, PHONE, PROXY)
        self.now = 0.0
        self.media: list[MediaOutput] = []
        self.events: list[PhoneEvent] = []
        self.sends: list[tuple[float, Flow, bytes]] = []
        self._read = 0

    def carry(self, outputs: Iterable[PhoneOutput]) -> None:
        """Carry out what the phone wants; ports open at once."""
        for output in outputs:
            if isinstance(output, Send):
                self.sends.append((self.now, output.flow, output.data))
            elif isinstance(output, PhoneEvent):
                self.events.append(output)
            else:
                self.media.append(output)
                if isinstance(output, OpenMedia):
                    self.carry(self.phone.media(MediaOpened(output.session, RTP), self.now))

    def dial(self, to: str = "sip:100@acme.sip.twilio.com", **more: Any) -> PhoneCall:
        """Dial, and open the media."""
        call, outputs = self.phone.dial(self.now, to, **more)
        self.carry(outputs)
        return call

    def take(self) -> list[Request | Response]:
        """Return the messages sent since the last time, parsed and checked."""
        new = [data for _, _, data in self.sends[self._read :]]
        self._read = len(self.sends)
        messages = [parse(data) for data in new]
        for message in messages:
            check(message)
        return messages

    def request(self, method: str) -> Request:
        """Return the one message sent since the last time: a request of that method."""
        (message,) = self.take()
        assert isinstance(message, Request)
        assert message.method == method
        return message

    def status(self) -> int:
        """Return the status of the one message sent since the last time, a response."""
        (message,) = self.take()
        assert isinstance(message, Response)
        return message.status

    def feed(self, data: bytes) -> None:
        """Let the phone receive bytes."""
        message = parse(data)
        check(message)
        self.carry(self.phone.receive(message, self.flow, self.now))

    def reply(
        self,
        request: Request,
        status: int,
        *headers: tuple[str, str],
        tag: str = "far",
        body: bytes = b"",
        reason: str | None = None,
    ) -> bytes:
        """Answer a request of the phone; return the bytes, to send them again."""
        data = bytes(respond(request, status, reason, tag=tag, headers=headers, body=body))
        self.feed(data)
        return data

    def answer(
        self, invite: Request, *headers: tuple[str, str], tag: str = "far", body: bytes = ANSWER
    ) -> bytes:
        """Answer an INVITE with 200 and a session description."""
        return self.reply(invite, 200, CONTACT, SDP, *headers, tag=tag, body=body)

    def ask(
        self,
        method: str,
        call: PhoneCall,
        invite: Request,
        number: int,
        *more: tuple[str, str],
        body: bytes = b"",
    ) -> bytes:
        """Send the phone a request within the dialog that `invite` made; return the bytes."""
        to = f"{invite.from_}"
        fields = [
            ("Via", f"SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKfar{method}{number}"),
            ("Max-Forwards", "70"),
            ("From", "<sip:100@acme.sip.twilio.com>;tag=far"),
            ("To", to),
            ("Call-ID", call.call_id),
            ("CSeq", f"{number} {method}"),
            *more,
        ]
        data = bytes(Request(method, "sip:alice@127.0.0.10:5070;transport=udp", fields, body))
        self.feed(data)
        return data

    def talk(self, **more: Any) -> tuple[PhoneCall, Request]:
        """Dial and answer; return the call and its INVITE. What was sent meanwhile is read."""
        call = self.dial(**more)
        invite = self.request("INVITE")
        self.answer(invite)
        self.request("ACK")
        return call, invite

    def wait(self, until: float) -> None:
        """Let time pass, waking the phone exactly when it asks for it."""
        while (deadline := self.phone.deadline) is not None and deadline <= until:
            self.now = max(self.now, deadline)
            self.carry(self.phone.tick(self.now))
        self.now = until

    def hang_up(self, call: PhoneCall) -> None:
        """Let the phone hang up."""
        self.carry(self.phone.hang_up(self.now, call))

    def cancel(self, call: PhoneCall) -> None:
        """Let the phone cancel."""
        self.carry(self.phone.cancel(self.now, call))

    def times(self, method: str) -> list[float]:
        """Return when requests of a method were sent."""
        return [at for at, _, data in self.sends if data.startswith(method.encode() + b" ")]

    def told(self) -> list[str]:
        """Return the journal's events in order."""
        return [event.event for event in self.events]


def response_of(far: FarEnd) -> Response:
    """Return the one message that was sent, a response."""
    (message,) = far.take()
    assert isinstance(message, Response)
    return message
