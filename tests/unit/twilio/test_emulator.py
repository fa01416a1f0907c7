"""What the emulator does with messages that are broken, and what it says it still has to do."""

from __future__ import annotations

import pytest

from sipdomain.media.outputs import DtmfReceived, MediaOpened, PromptReady
from sipdomain.sip.outputs import Address
from sipdomain.twilio.webhooks.http import HttpResponse
from tests.unit.twilio.bench import ACME, Bench, flow
from tests.unit.twilio.caller import Caller, Make

GOOD = (
    f"INVITE sip:100@{ACME} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bKx\r\n"
    f"From: <sip:alice@127.0.0.10>;tag=a1\r\nTo: <sip:100@{ACME}>\r\nCall-ID: call-1\r\nCSeq: 1 INVITE\r\n"
    "Contact: <sip:alice@127.0.0.10>\r\n\r\n"
)

BROKEN = {
    "no-cseq": ("CSeq: 1 INVITE\r\n", "", "SIP/2.0 400 Bad Request - no cseq header field"),
    "another-method": ("1 INVITE", "1 BYE", "SIP/2.0 400 Bad Request - CSeq says BYE, the request line INVITE"),
    "a-huge-number": ("1 INVITE", "2147483648 INVITE", "SIP/2.0 400 Bad Request - CSeq number 2147483648 is not below"),
    "no-call-id": ("Call-ID: call-1\r\n", "", "SIP/2.0 400 Bad Request - "),
    "two-call-ids": ("Call-ID: call-1\r\n", "Call-ID: a\r\ni: b\r\n", "SIP/2.0 400 Bad Request - more than one call-id"),
    "a-broken-from": ("From: <sip:alice", "From: <<sip:alice", "SIP/2.0 400 Bad Request - not a name address"),
    "a-broken-uri": (f"sip:100@{ACME} SIP", f"sip:100@{ACME}:x SIP", "SIP/2.0 400 Bad Request - the Request-URI is not a"),
    "a-long-body-announced": ("Contact", "Content-Length: 9\r\nContact", "SIP/2.0 400 Bad Request - Content-Length says 9"),
    "too-long-a-body": ("Contact", "Content-Length: 70000\r\nContact", "SIP/2.0 513 Message Too Large - a body of 70000"),
    "another-scheme": (f"sip:100@{ACME} SIP", "tel:+1555 SIP", "SIP/2.0 416 Unsupported URI Scheme - Request-URI"),
    "header-fields-in-the-uri": (f"sip:100@{ACME} SIP", f"sip:100@{ACME}?a=b SIP", "SIP/2.0 400 Bad Request - header"),
    "an-unknown-method-misnamed": ("INVITE sip", "NEWMETHOD sip", "SIP/2.0 501 Not Implemented - CSeq says INVITE"),
    "too-many-header-fields": ("Contact", "X: y\r\n" * 400 + "Contact", "SIP/2.0 513 Message Too Large - more than 400"),
    "another-version": ("SIP/2.0\r\nVia", "SIP/3.0\r\nVia", "SIP/2.0 505 Version Not Supported - SIP version SIP/3.0"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), BROKEN.values(), ids=BROKEN)
def test_the_answer_to_a_broken_request_says_what_is_wrong(
    bench: Bench, old: str, new: str, expected: str
) -> None:
    assert GOOD.count(old) >= 1
    bench.receive(GOOD.replace(old, new, 1).encode(), flow(port=5999))
    ((_, way, data),) = bench.sent
    assert data.decode().startswith(expected)
    assert b"\r\nServer: Twilio Gateway\r\n" in data
    assert way.remote == Address("127.0.0.10", 5070)
    assert (bench.refusal.outcome, bench.refusal.reason) == ("refused", "broken-message")
    assert bench.refusal.mend
    assert bench.emulator.census == (0, 0, 0, 0, 0, 0, 0)


