"""Whatever arrives, the emulator goes on: no exception, and the next good call is answered."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from sipdomain.journal import Journal
from sipdomain.media.outputs import MediaOpened, MediaOutput, OpenMedia, PreparePrompt, PromptReady
from sipdomain.runtime.pump import Pump, Web
from sipdomain.runtime.sim.http import SimHttpClient
from sipdomain.runtime.sim.network import SimClock
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.emulator import Emulator
from sipdomain.twilio.engine.settings import Settings
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore
from sipdomain.twilio.webhooks.http import HttpRequest, HttpResponse
from tests.unit.twilio.bench import ACCOUNT, ACME, LONG, SDP, TOKEN, flow

MESSAGES = Path(__file__).parents[2] / "fixtures" / "sip" / "messages"
TO = f"sip:100@{ACME}"
ABSURD = [
    b"\x00", b"\xff\xfe\xfd", b"\r\n", b"\r", b"\n ", b"\xc3\x28", b"\xe2\x80\xa8", b"%00%ff%", b"9" * 400, b"-1",
    b"99999999999999999999", b"<<<>>>", b"<", b">", b'"', b'"\\', b";;;==", b";tag", b";tag=", b",,,", b"@", b"@@",
    b"sip:", b"sip:@", b"sip:[::1", b"sip:[fe80::1%25eth0]", b"sips:a:b@c:0", b"tel:+1", b"urn:x", b"*", b"?a=b",
    b"SIP/2.0/", b"SIP/3.0", b"z9hG4bK", b"z9hG4bK;received=x;rport=99999;maddr=1.2.3.4", b"INVITE", b"ACK", b"BYE",
    b"Digest ", b'Digest username="\xff",realm="sip.twilio.com",nonce="\xff",uri="x",response="\xff"', b"0", b"  ",
    b"Require: x\r\n", b"Contact: *\r\n", b"Record-Route: <sip:1.2.3.4>\r\n", b"Route: <\r\n", b"Max-Forwards: 0\r\n",
    b"X-\xff\xfe: \xff\x00\r\n", b"X-A: \xed\xa0\x80\r\n", b"Content-Length: 9999999999\r\n", b"v: x\r\n", b"\xef\xbb\xbf",
    b"m=audio 99999 RTP/AVP 0\r\n", b"c=IN IP4 999.1.1.1\r\n", b"a=rtpmap:0 PCMU/0\r\n", b"m=audio 1 RTP/AVP 256 -1 x\r\n",
    "٣".encode(), "²".encode(), "é".encode() * 200,
]  # fmt: skip


class Faults(logging.Handler):
    """What the pump caught: exceptions that should not have been."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(self.format(record))


FAULTS = Faults()


@pytest.fixture(autouse=True, scope="module")
def listen() -> Iterator[None]:
    logger = logging.getLogger("sipdomain.runtime.pump")
    logger.addHandler(FAULTS)
    yield
    logger.removeHandler(FAULTS)


