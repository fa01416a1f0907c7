"""A caller whose document dials, and the phones that ring then."""

from __future__ import annotations

from collections.abc import Iterable

from sipdomain.entries import VerbStarted
from sipdomain.media.outputs import Patch, Unpatch
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address
from sipdomain.twilio.store.call_records import CallRecord
from tests.parity.ordered_calls import Phone
from tests.unit.twilio.bench import ACCOUNT, ACME, EPOCH, SDP, Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page

BOB = "sip:bob@127.0.0.20:5080"
CARL = "sip:carl@127.0.0.21:5080"
DORA = "sip:dora@127.0.0.22:5080"
AFTER = '<Say>After</Say><Pause length="600"/>'


def sip(*uris: str, attributes: str = "") -> str:
    """Return nouns."""
    return "".join(f"<Sip {attributes}>{uri}</Sip>" for uri in uris)


class Called(Phone):
    """A phone that a document dials; others may be sent something when it answers."""

    def answer(self, *headers: tuple[str, str]) -> Request:
        """Answer with 200, and return the ACK."""
        self.respond(200, *headers, body=SDP)
        return next(each for each in self.bench.take() if isinstance(each, Request) and each.method == "ACK")

    def hang_up(self) -> None:
        """Send BYE, whatever is answered to it."""
        at = self.way.remote
        fields = [
            ("Via", f"SIP/2.0/UDP {at};branch=z9hG4bKbye-{self.tag};rport"), ("Max-Forwards", "70"),
            *(("Route", route) for route in self.invite.headers.list("record-route")),
            ("From", f"{self.invite.require('to')};tag={self.tag}"), ("To", self.invite.require("from")),
            ("Call-ID", self.invite.call_id), ("CSeq", "1 BYE"),
        ]  # fmt: skip
        self.bench.receive(bytes(Request("BYE", "sip:cloud", fields)), self.way)


class Exchange:
    """A caller, and who is dialled for her."""

    def __init__(self, bench: Bench, alice: Caller) -> None:
        self.bench = bench
        self.alice = alice
        self._read = 0
        self._invite: Request | None = None
        domain = bench.store.domain_named(ACME)
        assert domain is not None
        bench.store.domains.update(ACCOUNT, domain.sid, voice_status_callback_url="", now=EPOCH)
        bench.pages["/after"] = page(f"<Response>{AFTER}</Response>")

    def dial(self, nouns: str, attributes: str = 'action="/after"', after: str = "") -> list[Called]:
        """Let Alice call; return the phones that ring."""
        self.bench.pages["/voice"] = page(f"<Response><Dial {attributes}>{nouns}</Dial>{after}</Response>")
        self.alice.dial()
        sent = self.bench.take()
        self.acknowledge(sent)
        return self.phones(sent)

    def ring(self, nouns: str, attributes: str, after: str = "") -> list[Called]:
        """Let Alice call a document that does not answer at once; return the phones that ring."""
        self.bench.pages["/voice"] = page(f"<Response><Dial {attributes}>{nouns}</Dial>{after}</Response>")
        self._invite = self.alice.dial()
        return self.phones()

    def acknowledge(self, sent: Iterable[Request | Response]) -> None:
        """Let Alice acknowledge the 200 among what was sent."""
        self.alice.ack(next(each for each in sent if isinstance(each, Response) and each.status == 200))

    def cancel(self) -> None:
        """Let Alice give up before the answer."""
        assert self._invite is not None
        self.alice.cancel(self._invite)

    def phones(self, sent: Iterable[Request | Response] = ()) -> list[Called]:
        """Return the phones that ring since the last time, as the INVITEs name them."""
        found = []
        for message in sent or self.bench.take():
            if isinstance(message, Request) and message.method == "INVITE":
                host = message.uri.host
                found.append(Called(self.bench, message, Address(host, message.uri.port or 5060), host[-2:]))
        return found

    def leave(self) -> None:
        """Let Alice hang up."""
        self.alice.send(self.alice.build("BYE"))

    @property
    def parent(self) -> CallRecord:
        """Alice's call."""
        return next(each for each in self.bench.calls.newest_first(ACCOUNT) if not each.parent_call_sid)

    @property
    def children(self) -> list[CallRecord]:
        """Who was dialled, in the order of the document."""
        found = [each for each in self.bench.calls.newest_first(ACCOUNT) if each.parent_call_sid]
        return sorted(found, key=lambda each: each.to)

    @property
    def statuses(self) -> list[str]:
        """The CallStatus of each."""
        return [each.status for each in self.children]

    @property
    def told(self) -> dict[str, str]:
        """What the action was told of the dial."""
        (asked,) = (each for each in self.bench.asked("action") if "DialCallStatus" in each.parameters)
        return {name: value for name, value in asked.parameters.items() if name.startswith("Dial")}

    def wires(self) -> list[Patch | Unpatch]:
        """Return what was patched since the last time."""
        found, self._read = self.bench.media[self._read :], len(self.bench.media)
        return [each for each in found if isinstance(each, (Patch, Unpatch))]

    def heard(self) -> str:
        """Return the verb that runs."""
        return self.bench.journal(VerbStarted)[-1].verb
