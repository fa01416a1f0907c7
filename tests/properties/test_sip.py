"""What holds for every SIP message, every split of a stream, and every course of a transaction."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from random import Random

from hypothesis import given, strategies as st

from sipdomain.errors import LocalProtocolError, RemoteProtocolError
from sipdomain.sip.address import NameAddress
from sipdomain.sip.codec import check, parse
from sipdomain.sip.digest import Challenge, Credentials, NonceKeeper, answer_challenge, hash_a1, verify
from sipdomain.sip.framing import PING, StreamFramer
from sipdomain.sip.grammar import quote, split_list, unquote
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Flow, Send
from sipdomain.sip.transactions import (
    Indication,
    RequestArrived,
    ResponseArrived,
    TimedOut,
    Transaction,
    TransactionLayer,
    refuse,
)
from sipdomain.sip.uri import Uri
from sipdomain.sip.via import Via
from tests.unit.sip.transactions.walk import LOCAL, PEER, TCP, UDP, build

CORPUS = [path.read_bytes() for path in sorted(Path(__file__).parents[2].glob("fixtures/sip/messages/*.sip"))]
FRAMED = [data for data in CORPUS if b"\r\n\r\n" in data]
TOKENS = st.text("abcXYZ019-.!%*_+`'~", min_size=1, max_size=12)
LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=40)
FIELDS = st.lists(
    st.tuples(
        st.one_of(TOKENS, st.sampled_from(["Via", "v", "FROM", "X-Order", "Content-Type"])).filter(
            lambda name: name.lower() not in {"l", "content-length"}
        ),
        LINE.map(lambda value: value.strip(" \t")),
    ),
    min_size=1,
    max_size=12,
)

# A change to a message: what is done, where (as a share of its length), how far, and with which bytes.
CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "double", "insert", "drop-line", "double-line"]),
        st.floats(0, 1),
        st.integers(1, 40),
        st.one_of(
            st.binary(min_size=1, max_size=6),
            st.sampled_from([b"\r\n", b"\n", b"\r", b'"', b"<", b">", b";", b",", b":", b" ", b"\\", b"=", b"\xff", b"99"]),
        ),
    ),
    max_size=5,
)  # fmt: skip


def change(data: bytes, changes: list[tuple[str, float, int, bytes]]) -> bytes:
    for kind, place, length, more in changes:
        at = int(place * len(data))
        lines = data.split(b"\r\n")
        line = int(place * (len(lines) - 1))
        match kind:
            case "flip":
                flipped = bytes(byte ^ more[0] for byte in data[at : at + 1])
                data = data[:at] + flipped + data[at + 1 :]
            case "cut":
                data = data[:at] + data[at + length :]
            case "double":
                data = data[: at + length] + data[at:]
            case "insert":
                data = data[:at] + more + data[at:]
            case "drop-line":
                data = b"\r\n".join(lines[:line] + lines[line + 1 :])
            case _:
                data = b"\r\n".join(lines[: line + 1] + lines[line:])
    return data


@given(FIELDS, st.binary(max_size=60), st.booleans(), LINE)
def test_what_is_written_is_read_back_the_same(
    fields: list[tuple[str, str]], body: bytes, is_request: bool, reason: str
) -> None:
    message = (
        Request("OPTIONS", "sip:acme", fields, body) if is_request else Response(299, reason, fields, body)
    )

    again = parse(bytes(message))

    assert list(again.headers) == [*fields, ("Content-Length", str(len(body)))]
    assert again.body == body
    assert repr(again) == repr(message)
    assert bytes(again) == bytes(message)


@given(st.sampled_from(CORPUS), CHANGES)
def test_a_message_that_can_be_read_is_written_and_read_again_the_same(
    data: bytes, changes: list[tuple[str, float, int, bytes]]
) -> None:
    try:
        message = parse(change(data, changes))
        check(message)
    except RemoteProtocolError:
        return

    again = parse(bytes(message))

    kept = [(name, value) for name, value in message.headers if name.lower() not in {"l", "content-length"}]
    assert list(again.headers)[:-1] == kept
    assert again.body == message.body
    assert (again.via, again.from_, again.to, again.cseq) == (
        message.via,
        message.from_,
        message.to,
        message.cseq,
    )


@given(
    st.lists(st.one_of(st.sampled_from(FRAMED), st.just(PING), st.just(b"\r\n"))),
    CHANGES,
    st.lists(st.integers(0, 6_000), max_size=20),
)
def test_any_split_of_a_stream_gives_the_same_messages(
    pieces: list[bytes], changes: list[tuple[str, float, int, bytes]], cuts: list[int]
) -> None:
    stream = change(b"".join(pieces), changes)
    places = [0, *sorted(cut for cut in cuts if cut < len(stream)), len(stream)]

    def feed(parts: list[bytes]) -> tuple[list[bytes], bool, int]:
        framer, found = StreamFramer(), list[bytes]()
        for part in parts:
            with contextlib.suppress(RemoteProtocolError):
                found += framer.feed(part)
        return found, framer.error is not None, framer.buffered

    whole = feed([stream])

    assert feed([stream[start:end] for start, end in pairwise(places)]) == whole
    if not changes:
        assert [each for each in whole[0] if each != PING] == [piece for piece in pieces if piece in FRAMED]


@given(st.sampled_from(CORPUS), CHANGES)
def test_a_mutated_message_works_or_is_refused_and_nothing_else(
    data: bytes, changes: list[tuple[str, float, int, bytes]]
) -> None:
    try:
        message = parse(change(data, changes))
    except RemoteProtocolError:
        return
    for view in ("via", "from_", "to", "cseq", "call_id", "contact", "content_type", "uri"):
        with contextlib.suppress(RemoteProtocolError):
            getattr(message, view, None)
    for name in ("proxy-authorization", "authorization", "proxy-authenticate"):
        for value in message.headers.all(name):
            with contextlib.suppress(RemoteProtocolError):
                verify("0" * 32, "INVITE", Credentials.parse(value))
            with contextlib.suppress(RemoteProtocolError):
                answer_challenge(
                    Challenge.parse(value),
                    method="INVITE",
                    uri="sip:a",
                    username="u",
                    password="p",
                    cnonce="c",
                )
    for value in message.headers.list("record-route"):
        with contextlib.suppress(RemoteProtocolError):
            NameAddress.parse(value)
    if isinstance(message, Request):
        refuse(message, UDP, 400)
    layer = TransactionLayer()
    with contextlib.suppress(RemoteProtocolError):
        check(message)
        for flow in (UDP, TCP):
            for item in layer.receive(message, flow, 0.0):
                if isinstance(item, RequestArrived):
                    layer.find_invite(item.request)
                    layer.respond(item.transaction, respond(item.request, 200, tag="b"), 0.0)
    layer.tick(32.0)
    assert layer.idle


@given(st.binary(max_size=300))
def test_bytes_are_a_message_or_refused(data: bytes) -> None:
    with contextlib.suppress(RemoteProtocolError):
        check(parse(data))
    with contextlib.suppress(RemoteProtocolError):
        StreamFramer().feed(data)


@given(LINE)
def test_what_is_quoted_is_unquoted_to_the_same(text: str) -> None:
    assert unquote(quote(text)) == text
    assert split_list(f"{quote(text)}, <sip:{quote(text)}>")[0] == quote(text)


@given(st.sampled_from([Uri.parse, NameAddress.parse, Via.parse, Credentials.parse, Challenge.parse]), LINE)
def test_text_is_a_value_that_is_written_and_read_the_same_or_refused(kind: object, text: str) -> None:
    assert callable(kind)
    try:
        value = kind(text)
    except RemoteProtocolError:
        return
    assert kind(str(value)) == value


@given(LINE, LINE, LINE, st.integers(1, 2**32 - 1), st.booleans())
def test_a_challenge_answered_with_the_password_is_verified(
    username: str, password: str, realm: str, count: int, with_qop: bool
) -> None:
    nonces = NonceKeeper(b"secret")
    challenge = Challenge(realm, nonces.issue(1.0), "opaque", ("auth",) if with_qop else ())
    answer = answer_challenge(
        Challenge.parse(str(challenge)), method="INVITE", uri="sip:100@acme", username=username, password=password,
        cnonce="c", count=count,
    )  # fmt: skip

    credentials = Credentials.parse(str(answer))

    assert credentials.username == username
    assert verify(hash_a1(username, realm, password), "INVITE", credentials)
    assert not verify(hash_a1(username, realm, password + "x"), "INVITE", credentials)
    assert nonces.check(credentials.nonce, credentials.nc, 2.0) == "fresh"
    assert nonces.check(credentials.nonce, credentials.nc, 2.0) == "replayed"


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["request", "request", "answer", "answer", "ask", "response", "response", "fail", "wait", "wait"]),
        st.sampled_from(["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS"]),
        st.integers(1, 3),
        st.sampled_from([100, 180, 200, 202, 407, 486, 603]),
        st.floats(0, 12),
    ),
    max_size=40,
)  # fmt: skip


class Course:
    """A layer that all sorts of things happen to, and the requests that its user has seen."""

    def __init__(self, flow: Flow) -> None:
        self.layer = TransactionLayer(capacity=10)
        self.flow = flow
        self.now = 0.0
        self.seen: list[tuple[Transaction, Request]] = []

    def take(self, step: Sequence[Send | Indication]) -> None:
        self.seen.extend(
            (item.transaction, item.request) for item in step if isinstance(item, RequestArrived)
        )

    def happen(self, what: str, method: str, number: int, status: int, delay: float) -> None:
        layer, flow, now = self.layer, self.flow, self.now
        ours = build(method, branch=f"z9hG4bKours{number}")
        match what:
            case "request":
                self.take(
                    layer.receive(
                        build(method, branch=f"z9hG4bK{number}", call=f"call-{number % 2}"), flow, now
                    )
                )
            case "answer" if self.seen:
                transaction, arrived = self.seen[number % len(self.seen)]
                self.take(layer.respond(transaction, respond(arrived, status, tag="b"), now))
            case "ask":
                with contextlib.suppress(LocalProtocolError):
                    self.take(layer.request(ours, flow, now)[1])
            case "response":
                self.take(layer.receive(respond(ours, status, tag="b"), flow, now))
            case "fail":
                self.take(layer.transport_failed(flow, now))
            case "wait":
                self.now += delay
                self.take(layer.tick(self.now))
            case _:
                pass

    def come_to_an_end(self) -> float:
        """Answer what is open, on both sides, and let all timers ring; return the last moment."""
        for number in range(len(self.seen)):
            self.happen("answer", "BYE", number, 500, 0)
        for number in (1, 2, 3):
            for method in ("INVITE", "BYE", "CANCEL", "OPTIONS"):
                self.happen("response", method, number, 500, 0)
        last = self.now
        while (deadline := self.layer.deadline) is not None:
            last = deadline
            self.take(self.layer.tick(deadline))
        return last


@given(EVENTS, st.sampled_from([UDP, TCP]))
def test_no_transaction_outlives_its_timers(
    events: list[tuple[str, str, int, int, float]], flow: Flow
) -> None:
    course = Course(flow)

    for event in events:
        course.happen(*event)
        assert len(course.layer) <= 10

    assert course.come_to_an_end() <= course.now + 64 * 0.5
    assert course.layer.idle


@given(
    st.integers(0, 2**32),
    st.sampled_from([0.0, 0.1, 0.3, 0.6, 1.0]),
    st.sampled_from(["INVITE", "BYE"]),
    st.booleans(),
)
def test_two_layers_over_a_lossy_link_always_come_to_an_end(
    seed: int, loss: float, method: str, refused: bool
) -> None:
    rng = Random(seed)
    caller, callee = TransactionLayer(), TransactionLayer()
    arrivals: list[tuple[float, int, TransactionLayer, bytes]] = []
    outcome: list[Indication] = []
    told = 0
    status = 486 if refused else 200

    def carry(step: Sequence[Send | Indication], to: TransactionLayer, now: float) -> None:
        nonlocal told
        for item in step:
            match item:
                case Send(_, data):
                    if rng.random() >= loss:
                        arrivals.append((now + rng.uniform(0.001, 0.3), len(arrivals), to, data))
                case RequestArrived(transaction, request):
                    told += 1
                    response = respond(request, status, tag="b")
                    carry(callee.respond(transaction, response, now), caller, now)
                case ResponseArrived() | TimedOut() if to is callee:
                    outcome.append(item)
                case _:
                    pass

    _, step = caller.request(build(method), UDP, 0.0)
    carry(step, callee, 0.0)
    flow_back = UDP._replace(local=PEER, remote=LOCAL)
    now = 0.0
    while True:
        moments = [at for at in (caller.deadline, callee.deadline) if at is not None] + [
            at for at, *_ in arrivals
        ]
        if not moments:
            break
        now = min(moments)
        for arrival in [each for each in arrivals if each[0] <= now]:
            arrivals.remove(arrival)
            _, _, to, data = arrival
            message = parse(data)
            check(message)
            carry(
                to.receive(message, UDP if to is callee else flow_back, now),
                caller if to is callee else callee,
                now,
            )
        carry(caller.tick(now), callee, now)
        carry(callee.tick(now), caller, now)

    assert caller.idle
    assert callee.idle
    assert now <= 32.0 + 32.0 + 5.0 + 0.3
    assert outcome
    assert told <= 1
    if loss == 0:
        assert told == 1
        assert isinstance(outcome[0], ResponseArrived)
    if loss == 1:
        assert told == 0
        assert [type(each) for each in outcome] == [TimedOut]
