"""A call's way against RFC 3261: copies, loops and spirals, several Vias and routes, and what comes twice."""

from __future__ import annotations

import pytest

from sipdomain.media.outputs import ConnectMedia
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address
from tests.unit.twilio.bench import ACME, LONG, SDP, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page

REJECT = page("<Response><Reject/></Response>")


# --- an INVITE that comes again after each of its answers ----------------------------------------------------


def again(caller: Caller, invite: Request) -> list[int]:
    """Send an INVITE once more; return what it gets."""
    caller.bench.take()
    caller.send(invite)
    return caller.bench.statuses()


def test_an_invite_that_comes_again_gets_its_challenge_until_that_is_acknowledged(
    bench: Bench, alice: Caller
) -> None:
    invite = alice.invite()
    challenge = bench.response(407)
    assert again(alice, invite) == [407]
    assert bench.sent[-1][2] == bytes(challenge)
    alice.ack(challenge)
    assert again(alice, invite) == []
    bench.wait(5.1)  # Timer I: 5 seconds over UDP.
    assert again(alice, invite) == [100, 407]


@pytest.mark.parametrize(
    ("field", "status"),
    [
        (("Require", "x"), 420),
        (("Max-Forwards", "0"), 483),
        (("X-None", "1"), 407),
        (("Content-Encoding", "gzip"), 407),
    ],
)
def test_an_invite_that_comes_again_gets_the_same_refusal(
    bench: Bench, alice: Caller, field: tuple[str, str], status: int
) -> None:
    without = field[0] if field[0] == "Max-Forwards" else ""
    invite = alice.invite(field, without=without)
    bench.response(status)
    assert again(alice, invite) == [status]


def test_an_invite_that_comes_again_after_its_answer_gets_nothing_but_the_repeated_200(
    bench: Bench, alice: Caller
) -> None:
    bench.pages["/voice"] = page(LONG)
    invite = alice.dial()
    answered = bench.response(200)
    assert again(alice, invite) == []  # RFC 6026 section 7.1: the 200 is repeated by a timer.
    bench.wait(0.5)
    assert bench.sent[-1][2] == bytes(answered)
    alice.ack(answered)
    assert again(alice, invite) == []
    assert len(bench.asked("voice")) == 1
    assert bench.emulator.open_calls == 1


