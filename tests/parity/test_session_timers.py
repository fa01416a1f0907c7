"""Session timers: what is granted, who refreshes, and what becomes of a session that nobody refreshes (RFC 4028)."""

from __future__ import annotations

import pytest

from sipdomain.entries import Note
from sipdomain.sip.message import Request, Response, respond
from sipdomain.twilio.fidelity.profile import OBSERVED, Profile
from tests.parity.ordered_calls import ordered
from tests.unit.twilio.bench import BOTH, LONG, SDP, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page

FIELDS = ("require", "supported", "session-expires", "min-se")


def dialled(make: Make, profile: Profile | None, *fields: tuple[str, str]) -> Caller:
    """Dial a domain whose call lasts long, with these header fields."""
    bench = make() if profile is None else make(profile)
    bench.domain()
    bench.pages["/voice"] = page(LONG)
    alice = Caller(bench, flow())
    alice.dial(*fields)
    return alice


def granted(response: Response) -> list[str | None]:
    return [response.headers.get(name) for name in FIELDS]


def notes(bench: Bench) -> list[str]:
    return [each.text.partition(": ")[2] for each in bench.journal(Note) if "RFC 4028" in each.text]


@pytest.mark.rule("session-timer")
@BOTH
@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("1800",), ["timer", "timer", "1800;refresher=uac", None]),
        (("120;refresher=uac",), ["timer", "timer", "120;refresher=uac", None]),
        (("1800;refresher=UAS",), [None, "timer", "1800;refresher=uas", None]),
        ((), [None, None, None, None]),
    ],
)
def test_a_session_timer_is_granted_as_it_is_asked_for(
    make: Make, profile: Profile, asked: tuple[str, ...], said: list[str | None]
) -> None:
    fields = (("Supported", "100rel, timer"), *(("Session-Expires", value) for value in asked))
    assert granted(dialled(make, profile, *fields).bench.response(200)) == said


@pytest.mark.rule("session-timer")
def test_it_may_be_required(make: Make) -> None:
    alice = dialled(make, None, ("Require", "timer"), ("Session-Expires", "900"))
    assert granted(alice.bench.response(200)) == ["timer", "timer", "900;refresher=uac", None]


@pytest.mark.rule("session-timer")
def test_who_does_not_know_timers_gets_none_though_a_proxy_asks_for_one(make: Make) -> None:
    alice = dialled(make, None, ("Session-Expires", "90"))
    response = alice.bench.response(200)
    assert granted(response) == [None, None, None, None]
    alice.ack(response)
    alice.bench.wait(1000.0)
    assert alice.bye().status == 200


@pytest.mark.rule("session-timer")
@pytest.mark.parametrize(
    ("value", "status", "least"), [("119", 422, "120"), ("90;refresher=uac", 422, "120"), ("soon", 400, None)]
)
def test_one_that_is_too_short_or_cannot_be_read_is_refused(
    make: Make, value: str, status: int, least: str | None
) -> None:
    alice = dialled(make, None, ("Supported", "timer"), ("Session-Expires", value))
    response = alice.bench.response(status)
    assert response.headers.get("min-se") == least
    refused = alice.bench.refusal
    assert (refused.check, refused.wanted) == ("session-timer", "Session-Expires of 120 s or more")
    assert refused.mend == "set the session timer of the PBX to 120 s or more, or switch it off"


@pytest.mark.rule("session-timer")
@BOTH
def test_a_session_that_the_caller_does_not_refresh_ends_before_its_time(
    make: Make, profile: Profile
) -> None:
    alice = dialled(make, profile, ("Supported", "timer"), ("Session-Expires", "120"))
    bench = alice.bench
    alice.ack(bench.response(200))
    bench.wait(87.9)
    assert bench.take() == []
    bench.wait(0.2)
    assert bench.request("BYE").method == "BYE"
    assert notes(bench) == ["nobody refreshed the session within its 120 s (RFC 4028)"]
    assert bench.record.status == "completed"


@pytest.mark.rule("session-timer", "refresh-keeps-version")
@BOTH
def test_a_caller_who_refreshes_keeps_the_call_and_a_refresh_keeps_the_version(
    make: Make, profile: Profile
) -> None:
    fields = (("Supported", "timer"), ("Session-Expires", "120;refresher=uac"))
    alice = dialled(make, profile, *fields)
    bench = alice.bench
    first = bench.response(200)
    alice.ack(first)
    for _ in range(5):
        bench.wait(60.0)
        alice.invite(*fields)
        response = bench.response(200)
        assert granted(response) == ["timer", "timer", "120;refresher=uac", None]
        assert response.body == first.body
        alice.ack(response)
    alice.invite(*fields, body=SDP.replace(b"a=sendrecv\r\n", b"") + b"a=sendonly\r\n")
    held = bench.response(200)
    assert held.body.splitlines()[1] != first.body.splitlines()[1]
    alice.ack(held)
    assert alice.bye().status == 200


