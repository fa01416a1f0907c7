"""What the debugger makes of the journal: whose alert it is, what it is about, and what it never tells."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import parse_qsl

import pytest

from sipdomain.entries import Alert, HttpAnswered, HttpRequested, Note
from sipdomain.twilio.debugger import LONGEST_TEXT, MOST_EXCHANGES, Debugger
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from sipdomain.twilio.names.sids import Ids, is_sid
from sipdomain.twilio.store.call_records import CallRecord, CallStore
from sipdomain.twilio.store.logs import AlertRecord, Log
from sipdomain.twilio.webhooks.http import HttpResponse
from tests.unit.twilio.bench import ACCOUNT, EPOCH, LONG, PASSWORD, REFUSED, TOKEN, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page


def heard(bench: Bench, capacity: int = 10) -> list[AlertRecord]:
    """Return the alerts of all that happened on a bench, oldest first."""
    log: Log[AlertRecord] = Log(capacity)
    debugger = Debugger(log, bench.calls, Ids(random.Random(3)), wall_offset=EPOCH)
    for entry in bench.entries:
        debugger.hear(entry)
    return [*log.newest_first(ACCOUNT)][::-1]


def fields(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True))


def test_a_wrong_password_is_an_alert_of_the_domains_owner(bench: Bench, alice: Caller) -> None:
    bench.wait(5.0)
    challenged = alice.challenge()
    alice.ack(alice.ask("INVITE", alice.prove(challenged, password="Wrong-Horse-42")))
    (alert,) = heard(bench)
    domain = bench.store.domain_named("acme.sip.twilio.com")
    assert domain is not None
    assert is_sid("NO", alert.sid)
    assert (alert.account_sid, alert.domain_sid, alert.call_sid) == (ACCOUNT, domain.sid, "")
    assert (alert.code, alert.level, alert.created_at) == (32202, "error", EPOCH + 5.0)
    assert alert.text == "Authentication failure - bad user credentials: alice with a wrong password"
    assert (alert.method, alert.url, alert.status) == ("", "", 0)


@pytest.mark.parametrize(
    ("settings", "profile", "method", "target", "fields", "codes"),
    [
        ({"addresses": ["10.0.0.1"]}, OBSERVED, "INVITE", "", [], [32201]),
        ({"addresses": ["10.0.0.1"]}, DOCUMENTED, "INVITE", "", [], [32201]),
        ({"users": None}, DOCUMENTED, "INVITE", "", [], [32200]),
        ({"secure": True}, DOCUMENTED, "INVITE", "", [], [32209]),
        ({}, DOCUMENTED, "REGISTER", "sip:acme.sip.twilio.com", [], [32210]),
        ({"sip_registration": True}, DOCUMENTED, "REGISTER", "sip:acme.sip.twilio.com", [], [32212]),
        ({}, DOCUMENTED, "INVITE", "", [("Max-Forwards", "0")], [32006]),
        ({}, DOCUMENTED, "INVITE", "", [("Require", "timer")], []),
        ({}, DOCUMENTED, "INVITE", "sip:100@nobody.sip.twilio.com", [], []),
        ({}, DOCUMENTED, "INVITE", "", [], []),
    ],
)
def test_a_refusal_with_a_code_is_an_alert_when_it_is_known_whose(
    make: Make, settings: dict[str, Any], profile: Profile, method: str, target: str,
    fields: list[tuple[str, str]], codes: list[int],
) -> None:  # fmt: skip
    bench = make(profile)
    bench.domain(**settings)
    caller = Caller(bench, flow())
    without = "Max-Forwards" if fields and fields[0][0] == "Max-Forwards" else ""
    caller.send(caller.build(method, *fields, target=target or None, without=without))
    assert [each.code for each in heard(bench)] == codes


def test_what_is_sent_again_after_it_was_dropped_is_no_alert_of_its_own(make: Make) -> None:
    bench = make(DOCUMENTED)
    bench.domain(addresses=["10.0.0.1"])
    caller = Caller(bench, flow())
    invite = caller.build("INVITE")
    for pause in (0.5, 1.0, 2.0):
        caller.send(invite)
        bench.wait(pause)
    assert [each.code for each in heard(bench)] == [32201]
    caller.other("call-2").invite()
    bench.wait(60.0)
    caller.send(invite)
    assert [each.code for each in heard(bench)] == [32201, 32201, 32201]


def test_a_failing_webhook_is_reported_with_request_and_answer(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page("Out of order", "text/plain", 500, ("X-Why", "a=1&b"))
    alice.dial(("X-Order", "id=7"))
    (alert,) = heard(bench)
    assert (alert.code, alert.level, alert.call_sid) == (11200, "error", bench.record.sid)
    assert (alert.method, alert.url, alert.status) == ("POST", "http://app.test/voice", 500)
    assert alert.text == "http://app.test/voice: HTTP status 500"
    variables = fields(alert.variables)
    assert (variables["CallSid"], variables["SipHeader_X-Order"]) == (bench.record.sid, "id=7")
    assert fields(alert.headers)["User-Agent"] == "TwilioProxy/1.1"
    assert alert.response_headers == "Content-Type=text%2Fplain&X-Why=a%3D1%26b"
    assert alert.response_body == "Out of order"


def test_a_server_that_does_not_answer_is_reported_with_the_request_alone(
    bench: Bench, alice: Caller
) -> None:
    bench.pages["/voice"] = REFUSED
    alice.dial()
    (alert,) = heard(bench)
    assert (alert.code, alert.url, alert.status) == (11202, "http://app.test/voice", 0)
    assert fields(alert.variables)["CallSid"] == bench.record.sid
    assert (alert.response_headers, alert.response_body) == ("", "")


@pytest.mark.parametrize("url", ["http://app.test/voice", "http://app.test/voice?shop=7"])
def test_the_url_of_a_get_is_the_one_that_was_set(make: Make, url: str) -> None:
    bench = make()
    bench.domain(voice_url=url, voice_method="GET")
    bench.pages["/voice"] = HttpResponse(404)
    Caller(bench, flow()).dial()
    (alert,) = heard(bench)
    assert (alert.method, alert.url) == ("GET", url)
    assert fields(alert.variables)["CallSid"] == bench.record.sid


def test_a_url_that_cannot_be_asked_has_no_request(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page("<Response><Redirect>ftp://app.test/</Redirect></Response>")
    alice.dial()
    (alert,) = heard(bench)
    assert (alert.code, alert.url) == (11100, "")


def test_an_error_in_a_document_is_reported_with_the_document(bench: Bench, alice: Caller) -> None:
    body = "<Response><Say>Hi</Say><Pay/></Response>"
    bench.pages["/voice"] = page(body)
    alice.talk()
    bench.wait(5.0)
    alert = heard(bench)[-1]
    assert (alert.code, alert.status, alert.response_body) == (13750, 200, body)
    assert alert.created_at == EPOCH + 2.0


def test_sound_that_cannot_be_played_is_reported_with_its_own_request(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page("<Response><Play>/hello.wav</Play></Response>")
    bench.pages["/hello.wav"] = page("nothing here", "text/html", 410)
    alice.dial()
    (alert,) = heard(bench)
    assert (alert.method, alert.url, alert.status) == ("GET", "http://app.test/hello.wav", 410)
    assert (alert.variables, alert.response_body) == ("", "nothing here")


def test_a_warning_is_reported_with_the_document(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page('<Response><Say colour="red">Hi</Say></Response>')
    alice.dial()
    (alert,) = heard(bench)
    assert (alert.code, alert.level, alert.status) == (12200, "warning", 200)


def test_a_failing_status_callback_is_a_warning_with_its_own_request(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    bench.pages["/status"] = HttpResponse(503)
    alice.talk()
    alice.bye()
    found = heard(bench)
    assert [(each.code, each.level, each.url, each.status) for each in found] == [
        (15003, "warning", "http://app.test/status", 503)
    ] * 4
    assert [fields(each.variables)["CallStatus"] for each in found] == [
        "initiated", "ringing", "in-progress", "completed",
    ]  # fmt: skip


def test_what_is_about_no_url_has_no_request(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    alice.dial()
    bench.wait(40.0)
    (alert,) = heard(bench)
    assert (alert.code, alert.call_sid, alert.url, alert.variables) == (32022, bench.record.sid, "", "")


def test_nobodys_password_token_or_cookie_is_shown(make: Make) -> None:
    bench = make()
    bench.domain(
        voice_url="http://bob:hidden%2Done@app.test/voice",
        voice_fallback_url="http://bob:hid@den-two@app.test/sorry",
        voice_fallback_method="GET",
    )
    cookie = ("Set-Cookie", "session=hidden-three")
    bench.pages["/voice"] = HttpResponse(401, (("WWW-Authenticate", "Basic realm=x"), cookie))
    moved = ("Location", "http://bob:hidden-four@app.test/")
    play = b"<Response><Play>http://bob:hidden-five@app.test/a.wav</Play></Response>"
    bench.pages["/sorry"] = HttpResponse(300, (moved,), play)
    alice = Caller(bench, flow())
    challenged = alice.challenge()
    alice.invite(alice.prove(challenged))
    alice.other("call-2").ask("INVITE", alice.prove(challenged, password="Hidden-Six-6666", count=2))
    found = heard(bench)
    assert [each.code for each in found] == [11200, 11216, 32202]
    assert [each.url for each in found] == ["http://app.test/voice", "http://app.test/sorry", ""]
    assert fields(found[1].variables)["ErrorUrl"] == "http://app.test/voice"
    asked = [dict(ask.request.headers) for ask in bench.asked("voice")]
    assert "Authorization" in asked[1]
    assert "session=hidden-three" in asked[1]["Cookie"]
    told = " ".join(repr(each) for each in found)
    for secret in (
        "hidden%2Done",
        "hidden-one",
        "hid",
        "den-two",
        "-four",
        "-five",
        "Hidden",
        PASSWORD,
        TOKEN,
    ):
        assert secret not in told.replace("session%3Dhidden-three", "")
    assert "Authorization" not in fields(found[0].headers)
    assert "Cookie" not in fields(found[0].headers)


def test_bytes_that_are_not_text_are_shown_as_text(bench: Bench, alice: Caller) -> None:
    challenged = alice.challenge()
    alice.send(
        bytes(alice.build("INVITE", alice.prove(challenged, user="@@"))).replace(b'"@@"', b'"\xff\xfe"')
    )
    bench.pages["/voice"] = page(b"\xff\xfe", "text/plain", 500, ("X-Raw", "\udcff"))
    alice.other("call-2").dial(("X-Order", "\udcff"))
    refused, failed = heard(bench)
    assert refused.text == "Authentication failure - bad user credentials: ?? with an unknown user name"
    assert failed.response_body == "\ufffd\ufffd"
    assert failed.response_headers == "Content-Type=text%2Fplain&X-Raw=%FF"
    assert "SipHeader_X-Order=%FF" in failed.variables.split("&")


def test_texts_are_cut_and_sound_is_not_kept(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page("y" * 10_000, "text/plain", 500, ("X-Long", "z" * 10_000))
    alice.dial()
    bench.pages["/voice"] = page(b"RIFF", "Audio/x-wav", 500)
    alice.other("call-2").dial()
    first, second = heard(bench)
    assert first.response_body == "y" * LONGEST_TEXT == "y" * 4_096
    assert len(first.response_headers) == 4_096
    assert (second.status, second.response_body) == (500, "")


def entries(token: int) -> tuple[HttpRequested, HttpAnswered]:
    about: Any = {"at": 0.0, "token": token, "call_sid": "CA1", "call_id": "id", "purpose": "voice"}
    return HttpRequested(method="POST", url=f"http://app.test/{token}", **about), HttpAnswered(
        status=500, **about
    )


def alerted(token: int, call_sid: str = "CA1") -> Alert:
    return Alert(at=0.0, call_sid=call_sid, call_id="id", code=11200, level="error", text="", token=token)


def test_old_exchanges_are_let_go_and_open_ones_are_kept() -> None:
    calls = CallStore()
    calls.add(
        CallRecord(
            sid="CA1", account_sid=ACCOUNT, domain_sid="", to="", from_="", sip_call_id="id", created_at=0.0
        )
    )  # fmt: skip
    log: Log[AlertRecord] = Log()
    debugger = Debugger(log, calls, Ids(random.Random(3)), wall_offset=0.0)
    slow, late = entries(1)
    debugger.hear(slow)
    for token in range(2, MOST_EXCHANGES + 3):
        for entry in entries(token):
            debugger.hear(entry)
    debugger.hear(alerted(2))
    debugger.hear(alerted(3))
    debugger.hear(late)
    debugger.hear(alerted(1))
    debugger.hear(Note(at=0.0, source="sip", text="passed over"))
    debugger.hear(alerted(1, "CA9"))
    assert [each.url for each in log.newest_first(ACCOUNT)] == ["http://app.test/1", "http://app.test/3", ""]


def test_a_flood_of_refusals_keeps_the_latest(bench: Bench, alice: Caller) -> None:
    challenged = alice.challenge()
    for number in range(5):
        wrong = alice.prove(challenged, user=f"user-{number}", count=number + 1)
        alice.other(f"other-{number}").ask("INVITE", wrong)
    assert [each.text.rpartition(": ")[2] for each in heard(bench, capacity=2)] == [
        "user-3 with an unknown user name",
        "user-4 with an unknown user name",
    ]
