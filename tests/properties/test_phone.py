"""Whatever its peer does, a phone keeps its word: no exception, every call ends, every port is closed."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st

from sipdomain.errors import LocalProtocolError, RemoteProtocolError
from sipdomain.media.outputs import CloseMedia, MediaInput, OpenMedia, PlaybackDone, PromptFailed, PromptReady
from sipdomain.phone import PhoneCall
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, respond
from tests.unit.phone.far_end import ANSWER, CONTACT, SDP, FarEnd, challenge

STATUSES = st.sampled_from(
    [100, 180, 183, 200, 200, 202, 302, 401, 407, 407, 408, 481, 486, 487, 491, 500, 603]
)
METHODS = st.sampled_from(["BYE", "INVITE", "UPDATE", "ACK", "CANCEL", "OPTIONS", "NOTIFY", "REFER", "X"])
FIELDS = st.lists(
    st.sampled_from(
        [
            CONTACT, SDP, challenge("N1"), challenge("N2"), ("WWW-Authenticate", 'Digest realm="a",nonce="b"'),
            ("Contact", "<sip:"), ("Record-Route", "<sip:p@1.1.1.1;lr>"), ("Record-Route", "<<"),
            ("Event", "refer"), ("Event", "refer;id=2"), ("Subscription-State", "terminated"),
            ("Content-Type", "message/sipfrag"), ("Require", "100rel"), ("Proxy-Authenticate", "Basic x"),
        ]
    ),
    max_size=4,
)  # fmt: skip
BODIES = st.sampled_from(
    [b"", ANSWER, ANSWER.replace(b"sendrecv", b"inactive"), b"v=0\r\n", b"\xff", b"SIP/2.0 180 Ringing"]
)
SPOKEN = {"press": "1", "say": "Hello", "transfer": "sip:bob@a.example"}
"""What a phone does in a call with one thing more, and what that is."""
ACTIONS = st.one_of(
    st.tuples(st.just("dial"), st.booleans()),
    st.tuples(st.just("request"), METHODS),
    st.tuples(st.just("reply"), STATUSES, FIELDS, BODIES, st.sampled_from(["far", "two", ""])),
    st.tuples(st.just("ask"), METHODS, st.integers(0, 5), FIELDS, BODIES),
    st.tuples(st.just("agree"), st.sampled_from([200, 200, 202, 407, 491])),
    st.tuples(st.just("again"), st.integers(0, 20)),
    st.tuples(st.sampled_from(["hang_up", "cancel", *SPOKEN, "hold", "hold", "resume"])),
    st.tuples(st.just("media"), st.integers(0, 3), st.sampled_from(["ready", "failed", "done"])),
    st.tuples(st.just("wait"), st.sampled_from([0.3, 1.0, 5.0, 40.0])),
    st.tuples(st.just("flip"), st.integers(0, 2_000), st.integers(0, 255)),
)


class Play:
    """One run of actions against a phone."""

    def __init__(self, transport: str) -> None:
        self.far = FarEnd(transport)
        self.received: list[bytes] = []

    @property
    def call(self) -> PhoneCall | None:
        return next(reversed(list(self.far.phone.calls.values())), None)

    def requests(self) -> list[Request]:
        messages = [parse(data) for _, _, data in self.far.sends]
        return [each for each in messages if isinstance(each, Request)]

    def feed(self, data: bytes) -> None:
        self.received.append(data)
        try:
            message = parse(data)
        except RemoteProtocolError:
            return
        self.far.carry(self.far.phone.receive(message, self.far.flow, self.far.now))

    def do(self, action: tuple[object, ...]) -> None:
        far, call = self.far, self.call
        match action:
            case ("dial", bool(late)):
                far.dial(late_offer=late)
            case ("request", str(method)):
                _, outputs = far.phone.request(far.now, method, "sip:a@b.example")
                far.carry(outputs)
            case ("reply", int(status), list(fields), bytes(body), str(tag)) if self.requests():
                answer = respond(self.requests()[-1], status, tag=tag or None, headers=fields, body=body)
                self.feed(bytes(answer))
            case ("agree", int(status)) if self.requests():
                fields = [CONTACT, SDP] if status == 200 else [challenge("N3")]
                body = ANSWER if status == 200 else b""
                self.feed(bytes(respond(self.requests()[-1], status, tag="far", headers=fields, body=body)))
            case ("ask", str(method), int(number), list(fields), bytes(body)) if call and self.requests():
                self.feed(ask(method, number, fields, body, self.requests()[0]))
            case ("again", int(back)) if self.received:
                self.feed(self.received[-1 - back % len(self.received)])
            case ("flip", int(place), int(value)) if self.received:
                data = bytearray(self.received[-1])
                data[place % len(data)] = value
                self.feed(bytes(data))
            case ("wait", float(seconds)):
                far.wait(far.now + seconds)
            case ("media", int(number), str(what)) if call:
                events: dict[str, MediaInput] = {
                    "ready": PromptReady(number, 1.0),
                    "failed": PromptFailed(number, "no audio"),
                    "done": PlaybackDone(call.session, number),
                }
                far.carry(far.phone.media(events[what], far.now))
            case (str(name),) if call:
                more = [SPOKEN[name]] if name in SPOKEN else []
                far.carry(getattr(far.phone, name)(far.now, call, *more))


def ask(method: str, number: int, fields: list[tuple[str, str]], body: bytes, first: Request) -> bytes:
    usual = [
        ("Via", f"SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK{method}{number}"),
        ("From", f"{first.to};tag=far"),
        ("To", str(first.from_)),
        ("Call-ID", first.call_id),
        ("CSeq", f"{number} {method}"),
    ]
    return bytes(Request(method, "sip:alice@127.0.0.10", [*usual, *fields], body))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["udp", "tcp"]), st.booleans(), st.lists(ACTIONS, max_size=25))
def test_whatever_happens_every_call_ends(
    transport: str, talking: bool, actions: list[tuple[object, ...]]
) -> None:
    play = Play(transport)
    far = play.far
    if talking:
        far.talk()
    else:
        far.dial()
    for action in actions:
        try:
            play.do(action)
        except LocalProtocolError:
            continue
    for call in list(far.phone.calls.values()):
        if call.method == "INVITE":
            far.carry(far.phone.hang_up(far.now, call))
    far.wait(far.now + 200.0)
    assert [call.state for call in far.phone.calls.values() if not call.is_over] == []
    assert far.phone.deadline is None
    assert far.phone.census == (0, 0, 0, 0, 0)
    opened = [each.session for each in far.media if isinstance(each, OpenMedia)]
    closed = [each.session for each in far.media if isinstance(each, CloseMedia)]
    assert sorted(opened) == sorted(closed)
