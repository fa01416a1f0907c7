"""Whatever the caller, three phones and the REST API do: a dial ends, its legs with it, and nothing stays."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from sipdomain.media.outputs import DtmfReceived, Patch, Unpatch
from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Address
from sipdomain.twilio.calls.orders import CallUpdate
from sipdomain.twilio.store.call_records import CallRecord
from sipdomain.twilio.webhooks.http import HttpFailure, HttpResponse
from tests.parity.dialled import BOB, CARL, DORA, Called
from tests.unit.twilio.bench import ACCOUNT, SDP, Bench, flow
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page

DIALS = st.sampled_from(
    ["", 'sequential="true"', 'answerOnBridge="true"', 'hangupOnStar="true" record="record-from-ringing-dual"',
     'timeLimit="3" timeout="5"', 'sequential="true" answerOnBridge="true" timeout="5" record="true"']
)  # fmt: skip
NOUNS = st.sampled_from(["", 'url="/whisper"', 'url="/broken"', 'url="/slow"', 'statusCallback="/told"'])
PHONES = st.sampled_from(
    ["ring", "early", "answer", "answer", "refuse", "bye", "silent", "challenge", "broken"]
)
ACTS = st.one_of(
    st.tuples(PHONES, st.integers(0, 2)),
    st.tuples(
        st.sampled_from(["go", "star", "wait", "redirect", "redirect leg", "end", "end leg", "cancel leg"]),
        st.integers(0, 2),
    ),
)
FINISHED = {"completed", "busy", "no-answer", "failed", "canceled"}


class Line:
    """A caller and the phones that ring for her, each of which does what it is told to, whether or not that makes sense."""

    def __init__(self, dial: str, noun: str) -> None:
        self.bench = Bench()
        self.bench.domain(voice_status_callback_url="")
        nouns = "".join(f"<Sip {noun}>{uri}</Sip>" for uri in (BOB, CARL, DORA))
        self.bench.pages |= {
            "/voice": page(f'<Response><Dial {dial} action="/after">{nouns}</Dial></Response>'),
            "/after": page('<Response><Say>After</Say><Pause length="2"/></Response>'),
            "/whisper": page("<Response><Say>A customer</Say></Response>"), "/told": HttpResponse(204),
            "/broken": HttpFailure("refused", "x"), "/slow": None,
        }  # fmt: skip
        self.alice = Caller(self.bench, flow())
        self.phones: dict[str, Called] = {}
        self.redirected: set[str] = set()
        self.alice.dial()
        self.look()

    def look(self) -> None:
        """Take what was sent: the phones that ring, and the 200 for Alice, which she acknowledges."""
        for message in self.bench.take():
            if isinstance(message, Request):
                if message.method == "INVITE":
                    host = message.uri.host
                    self.phones[host] = Called(self.bench, message, Address(host, 5080), host[-2:])
                continue
            if message.status == 200 and message.cseq.method == "INVITE":
                self.alice.ack(message)

    @property
    def legs(self) -> list[CallRecord]:
        return [each for each in self.bench.calls.newest_first(ACCOUNT) if each.parent_call_sid]

    @property
    def parent(self) -> CallRecord:
        return next(each for each in self.bench.calls.newest_first(ACCOUNT) if not each.parent_call_sid)

    def update(self, record: CallRecord, change: CallUpdate) -> None:
        self.bench.carry(self.bench.emulator.update_call(record.sid, change, self.bench.now))

    def phone(self, act: str, which: int) -> None:
        """Let a phone do something."""
        phone = self.phones.get(f"127.0.0.2{which}")
        if phone is None:
            return
        match act:
            case "ring":
                phone.respond(180)
            case "early":
                phone.respond(183, body=SDP)
            case "answer":
                phone.respond(200, body=SDP)
            case "broken":
                phone.respond(200, body=b"v=0\r\n")
            case "refuse":
                phone.respond(486)
            case "challenge":
                phone.respond(407, ("Proxy-Authenticate", 'Digest realm="pbx", nonce="n1"'))
            case "bye":
                phone.hang_up()
            case _:
                pass

    def act(self, act: str, which: int) -> None:
        """Let something happen."""
        twiml = '<Response><Pause length="1"/></Response>'
        legs = self.legs
        match act:
            case "go":
                self.alice.send(self.alice.build("BYE"))
            case "star":
                self.bench.tell(DtmfReceived(self.parent.sid, "*", 0.1))
            case "wait":
                self.bench.wait((0.3, 4.0, 11.0)[which])
            case "redirect":
                self.update(self.parent, CallUpdate(twiml=twiml))
            case "end":
                self.update(self.parent, CallUpdate(status="completed"))
            case "redirect leg" if legs:
                self.redirected.add(legs[which % len(legs)].sid)
                self.update(
                    legs[which % len(legs)], CallUpdate(twiml='<Response><Pause length="600"/></Response>')
                )
            case "end leg" if legs:
                self.update(legs[which % len(legs)], CallUpdate(status="completed"))
            case "cancel leg" if legs:
                self.update(legs[which % len(legs)], CallUpdate(status="canceled"))
            case _:
                self.phone(act, which)
        self.look()


@settings(max_examples=150, deadline=None)
@given(DIALS, NOUNS, st.lists(ACTS, min_size=2, max_size=12))
def test_nothing_stays_of_any_dial(dial: str, noun: str, acts: list[tuple[str, int]]) -> None:
    line = Line(dial, noun)
    for act, which in acts:
        line.act(act, which)
    bench = line.bench
    # Nobody does anything any more: each leg ends by itself, at the latest by a limit of its own.
    bench.wait(100.0)
    if line.parent.status in FINISHED:
        assert {each.status for each in line.legs if each.sid not in line.redirected} <= FINISHED
    bench.settle()
    assert {each.status for each in bench.calls.newest_first(ACCOUNT)} <= FINISHED
    asked = [each for each in bench.asks if each.path == "/after"]
    assert len(asked) <= 1
    for each in asked:
        assert each.parameters["DialCallStatus"] in FINISHED
        assert (each.parameters["DialBridged"] == "true") == bool(_bridged(bench))
    assert len(_bridged(bench)) <= 1


def _bridged(bench: Bench) -> set[str]:
    """Return the sessions that the caller's voice has ever reached."""
    parent = next(each for each in bench.calls.newest_first(ACCOUNT) if not each.parent_call_sid).sid
    wires = [each for each in bench.media if isinstance(each, (Patch, Unpatch))]
    return {each.sink for each in wires if isinstance(each, Patch) and each.source == parent}