def asked_to_refresh(make: Make) -> tuple[Caller, Response]:
    """Return a caller who leaves the refreshes of 120 s to us, and our 200."""
    alice = dialled(make, None, ("Supported", "timer"), ("Session-Expires", "120;refresher=uas"))
    response = alice.bench.response(200)
    alice.ack(response)
    return alice, response


def answer(alice: Caller, invite: Request, status: int, *fields: tuple[str, str], body: bytes = b"") -> None:
    alice.bench.receive(
        respond(invite, status, headers=[("Contact", "<sip:alice@127.0.0.10>"), *fields], body=body),
        alice.source,
    )


@pytest.mark.rule("session-timer")
def test_we_refresh_where_we_are_asked_to_by_an_invite_that_changes_nothing(make: Make) -> None:
    alice, response = asked_to_refresh(make)
    bench = alice.bench
    for number in range(1, 4):
        bench.wait(60.0)
        invite = bench.request("INVITE")
        assert invite.cseq.number == number
        assert invite.body == response.body
        assert [invite.headers.get(name) for name in FIELDS] == [None, "timer", "120;refresher=uac", "120"]
        answer(
            alice,
            invite,
            200,
            ("Require", "timer"),
            ("Session-Expires", "120;refresher=uac"),
            ("Content-Type", "application/sdp"),
            body=SDP,
        )
        assert bench.request("ACK").cseq.number == number
    assert alice.bye().status == 200
    assert bench.alerts == []


@pytest.mark.rule("session-timer")
def test_the_ack_of_a_refresh_comes_again_with_its_200(make: Make) -> None:
    alice, _ = asked_to_refresh(make)
    bench = alice.bench
    bench.wait(60.0)
    invite = bench.request("INVITE")
    for _ in range(2):
        answer(alice, invite, 200)
        assert bench.request("ACK").method == "ACK"


@pytest.mark.rule("session-timer")
def test_a_refresh_that_is_answered_after_the_end_of_the_call_is_acknowledged_and_forgotten(
    make: Make,
) -> None:
    alice, _ = asked_to_refresh(make)
    bench = alice.bench
    bench.wait(60.0)
    invite = bench.request("INVITE")
    assert alice.bye().status == 200
    bench.media.clear()
    answer(alice, invite, 200, ("Session-Expires", "7200;refresher=uac"), body=SDP)
    assert bench.request("ACK").cseq.number == invite.cseq.number
    assert bench.media == []
    bench.wait(128 * 0.5)
    assert bench.emulator.deadline is None


@pytest.mark.rule("session-timer")
@pytest.mark.parametrize("status", [408, 481])
def test_a_phone_that_has_lost_the_call_ends_it(make: Make, status: int) -> None:
    alice, _ = asked_to_refresh(make)
    bench = alice.bench
    bench.wait(60.0)
    answer(alice, bench.request("INVITE"), status)
    assert [each.method for each in bench.take() if isinstance(each, Request)] == ["ACK", "BYE"]
    assert notes(bench) == [f"the phone answered a refresh with {status} (RFC 4028)"]


@pytest.mark.rule("session-timer")
def test_a_phone_that_is_silent_to_a_refresh_is_hung_up_on(make: Make) -> None:
    alice, _ = asked_to_refresh(make)
    bench = alice.bench
    bench.wait(60.0 + 33.0)
    assert bench.take()[-1].method == "BYE"  # type: ignore[union-attr]
    assert notes(bench) == ["the phone did not answer a refresh (408) (RFC 4028)"]


@pytest.mark.rule("session-timer")
def test_a_phone_that_only_ever_says_that_it_tries_is_hung_up_on_after_64_seconds(make: Make) -> None:
    alice, _ = asked_to_refresh(make)
    bench = alice.bench
    bench.wait(60.0)
    answer(alice, bench.request("INVITE"), 100)
    bench.wait(63.9)
    assert notes(bench) == []
    bench.wait(0.1)
    assert notes(bench) == ["the phone did not answer a refresh (408) (RFC 4028)"]
    assert bench.request("BYE").method == "BYE"


