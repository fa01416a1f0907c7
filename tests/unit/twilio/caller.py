"""One caller's end of a call, as bytes, and the benches that tests are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from sipdomain.sip.digest import Challenge, answer_challenge
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow
from sipdomain.twilio.fidelity.profile import DOCUMENTED, Profile
from tests.unit.twilio.bench import ACME, LONG, PASSWORD, SDP, Bench, flow
from tests.unit.twilio.pages import page


@dataclass
class Caller:
    """One caller's end of a call, as bytes.

    Attributes:
        bench: What it calls.
        source: Where it calls from.
        to: The Request-URI.
        call_id: The Call-ID.
        number: The CSeq number of the last request.
        tag: The cloud's To tag, once known.
        routes: The route set, once known.
    """

    bench: Bench
    source: Flow
    to: str = f"sip:100@{ACME}"
    call_id: str = "call-1"
    number: int = 0
    tag: str = ""
    sender: str = "<sip:alice@127.0.0.10>;tag=a1"
    routes: tuple[str, ...] = ()

    def build(
        self, method: str, *fields: tuple[str, str], body: bytes = b"", number: int | None = None,
        target: str | None = None, to: str | None = None, branch: str | None = None, without: str = "",
    ) -> Request:  # fmt: skip
        """Return a request; `fields` are added, `without` names one of the usual that is left out."""
        if number is None:
            self.number += 1
            number = self.number
        to = to or (f"<{self.to}>;tag={self.tag}" if self.tag else f"<{self.to}>")
        at = self.source.remote
        branch = branch or f"z9hG4bK{self.call_id}-{method}-{number}"
        usual = [
            ("Via", f"SIP/2.0/{self.source.transport.upper()} {at};branch={branch};rport"),
            ("Max-Forwards", "70"),
            ("From", self.sender),
            ("To", to),
            ("Call-ID", self.call_id),
            ("CSeq", f"{number} {method}"),
            ("Contact", f"<sip:alice@{at}>"),
        ]
        if method != "CANCEL":
            usual[1:1] = [("Route", route) for route in self.routes]
        if body:
            usual.append(("Content-Type", "application/sdp"))
        kept = [field for field in usual if field[0] != without]
        return Request(method, target or self.to, [*kept, *fields], body)

    def send(self, request: Request | bytes) -> None:
        """Send it."""
        self.bench.receive(request, self.source)

    def invite(self, *fields: tuple[str, str], body: bytes = SDP, **more: Any) -> Request:
        """Send an INVITE."""
        request = self.build("INVITE", *fields, body=body, **more)
        self.send(request)
        return request

    def ask(self, method: str, *fields: tuple[str, str], **more: Any) -> Response:
        """Send a request; return the last message sent back, a final response."""
        self.send(self.build(method, *fields, **more))
        message = self.bench.take()[-1]
        assert isinstance(message, Response)
        return message

    def ack(self, response: Response, body: bytes = b"") -> None:
        """Acknowledge a final response, and take over its To tag when it is a 2xx."""
        number = response.cseq.number
        branch = f"z9hG4bK{self.call_id}-INVITE-{number}" if response.status >= 300 else None
        to = response.require("to")
        if response.status < 300:
            self.tag = response.to.tag or ""
            self.routes = tuple(reversed(response.headers.list("record-route")))
        self.send(self.build("ACK", number=number, to=to, branch=branch, body=body))

    def cancel(self, invite: Request) -> None:
        """Cancel an INVITE."""
        branch = invite.via.branch
        self.send(self.build("CANCEL", number=invite.cseq.number, branch=branch))

    def prove(
        self, challenged: Response, *, user: str = "alice", password: str = PASSWORD, count: int = 1
    ) -> tuple[str, str]:
        """Return credentials that answer a 407."""
        challenge = Challenge.parse(challenged.require("proxy-authenticate"))
        found = answer_challenge(
            challenge, method="INVITE", uri=self.to, username=user, password=password,
            cnonce="c0ffee", count=count,
        )  # fmt: skip
        return ("Proxy-Authorization", str(found))

    def challenge(self, *fields: tuple[str, str], **more: Any) -> Response:
        """Send an INVITE; return its 407, acknowledged."""
        self.invite(*fields, **more)
        response = self.bench.response(407)
        self.ack(response)
        return response

    def dial(self, *fields: tuple[str, str], **more: Any) -> Request:
        """Call as alice, with the right password, as far as the webhook lets it come."""
        challenged = self.challenge(*fields)
        return self.invite(self.prove(challenged), *fields, **more)

    def talk(self, *fields: tuple[str, str]) -> Response:
        """Call until the call is answered; return the 200, acknowledged."""
        self.dial(*fields)
        response = self.bench.response(200)
        self.ack(response)
        return response

    def bye(self) -> Response:
        """Hang up."""
        return self.ask("BYE")

    def agree(self) -> None:
        """Answer the cloud's BYE with 200."""
        bye = self.bench.request("BYE")
        fields = [(name, bye.require(name.lower())) for name in ("Via", "From", "To", "Call-ID", "CSeq")]
        self.send(bytes(Response(200, None, fields)))

    def other(self, call_id: str, **changes: Any) -> Caller:
        """Return another caller at the same bench."""
        return replace(self, call_id=call_id, number=0, tag="", **changes)


Make = Callable[..., Bench]


@pytest.fixture
def make() -> Iterator[Make]:
    """Make benches; at the test's end each is settled."""
    benches: list[Bench] = []

    def made(profile: Profile = DOCUMENTED, **settings: Any) -> Bench:
        benches.append(Bench(profile, **settings))
        return benches[-1]

    yield made
    for each in benches:
        each.settle()


@pytest.fixture
def bench(make: Make) -> Bench:
    """A bench with the documented profile, and the domain acme with a credential list and a status URL."""
    made = make()
    made.domain(voice_status_callback_url="http://app.test/status")
    return made


@pytest.fixture
def alice(bench: Bench) -> Caller:
    """A caller with an account."""
    return Caller(bench, flow())


@pytest.fixture
def talking(bench: Bench, alice: Caller) -> Caller:
    """Alice, in a call that says nothing more."""
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    bench.wait(3.0)
    bench.take()
    return alice