def test_a_request_whose_via_cannot_be_read_is_answered_where_it_came_from(bench: Bench) -> None:
    bench.receive(GOOD.replace("SIP/2.0/UDP ", "").encode(), flow(port=5999))
    ((_, way, data),) = bench.sent
    assert data.startswith(b"SIP/2.0 400 Bad Request - not a Via")
    assert b"\r\nVia: 127.0.0.10:5070;branch=z9hG4bKx\r\n" in data
    assert way.remote == Address("127.0.0.10", 5999)


def test_a_broken_request_gets_a_to_tag_and_the_same_one_again(bench: Bench) -> None:
    data = GOOD.replace("CSeq: 1 INVITE", "CSeq: x").encode()
    bench.receive(data)
    bench.receive(data)
    assert bench.sent[0][2] == bench.sent[1][2]
    assert f"\r\nTo: <sip:100@{ACME}>;tag=".encode() in bench.sent[0][2]


def test_a_request_that_does_not_say_where_it_came_from_is_not_answered(bench: Bench) -> None:
    bench.receive(GOOD.replace("Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bKx\r\n", "").encode())
    assert bench.sent == []
    assert (bench.refusal.outcome, bench.refusal.call_id) == ("dropped", "call-1")


def test_a_broken_ack_is_never_answered(bench: Bench) -> None:
    bench.receive(GOOD.replace("INVITE", "ACK").replace("CSeq: 1 ACK", "CSeq: x").encode())
    assert bench.sent == []


def test_an_ack_for_nothing_is_never_answered(bench: Bench) -> None:
    bench.receive(GOOD.replace("INVITE", "ACK").encode())
    assert bench.sent == []
    assert bench.emulator.census == (0, 0, 0, 0, 0, 0, 0)


def test_an_idle_emulator_waits_for_nothing(make: Make) -> None:
    bench = make()
    assert bench.emulator.deadline is None
    assert not bench.emulator.waiting_for_bye
    assert bench.emulator.tick(1.0) == []
    assert bench.emulator.shut_down(1.0) == []


def test_the_census_counts_what_is_open(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = None
    alice.dial()
    census = bench.emulator.census
    assert (census.calls, census.dialogs, census.exchanges, census.prompts) == (1, 1, 1, 0)
    assert census.transactions == 2
    assert census.alarms == 1
    assert bench.emulator.open_calls == 1
    assert bench.emulator.open_transactions == 2


def test_an_answer_that_nobody_waits_for_is_let_go(bench: Bench, alice: Caller) -> None:
    assert bench.emulator.fetched(99, HttpResponse(200), 0.0) == []
    assert bench.emulator.media(PromptReady(99, 1.0), 0.0) == []
    assert bench.emulator.media(MediaOpened("CA0", Address("127.0.0.1", 1)), 0.0) == []
    assert bench.emulator.media(DtmfReceived("CA0", "1", 0.1), 0.0) == []


def test_the_same_seed_writes_the_same_bytes(make: Make) -> None:
    runs = []
    for _ in range(2):
        bench = make()
        bench.domain()
        alice = Caller(bench, flow())
        alice.talk()
        alice.bye()
        runs.append([data for _, _, data in bench.sent])
    assert runs[0] == runs[1]
    assert [data[:12] for data in runs[0]] == [
        b"SIP/2.0 100 ", b"SIP/2.0 407 ", b"SIP/2.0 100 ", b"SIP/2.0 180 ", b"SIP/2.0 200 ", b"SIP/2.0 200 ",
    ]  # fmt: skip


def test_a_crowd_of_timers_takes_several_steps_which_are_due_at_once(bench: Bench) -> None:
    for number in range(80):
        caller = Caller(bench, flow(), call_id=f"call-{number}")
        caller.ask("OPTIONS")
    assert bench.emulator.open_transactions == 80
    moment = bench.emulator.deadline
    assert moment == 32.0
    left = []
    while bench.emulator.deadline is not None:
        bench.carry(bench.emulator.tick(moment))
        left.append((bench.emulator.open_transactions, bench.emulator.deadline))
    assert left == [(30, 32.0), (0, None)]