@pytest.mark.rule("session-timer")
def test_a_refresh_that_crosses_the_callers_own_invite_is_sent_again(make: Make) -> None:
    alice, _ = asked_to_refresh(make)
    bench = alice.bench
    bench.wait(60.0)
    ours = bench.request("INVITE")
    alice.invite()
    crossed = bench.response(491)
    alice.ack(crossed)
    answer(alice, ours, 491)
    bench.take()
    bench.wait(2.0)  # RFC 3261 section 14.1: up to 2 s for the end that did not make the Call-ID.
    answer(alice, bench.request("INVITE"), 200)
    assert bench.request("ACK").method == "ACK"


@pytest.mark.rule("session-timer")
def test_a_phone_that_answers_every_refresh_with_491_has_its_session_end(make: Make) -> None:
    alice, _ = asked_to_refresh(make)
    bench = alice.bench
    bench.wait(60.0)
    for _ in range(6):
        answer(alice, bench.request("INVITE"), 491)
        bench.take()
        bench.wait(2.0)
    bench.wait(25.9)
    assert bench.take() == []
    bench.wait(0.2)
    assert bench.request("BYE").method == "BYE"
    assert notes(bench) == ["nobody refreshed the session within its 120 s (RFC 4028)"]


@pytest.mark.rule("session-timer")
def test_a_phone_that_needs_no_longer_interval_is_not_asked_again_and_again(make: Make) -> None:
    alice, _ = asked_to_refresh(make)
    bench = alice.bench
    bench.wait(60.0)
    answer(alice, bench.request("INVITE"), 422, ("Min-SE", "90"))
    assert [each.method for each in bench.take() if isinstance(each, Request)] == ["ACK"]
    bench.wait(60.0)
    assert notes(bench) == ["nobody refreshed the session within its 120 s (RFC 4028)"]


@pytest.mark.rule("session-timer")
def test_a_refresh_takes_the_interval_that_the_phone_needs(make: Make) -> None:
    alice, _ = asked_to_refresh(make)
    bench = alice.bench
    bench.wait(60.0)
    answer(alice, bench.request("INVITE"), 422, ("Min-SE", "600"))
    ack, again = bench.take()
    assert isinstance(ack, Request)
    assert isinstance(again, Request)
    assert (ack.method, again.method) == ("ACK", "INVITE")
    assert [again.headers.get(name) for name in FIELDS] == [None, "timer", "600;refresher=uac", "600"]


@pytest.mark.rule("session-timer", "outbound-invite")
@pytest.mark.parametrize(
    ("says", "after", "method"),
    [
        ("120;refresher=uac", 60.0, "INVITE"),
        ("120;refresher=uas", 88.0, "BYE"),
        ("", 1000.0, None),
    ],
)
def test_a_phone_that_is_called_may_have_a_timer(
    make: Make, says: str, after: float, method: str | None
) -> None:
    bench = make()
    bench.pages["/voice"] = page(LONG)
    _, phone = ordered(bench)
    assert [phone.invite.headers.get(name) for name in FIELDS] == [None, "timer", None, "120"]
    phone.respond(200, *((("Session-Expires", says),) if says else ()), body=SDP)
    bench.take()
    bench.wait(after - 0.1)
    assert bench.take() == []
    bench.wait(0.2)
    assert [each.method for each in bench.take() if isinstance(each, Request)] == ([method] if method else [])


@pytest.mark.rule("one-codec")
@BOTH
@pytest.mark.parametrize(
    ("offered", "all_", "one"),
    [("0 8 101", "0 8 101", "0 101"), ("8 0 101", "8 0 101", "8 101"), ("0 8", "0 8", "0"), ("8", "8", "8")],
)
def test_the_answer_picks_one_codec_under_the_observed_profile(
    make: Make, profile: Profile, offered: str, all_: str, one: str
) -> None:
    bench = make(profile)
    bench.domain()
    rtpmaps = {"0": "PCMU/8000", "8": "PCMA/8000", "101": "telephone-event/8000"}
    lines = "".join(f"a=rtpmap:{number} {rtpmaps[number]}\r\n" for number in offered.split())
    body = (
        "v=0\r\no=- 1 1 IN IP4 127.0.0.10\r\ns=-\r\nc=IN IP4 127.0.0.10\r\nt=0 0\r\n"
        f"m=audio 4000 RTP/AVP {offered}\r\n{lines}"
    ).encode()
    Caller(bench, flow()).dial(body=body)
    (media,) = [line for line in bench.response(200).body.decode().splitlines() if line.startswith("m=")]
    assert media.partition("RTP/AVP ")[2] == (one if profile is OBSERVED else all_)