class Wire:
    """An emulator in a pump: what it sends is kept, what it asks for is answered."""

    def __init__(self, profile: Profile = DOCUMENTED) -> None:
        ids = Ids(random.Random(1))
        store = Store(ids)
        store.accounts.create(sid=ACCOUNT, auth_token=TOKEN, now=0.0)
        domain = store.domains.create(
            ACCOUNT, ACME, now=0.0,
            voice_url="http://app.test/voice", voice_fallback_url="http://app.test/gone",
            voice_status_callback_url="http://app.test/status",
        )  # fmt: skip
        office = store.access_lists.create(ACCOUNT, "office", now=0.0)
        store.access_lists.add(ACCOUNT, office.sid, "all", "127.0.0.10", now=0.0)
        store.map_list(ACCOUNT, domain.sid, office.sid, "calls", now=0.0)
        self.clock = SimClock()
        self.journal = Journal(capacity=1_000)
        self.sent: list[bytes] = []
        self.emulator = Emulator(
            store,
            CallStore(100),
            ids,
            rng=random.Random(2),
            settings=Settings(profile=profile, most_calls=50, most_documents=5),
        )
        self.pump = Pump(
            self.emulator, "cloud", clock=self.clock, journal=self.journal, network=self, media=self,
            web=Web(SimHttpClient(self.clock, {"app.test": self.answer}), self.emulator.fetched),
        )  # fmt: skip
        self.document = LONG.encode()
        self.content_type = "text/xml"

    def answer(self, request: HttpRequest) -> HttpResponse:
        """Be the webhook server."""
        if request.url.endswith("/status"):
            return HttpResponse(204)
        return HttpResponse(200, (("Content-Type", self.content_type),), self.document)

    def send(self, flow: Flow, data: bytes) -> None:  # noqa: ARG002 - everything is seen in one place
        """Be the network."""
        self.sent.append(data)

    def carry(self, output: MediaOutput) -> None:
        """Be the media side."""
        if isinstance(output, OpenMedia):
            self.pump.media(MediaOpened(output.session, Address("127.0.0.1", 16_384)))
        elif isinstance(output, PreparePrompt):
            self.pump.media(PromptReady(output.token, 1.0))

    def receive(self, data: bytes, source: Flow) -> None:
        """Let bytes arrive, and the next few things happen."""
        self.pump.receive(data, source)
        self.wait(0.01)

    def wait(self, duration: float) -> None:
        """Let time pass."""
        limit = self.clock.now() + duration
        while self.clock.step(limit):
            pass

    def calls_well(self, name: str) -> bool:
        """Whether a good call is answered, and its BYE too."""
        self.sent.clear()
        source = flow()
        fields = (
            f"Via: SIP/2.0/UDP {source.remote};branch=z9hG4bK{name}{{0}};rport\r\nMax-Forwards: 70\r\n"
            f"From: <sip:alice@127.0.0.10>;tag=a\r\nTo: <{TO}>{{1}}\r\nCall-ID: {name}\r\nCSeq: {{2}}\r\n"
            "Contact: <sip:alice@127.0.0.10:5070>\r\n"
        )
        invite = f"INVITE {TO} SIP/2.0\r\n" + fields.format(1, "", "1 INVITE")
        self.receive(invite.encode() + b"Content-Type: application/sdp\r\n\r\n" + SDP, source)
        answers = [data for data in self.sent if data.startswith(b"SIP/2.0 200 ") and b"1 INVITE" in data]
        if not answers:
            return False
        tag = answers[0].partition(b"To: ")[2].partition(b"\r\n")[0].rpartition(b";")[2].decode()
        routes = [line for line in answers[0].decode().split("\r\n") if line.startswith("Record-Route: ")]
        for number, method in ((1, "ACK"), (2, "BYE")):
            text = f"{method} sip:127.0.0.1:5060 SIP/2.0\r\n" + fields.format(
                f"{number}{method}", f";{tag}", f"{number} {method}"
            )
            text += "".join(f"{line.removeprefix('Record-')}\r\n" for line in reversed(routes))
            self.receive(text.encode() + b"\r\n", source)
        return any(data.startswith(b"SIP/2.0 200 ") and b"2 BYE" in data for data in self.sent)

    def is_empty_after_all(self) -> bool:
        """Whether nothing is left once every call was ended and every timer ran out."""
        for _ in range(4):
            self.pump.feed(lambda: self.emulator.shut_down(self.clock.now()))
            self.wait(100.0)
        assert FAULTS.messages == []
        return self.emulator.census == (0, 0, 0, 0, 0, 0, 0) and self.emulator.deadline is None


OWN = (
    f"INVITE {TO} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bKown;rport\r\nMax-Forwards: 70\r\n"
    f'From: "A" <sip:alice@127.0.0.10>;tag=a1\r\nTo: <{TO}>\r\nCall-ID: own\r\nCSeq: 1 INVITE\r\n'
    "Contact: <sip:alice@127.0.0.10:5070>\r\nX-Order: 7\r\nContent-Type: application/sdp\r\n\r\n"
).encode() + SDP
METHODS = (b"INVITE", b"ACK", b"BYE", b"CANCEL", b"OPTIONS", b"REGISTER", b"INFO", b"UPDATE", b"X")


def seeds() -> list[bytes]:
    """Return messages of real products, and good ones of our own."""
    return [file.read_bytes() for file in sorted(MESSAGES.glob("*.sip"))] + [
        OWN.replace(b"INVITE", method) for method in METHODS
    ]


def mutated(data: bytes, rng: random.Random) -> bytes:
    """Return a message with one to three things wrong."""
    for _ in range(rng.randint(1, 3)):
        lines = data.split(b"\r\n")
        at, line = rng.randrange(len(data) + 1), rng.randrange(len(lines))
        odd = rng.choice(ABSURD)
        match rng.randrange(8):
            case 0:
                data = data[:at] + odd + data[at:]
            case 1:
                data = data[:at] + odd + data[at + rng.randint(1, 12) :]
            case 2:
                data = data[:at] + data[at + rng.randint(1, 40) :]
            case 3:
                data = data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :]
            case 4:
                name, colon, _ = lines[line].partition(b": ")
                lines[line] = name + colon + odd
                data = b"\r\n".join(lines)
            case 5:
                lines.insert(line, rng.choice(lines))
                data = b"\r\n".join(lines)
            case 6:
                lines.insert(line, odd.removesuffix(b"\r\n"))
                data = b"\r\n".join(lines)
            case _:
                data = data[:at] if rng.random() < 0.2 else data.replace(b"1", rng.choice(ABSURD), 1)
    return data


