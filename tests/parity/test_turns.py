"""What a caller may try within a call or around one: transfers, news, extensions, bodies that are no offer."""

from __future__ import annotations

import pytest

from sipdomain.entries import Decision
from sipdomain.sip.message import Response
from sipdomain.twilio.fidelity.profile import Profile
from tests.unit.twilio.bench import BOTH, LONG, SDP, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page

# --- extensions ----------------------------------------------------------------------------------------------


@pytest.mark.rule("require")
@pytest.mark.parametrize("field", ["Require", "Proxy-Require"])
@pytest.mark.parametrize("extension", ["100rel", "replaces", "sec-agree", "x-nobody-knows"])
@pytest.mark.parametrize("method", ["INVITE", "OPTIONS", "REGISTER", "REFER", "BYE"])
def test_whatever_requires_an_extension_gets_420(
    bench: Bench, alice: Caller, method: str, field: str, extension: str
) -> None:
    response = alice.ask(method, (field, extension))
    assert (response.status, response.require("unsupported")) == (420, extension)
    assert bench.refusal.got == f"{field}: {extension}"
    assert bench.refusal.mend == f"do not require {extension}; Supported is enough"


@pytest.mark.rule("require")
@pytest.mark.parametrize("method", ["INVITE", "BYE"])
def test_within_a_call_too_and_the_call_goes_on(talking: Caller, method: str) -> None:
    response = talking.ask(method, ("Require", "replaces"), body=SDP if method == "INVITE" else b"")
    assert (response.status, response.require("unsupported")) == (420, "replaces")
    assert talking.bench.emulator.open_calls == 1
    assert talking.bye().status == 200


@pytest.mark.rule("require", "methods")
@pytest.mark.parametrize(("method", "status"), [("UPDATE", 405), ("FOO", 501)])
def test_the_method_is_judged_before_the_extension(alice: Caller, method: str, status: int) -> None:
    assert alice.ask(method, ("Require", "timer")).status == status