def test_an_invite_that_comes_again_after_its_cancel_gets_487(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = None
    invite = alice.dial()
    alice.cancel(invite)
    assert again(alice, invite) == [487]
    assert bench.emulator.open_calls == 0


def test_a_second_invite_within_a_call_that_comes_again_gets_nothing_but_the_repeated_200(
    talking: Caller,
) -> None:
    bench = talking.bench
    invite = talking.invite(body=SDP.replace(b"sendrecv", b"sendonly"))
    bench.response(200)
    connected = sum(isinstance(each, ConnectMedia) for each in bench.media)
    assert again(talking, invite) == []
    assert sum(isinstance(each, ConnectMedia) for each in bench.media) == connected


# --- the same request by another way -------------------------------------------------------------------------


@pytest.mark.parametrize("target", [None, f"sip:200@{ACME}"], ids=["loop", "spiral"])
def test_a_request_that_comes_back_changed_or_not_is_merged_and_the_call_goes_on(
    bench: Bench, alice: Caller, target: str | None
) -> None:
    bench.pages["/voice"] = None
    invite = alice.dial()
    assert bench.statuses() == [100, 180]
    copy = bytes(invite).replace(f"branch={invite.via.branch}".encode(), b"branch=z9hG4bKother")
    if target:
        copy = copy.replace(f"INVITE sip:100@{ACME}".encode(), f"INVITE {target}".encode())
    alice.send(copy)
    # RFC 3261 section 8.2.2.2.
    assert bench.statuses() == [482]
    assert bench.emulator.open_calls == 1
    bench.answer(bench.waiting[0], REJECT)
    bench.response(603)


def test_after_its_refusal_the_same_request_by_another_way_is_a_new_one(bench: Bench, alice: Caller) -> None:
    invite = alice.invite()
    bench.response(407)
    alice.send(bytes(invite).replace(f"branch={invite.via.branch}".encode(), b"branch=z9hG4bKother"))
    assert bench.statuses() == [100, 407]


# --- Vias and routes -----------------------------------------------------------------------------------------

VIAS = (
    "SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bKtop;rport",
    "SIP/2.0/TLS [2001:db8::5]:5061;branch=z9hG4bKmiddle;received=192.0.2.9",
    "SIP/2.0/UDP 192.168.1.5;branch=z9hG4bKphone",
)


@pytest.mark.parametrize("joined", [False, True], ids=["lines", "list"])
def test_every_via_comes_back_in_order_and_only_the_first_says_where_to(
    bench: Bench, alice: Caller, joined: bool
) -> None:
    fields = [("Via", ", ".join(VIAS))] if joined else [("Via", via) for via in VIAS]
    alice.send(alice.build("INVITE", *fields, body=SDP, without="Via"))
    answer = bench.response(407)
    assert str(bench.sent[-1][1].remote) == "127.0.0.10:5070"
    got = [part.strip() for value in answer.headers.all("via") for part in value.split(",")]
    assert got == [f"{VIAS[0].removesuffix(';rport')};rport=5070;received=127.0.0.10", *VIAS[1:]]


@pytest.mark.parametrize(
    ("sent_by", "rport", "remote"),
    [
        ("192.168.1.5:5060", True, "127.0.0.10:40000"),
        ("192.168.1.5:5062", False, "127.0.0.10:5062"),
        ("192.168.1.5", False, "127.0.0.10:5060"),
        ("pbx.example:5064", False, "127.0.0.10:5064"),
    ],
)
def test_behind_a_nat_an_answer_goes_back_to_the_address_it_came_from(
    bench: Bench, sent_by: str, rport: bool, remote: str
) -> None:
    alice = Caller(bench, flow(port=40_000))
    via = f"SIP/2.0/UDP {sent_by};branch=z9hG4bKnat" + (";rport" if rport else "")
    alice.send(alice.build("INVITE", ("Via", via), body=SDP, without="Via"))
    answer = bench.response(407)
    assert {str(way.remote) for _, way, _ in bench.sent} == {remote}
    assert answer.via.parameters["received"] == "127.0.0.10"
    assert answer.via.parameters.get("rport") == ("40000" if rport else None)


@pytest.mark.parametrize(
    "lines",
    [
        ["<sip:127.0.0.44:5061;transport=tls;lr;r2=on>", "<sip:127.0.0.44:5060;lr;r2=on>"],
        ["<sip:127.0.0.44:5061;transport=tls;lr;r2=on>, <sip:127.0.0.44:5060;lr;r2=on>"],
        ['"a, b" <sip:127.0.0.44:5061;transport=tls;lr;r2=on>,<sip:127.0.0.44:5060;lr;r2=on>'],
    ],
)
def test_a_doubled_record_route_is_kept_in_order(make: Make, lines: list[str]) -> None:
    bench = make()
    bench.domain(users=None, addresses=["127.0.0.10"])
    bench.pages["/voice"] = page("<Response><Hangup/></Response>")
    alice = Caller(bench, flow())
    alice.invite(*(("Record-Route", line) for line in lines))
    answered = bench.response(200)
    assert answered.headers.all("record-route") == lines
    alice.ack(answered)
    bye = bench.request("BYE")
    assert [route.rpartition("<")[2] for route in bye.headers.list("route")] == [
        "sip:127.0.0.44:5061;transport=tls;lr;r2=on>",
        "sip:127.0.0.44:5060;lr;r2=on>",
    ]
    assert bye.target == "sip:alice@127.0.0.10:5070"


def test_the_address_of_a_later_invite_is_where_the_bye_goes(make: Make) -> None:
    bench = make()
    bench.domain()
    bench.pages["/voice"] = page('<Response><Say>Welcome</Say><Pause length="60"/></Response>')
    alice = Caller(bench, flow())
    alice.talk()
    alice.invite(("Contact", "<sip:alice@127.0.0.77:5077>"), without="Contact")
    alice.ack(bench.response(200))
    bench.wait(70.0)
    way, data = next((way, data) for _, way, data in bench.sent if data.startswith(b"BYE "))
    assert data.startswith(b"BYE sip:alice@127.0.0.77:5077 SIP/2.0\r\n")
    assert way.remote == Address("127.0.0.77", 5077)


# --- both at once --------------------------------------------------------------------------------------------


def test_a_cancel_and_the_answer_that_cross_leave_a_call_that_is_ended_by_bye(
    bench: Bench, alice: Caller
) -> None:
    bench.pages["/voice"] = None
    invite = alice.dial()
    bench.answer(bench.waiting[0], page(LONG))
    alice.cancel(invite)
    answers = [each for each in bench.take() if isinstance(each, Response)]
    assert [(each.status, each.cseq.method) for each in answers[-2:]] == [(200, "INVITE"), (200, "CANCEL")]
    alice.ack(answers[-2])
    assert bench.emulator.open_calls == 1
    assert alice.bye().status == 200
    assert bench.record.status == "completed"


@pytest.mark.parametrize("again_first", [False, True])
def test_a_bye_and_a_second_invite_that_cross_end_the_call(talking: Caller, again_first: bool) -> None:
    bench = talking.bench
    number = talking.number
    if again_first:
        talking.invite(number=number + 1)
        bench.response(200)
    assert talking.ask("BYE", number=number + 2).status == 200
    talking.invite(number=number + 3)
    bench.response(481)
    assert bench.emulator.open_calls == 0


def test_a_phone_may_call_twice_at_once(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = None
    alice.dial()
    second = alice.other("call-2")
    second.dial()
    assert bench.emulator.open_calls == 2
    assert len(bench.asked("voice")) == 2