def renamed(data: bytes, number: int) -> bytes:
    """Return a message as one of another call."""
    name = str(number).encode()
    return data.replace(b"branch=z9hG4bK", b"branch=z9hG4bK" + name).replace(
        b"Call-ID: ", b"Call-ID: " + name
    )


@pytest.mark.parametrize("profile", [DOCUMENTED, OBSERVED], ids=["documented", "observed"])
def test_five_thousand_broken_messages_do_no_harm(profile: Profile) -> None:
    rng = random.Random(20260101)
    wire = Wire(profile)
    originals = seeds()
    source = flow()
    tag = b""
    for number in range(5_000):
        data = rng.choice(originals)
        if rng.random() < 0.3 and tag:
            # Into the dialog of the last call that was answered.
            data = rng.choice(originals[-len(METHODS) :]).replace(
                b".com>\r\nCall", b".com>;" + tag + b"\r\nCall"
            )
            data = data.replace(b"CSeq: 1", b"CSeq: %d" % rng.randint(1, 9)).replace(
                b"bKown", b"bK%d" % number
            )
        elif rng.random() < 0.8:
            data = renamed(data, number)
        data = (
            OWN.replace(b"bKown", b"bK%d" % number)
            if data is OWN or rng.random() < 0.05
            else mutated(data, rng)
        )
        wire.receive(data, source)
        for sent in wire.sent:
            if sent.startswith(b"SIP/2.0 200 OK\r\n") and b"Call-ID: own\r\n" in sent:
                tag = sent.partition(b"\r\nTo: ")[2].partition(b"\r\n")[0].rpartition(b";")[2]
        wire.sent.clear()
        if number % 500 == 499:
            wire.pump.feed(lambda: wire.emulator.shut_down(wire.clock.now()))
            wire.wait(40.0)
            assert wire.calls_well(f"good-{number}")
    assert wire.is_empty_after_all()


BYTES = st.binary(max_size=60)
FIELDS = st.sampled_from(
    [
        "Via",
        "From",
        "To",
        "Call-ID",
        "CSeq",
        "Contact",
        "Max-Forwards",
        "Record-Route",
        "Route",
        "Require",
        "X-Order",
        "User-to-User",
        "Proxy-Authorization",
        "Content-Length",
        "Content-Type",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(METHODS), st.lists(st.tuples(FIELDS, BYTES), max_size=5), BYTES | st.just(SDP), BYTES)
def test_no_header_field_or_body_is_too_odd(
    method: bytes, fields: list[tuple[str, bytes]], body: bytes, target: bytes
) -> None:
    head, _, _ = OWN.replace(b"INVITE", method).partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if line.partition(b":")[0].decode() not in dict(fields)]
    lines += [name.encode() + b": " + value for name, value in fields]
    if len(target) % 2:
        lines[0] = method + b" sip:" + target + b"@" + ACME.encode() + b" SIP/2.0"
    wire = Wire()
    wire.receive(b"\r\n".join(lines) + b"\r\n\r\n" + body, flow())
    assert wire.calls_well("good")
    assert wire.is_empty_after_all()


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from(["text/xml", "text/plain", "audio/wav", "", "text/xml; charset=x"]),
)
def test_no_document_is_too_odd(document: bytes, content_type: str) -> None:
    wire = Wire()
    wire.document, wire.content_type = document, content_type
    wire.receive(OWN, flow())
    wire.wait(20.0)
    assert wire.is_empty_after_all()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80) | st.from_regex(r"(https?:)?//[^ ]{0,20}[#?][a-z]{2}=.{0,20}", fullmatch=True))
def test_no_url_in_a_document_is_too_odd(url: str) -> None:
    text = "".join(letter for letter in url if letter.isprintable() and letter not in "<>&")
    wire = Wire()
    wire.document = f"<Response><Redirect>{text}</Redirect></Response>".encode("utf-8", "replace")
    wire.receive(OWN, flow())
    wire.wait(1.0)
    assert wire.is_empty_after_all()