@pytest.mark.rule("require", "cancel")
def test_what_a_cancel_requires_means_nothing(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = None
    invite = alice.dial()
    bench.take()
    alice.send(alice.build("CANCEL", ("Require", "x"), number=invite.cseq.number, branch=invite.via.branch))
    assert bench.statuses() == [200, 487]


@pytest.mark.rule("no-extensions")
@BOTH
def test_extensions_that_a_caller_only_supports_have_no_effect(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages["/voice"] = page(LONG)
    alice = Caller(bench, flow())
    alice.dial(("Supported", "100rel, timer, replaces"))
    answers = [each for each in bench.take() if isinstance(each, Response)]
    assert [each.status for each in answers[-3:]] == [100, 180, 200]
    for answer in answers:
        assert answer.headers.names.isdisjoint({"require", "supported", "rseq", "session-expires", "min-se"})
    alice.ack(answers[-1])
    # No timer was asked for: nobody refreshes, and the call goes on.
    bench.wait(1000.0)
    assert bench.statuses() == []
    assert alice.bye().status == 200


@pytest.mark.rule("methods", "no-extensions")
@pytest.mark.parametrize(
    ("method", "fields", "body"),
    [
        ("UPDATE", (), SDP),
        ("UPDATE", (("Session-Expires", "90"),), b""),
        ("PRACK", (("RAck", "1 1 INVITE"),), b""),
        ("INFO", (("Content-Type", "application/dtmf-relay"),), b"Signal=5\r\nDuration=160\r\n"),
        ("MESSAGE", (("Content-Type", "text/plain"),), b"hello"),
        ("SUBSCRIBE", (("Event", "refer"),), b""),
        ("update", (), b""),
    ],
)
def test_other_methods_within_a_call_are_refused_and_the_call_goes_on(
    talking: Caller, method: str, fields: tuple[tuple[str, str], ...], body: bytes
) -> None:
    response = talking.ask(method, *fields, body=body)
    assert response.status == (405 if method.isupper() else 501)
    allowed = response.require("allow").split(", ")
    assert {"INVITE", "BYE", "REFER", "NOTIFY"} <= set(allowed)
    assert {"UPDATE", "PRACK", "INFO"}.isdisjoint(allowed)
    assert talking.bench.emulator.open_calls == 1
    assert talking.bye().status == 200


# --- bodies ----------------------------------------------------------------------------------------------------

BODIES = [
    (
        ("Content-Type", "application/unknownformat"),
        415,
        "accept",
        "application/sdp",
        "unsupported-media-type",
    ),
    (
        ("Content-Type", "multipart/signed;boundary=b"),
        415,
        "accept",
        "application/sdp",
        "unsupported-media-type",
    ),
    (("c", "text/plain"), 415, "accept", "application/sdp", "unsupported-media-type"),
    (("Content-Encoding", "gzip"), 415, "accept-encoding", "identity", "unsupported-encoding"),
    (("e", "gzip, identity"), 415, "accept-encoding", "identity", "unsupported-encoding"),
    (("Accept", "text/nobodyKnowsThis"), 406, "server", "Twilio", "answer-not-acceptable"),
    (("Accept", "application/dtmf-relay;q=1, text/*"), 406, "server", "Twilio", "answer-not-acceptable"),
]


def offering(caller: Caller, *fields: tuple[str, str]) -> None:
    """Send an INVITE with a session description, and the Content-Type that it says or none."""
    sent = bytes(caller.build("INVITE", *fields, body=SDP))
    typed = any(name in {"Content-Type", "c"} for name, _ in fields)
    caller.send(sent.replace(b"Content-Type: application/sdp\r\n", b"", 1) if typed else sent)


@pytest.mark.rule("media-type")
@pytest.mark.parametrize(("field", "status", "name", "value", "symbol"), BODIES)
def test_a_body_that_is_no_session_description_is_refused(
    bench: Bench, alice: Caller, field: tuple[str, str], status: int, name: str, value: str, symbol: str
) -> None:
    challenged = alice.challenge()
    offering(alice, alice.prove(challenged), field)
    assert bench.response(status).require(name) == value
    assert bench.refusal.reason == symbol
    assert bench.refusal.mend
    assert bench.emulator.open_calls == 0


@pytest.mark.rule("media-type", "re-invite")
@pytest.mark.parametrize(("field", "status", "name", "value", "symbol"), BODIES)
def test_within_a_call_it_changes_nothing(
    talking: Caller, field: tuple[str, str], status: int, name: str, value: str, symbol: str
) -> None:
    offering(talking, field)
    assert talking.bench.response(status).require(name) == value
    assert talking.bye().status == 200


@pytest.mark.rule("media-type")
@pytest.mark.parametrize(
    "field",
    [
        ("Content-Type", "Application/SDP;charset=utf-8"),
        ("c", "application/sdp"),
        ("Content-Encoding", "identity"),
        ("Accept", "application/sdp;level=1, text/plain"),
        ("Accept", "*/*"),
        ("Accept", "application/*"),
        ("Accept", ""),
        ("Accept-Encoding", "gzip"),
        ("Accept-Language", "tlh"),
    ],
)
def test_what_says_the_same_in_other_words_is_taken(
    bench: Bench, alice: Caller, field: tuple[str, str]
) -> None:
    challenged = alice.challenge()
    offering(alice, alice.prove(challenged), field)
    bench.response(200)


# --- transfers and news ----------------------------------------------------------------------------------------


@pytest.mark.rule("refer-without-dial", "refer-without-dial-status")
@BOTH
def test_a_transfer_that_no_dial_allows_is_refused_and_the_call_goes_on(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages["/voice"] = page(LONG)
    alice = Caller(bench, flow())
    alice.talk()
    response = alice.ask("REFER", ("Refer-To", "<sip:bob@pbx.example>"))
    assert response.status == 403
    assert response.require("x-twilio-error") == "13802 A REFER came, but <Dial> has no referUrl"
    assert bench.alerts == [13802]
    assert (bench.refusal.got, bench.refusal.wanted) == (
        "Refer-To: sip:bob@pbx.example",
        "a <Dial> with a referUrl",
    )
    assert bench.record.status == "in-progress"
    assert alice.bye().status == 200


@pytest.mark.rule("refer-without-dial")
@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ((), 400),
        ((("Refer-To", "<sip:a"),), 400),
        ((("Refer-To", "<sip:a@b>"), ("r", "<sip:c@d>")), 400),
        ((("r", "sip:a@b"),), 403),
        ((("Refer-To", "<tel:+1555>"),), 403),
        ((("Refer-To", "<sip:a@b?Replaces=x%3Bto-tag%3D1>"),), 403),
    ],
)
def test_a_transfer_needs_one_target(
    talking: Caller, fields: tuple[tuple[str, str], ...], status: int
) -> None:
    assert talking.ask("REFER", *fields).status == status
    assert talking.bench.alerts == ([13802] if status == 403 else [])
    assert talking.bye().status == 200


@pytest.mark.rule("refer-without-dial")
def test_a_transfer_out_of_order_or_of_no_call_is_refused_as_such(talking: Caller) -> None:
    target = ("Refer-To", "<sip:a@b>")
    assert talking.ask("REFER", target, number=1).status == 500
    stranger = talking.other("call-2")
    assert stranger.ask("REFER", target).status == 403
    stranger.tag = "wrong"
    assert stranger.ask("REFER", target).status == 481
    assert talking.bench.alerts == []


@pytest.mark.rule("notify")
@pytest.mark.parametrize("event", ["refer", "keep-alive", "message-summary"])
def test_news_of_no_subscription_gets_481_and_the_call_goes_on(talking: Caller, event: str) -> None:
    fields = (("Event", event), ("Subscription-State", "active"))
    response = talking.ask("NOTIFY", *fields)
    assert (response.status, response.reason) == (481, "Subscription does not exist")
    assert talking.ask("NOTIFY", *fields, number=1).status == 500
    assert talking.other("call-2").ask("NOTIFY", *fields).status == 481
    assert talking.bench.journal(Decision)[-1].outcome == "passed"
    assert talking.bye().status == 200
