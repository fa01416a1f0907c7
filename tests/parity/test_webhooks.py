"""What the webhook is asked, how it is signed, and how patiently it is asked."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from twilio.request_validator import RequestValidator

from sipdomain.entries import Decision, HttpRequested
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from tests.parity.webhooks import VOICE, Form, dialled
from tests.unit.twilio.bench import ACCOUNT, BOTH, LONG, REFUSED, SAY, SDP, TOKEN, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page


@pytest.mark.rule("webhook-parameters", "no-telephone-parameters", "no-identity-headers")
@BOTH
def test_the_first_webhook_carries_these_parameters_in_this_order(make: Make, profile: Profile) -> None:
    bench = make(profile)
    domain = bench.domain()
    alice = Caller(bench, flow(), to="sip:100@acme.sip.twilio.com:5060;transport=UDP")
    alice.sender = '"Alice \\"A\\" B" <sip:+15551234567@pbx.example:5070;user=phone>;tag=a1'
    alice.dial(("P-Asserted-Identity", "<sip:x@y>"), ("Diversion", "<sip:x@y>"), ("Subject", "hello"))
    (ask,) = bench.asks
    expected = [
        ("AccountSid", ACCOUNT),
        ("ApiVersion", "2010-04-01"),
        ("CallSid", bench.record.sid),
        ("CallStatus", "ringing"),
        ("Called", "sip:100@acme.sip.twilio.com:5060;transport=UDP"),
        ("Caller", "sip:+15551234567@pbx.example:5070;user=phone"),
        ("CallerName", 'Alice "A" B'),
        ("Direction", "inbound"),
        ("From", "sip:+15551234567@pbx.example:5070;user=phone"),
        ("SipCallId", "call-1"),
        ("SipDomain", "acme.sip.twilio.com"),
        ("SipDomainSid", domain.sid),
        ("SipSourceIp", "127.0.0.10"),
        ("SipUsername", "alice"),
        ("To", "sip:100@acme.sip.twilio.com:5060;transport=UDP"),
    ]
    other = "CallerName" if profile is DOCUMENTED else "SipUsername"
    assert ask.pairs == [pair for pair in expected if pair[0] != other]
    assert ask.request.method == "POST"
    assert ask.request.url == VOICE
    assert ask.header("Content-Type") == "application/x-www-form-urlencoded; charset=UTF-8"
    assert ask.header("User-Agent") == "TwilioProxy/1.1"
    assert ask.header("I-Twilio-Idempotency-Token") is not None


@pytest.mark.rule("sip-username")
def test_the_digest_user_name_is_passed_and_absent_without_credentials(make: Make) -> None:
    bench = make(DOCUMENTED)
    bench.domain()
    bench.domain("open.sip.twilio.com", users=None, addresses=["127.0.0.10"])
    alice = Caller(bench, flow())
    alice.dial()
    Caller(bench, flow(), to="sip:1@open.sip.twilio.com", call_id="call-2").invite()
    assert [ask.parameters.get("SipUsername") for ask in bench.asks] == ["alice", None]


@pytest.mark.rule("no-sip-username")
def test_the_live_service_passes_no_user_name(make: Make) -> None:
    bench = make(OBSERVED)
    bench.domain()
    Caller(bench, flow()).dial()
    assert "SipUsername" not in bench.asks[0].parameters


HEADERS = [
    ("X-Test", "a=1;b=2"),
    ("x-lower", "é € \U0001f600"),
    ("X-Empty", ""),
    ("X-Blanks", "  two  blanks "),
    ("X-Twilio-Own", "passed too"),
    ("User-to-User", "123456789;encoding=hex"),
    ("XTest", "not passed"),
    ("Subject", "not passed"),
    ("P-X-Test", "not passed"),
]


@pytest.mark.rule("x-headers")
@BOTH
def test_x_headers_and_user_to_user_are_passed_as_sent_and_no_others(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain()
    Caller(bench, flow()).dial(*HEADERS)
    assert [pair for pair in bench.asks[0].pairs if pair[0].startswith("SipHeader_")] == [
        ("SipHeader_User-to-User", "123456789;encoding=hex"),
        ("SipHeader_X-Blanks", "two  blanks"),
        ("SipHeader_X-Empty", ""),
        ("SipHeader_X-Test", "a=1;b=2"),
        ("SipHeader_X-Twilio-Own", "passed too"),
        ("SipHeader_x-lower", "é € \U0001f600"),
    ]


@pytest.mark.rule("byoc-no-headers")
@BOTH
def test_a_domain_tied_to_a_byoc_trunk_discards_custom_headers(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain(byoc_trunk_sid="BY" + "0" * 32)
    Caller(bench, flow()).dial(*HEADERS)
    assert [name for name, _ in bench.asks[0].pairs if name.startswith("SipHeader_")] == []


@pytest.mark.rule("repeated-x-header")
def test_a_header_that_comes_twice_is_passed_twice(make: Make) -> None:
    bench = dialled(make, VOICE, ("X-Hop", "one, two"), ("X-Other", "x"), ("X-Hop", "three"))
    assert [value for name, value in bench.asks[0].pairs if name == "SipHeader_X-Hop"] == [
        "one, two",
        "three",
    ]


@pytest.mark.rule("sip-parameters-again")
def test_later_requests_of_the_call_carry_the_sip_parameters_too(make: Make) -> None:
    bench = make()
    bench.domain(voice_status_callback_url="http://app.test/status")
    bench.pages["/voice"] = page("<Response><Redirect>/next</Redirect></Response>")
    bench.pages["/next"] = page(LONG)
    alice = Caller(bench, flow())
    alice.talk(("X-Order", "7"))
    alice.bye()
    assert [ask.path for ask in bench.asks] == ["/status", "/voice", "/status", "/next", "/status", "/status"]
    for ask in bench.asks:
        assert ask.parameters["SipHeader_X-Order"] == "7"
        assert ask.parameters["SipCallId"] == "call-1"
        assert ask.parameters["SipUsername"] == "alice"


ODD = (("X-Odd", "é€ &=+%20\U0001f600"), ("X-Odd", "twice"), ("X-Odd", "é€ &=+%20\U0001f600"), ("X-A", ""))


@pytest.mark.rule("signature")
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("url", "requested"),
    [
        ("http://app.test/voice", "http://app.test/voice"),
        ("http://app.test", "http://app.test"),
        ("https://app.test:8443/voice?a=1&b=%20x&a=2&c", "https://app.test:8443/voice?a=1&b=%20x&a=2&c"),
        ("http://app.test:80/voice", "http://app.test:80/voice"),
        ("http://app.test/voice?", "http://app.test/voice"),
        ("http://app.test/voice?#rc=0", "http://app.test/voice"),
        ("http://app.test?", "http://app.test"),
        ("http://user:pass@app.test/voice", "http://user:pass@app.test/voice"),
        ("http://app.test/voice#rc=0&ct=200", "http://app.test/voice"),
        ("http://app.test/voice#section", "http://app.test/voice"),
        ("http://app.test/v%C3%B6ice/~x/", "http://app.test/v%C3%B6ice/~x/"),
    ],
)
def test_the_providers_own_validator_accepts_the_signature(
    make: Make, method: str, url: str, requested: str
) -> None:
    bench = dialled(make, url, *ODD, method=method)
    (ask,) = bench.asks[:1]
    form = Form()
    if method == "POST":
        assert ask.request.url == requested
        for name, value in ask.pairs:
            form.setdefault(name, []).append(value)
    else:
        assert ask.request.body == b""
        assert ask.request.url.startswith(requested + ("&" if "?" in requested else "?"))
    assert ("SipHeader_X-Odd", "é€ &=+%20\U0001f600") in ask.pairs
    validator = RequestValidator(TOKEN)
    signature = ask.header("X-Twilio-Signature")
    assert validator.validate(ask.request.url, form, signature)
    assert not RequestValidator("another token").validate(ask.request.url, form, signature)


@pytest.mark.rule("signature")
def test_bytes_that_are_no_utf_8_are_signed_as_a_server_reads_them(make: Make) -> None:
    bench = make()
    bench.domain(users=None, addresses=["127.0.0.10"])
    alice = Caller(bench, flow())
    data = bytes(alice.build("INVITE", ("X-Odd", "@"), body=SDP)).replace(b"X-Odd: @", b"X-Odd: \xff\xe9t")
    alice.send(data)
    (ask,) = bench.asks
    assert b"SipHeader_X-Odd=%FF%E9t" in ask.request.body
    form = Form(
        {name: [value] for name, value in parse_qsl(ask.request.body.decode(), keep_blank_values=True)}
    )
    assert form["SipHeader_X-Odd"] == ["��t"]
    assert RequestValidator(TOKEN).validate(ask.request.url, form, ask.header("X-Twilio-Signature"))


@pytest.mark.rule("body-limit")
@pytest.mark.parametrize(("size", "alerts"), [(65_536, []), (65_537, [11750])])
def test_a_document_may_have_64_kilobytes(make: Make, size: int, alerts: list[int]) -> None:
    comment = size - len(SAY) - len("<!---->")
    bench = dialled(make, voice=page(f"{SAY[:10]}<!--{'x' * comment}-->{SAY[10:]}"))
    assert bench.asks[0].request.max_bytes == 65_536
    assert bench.alerts == alerts


@pytest.mark.rule("signature")
def test_what_was_asked_is_in_the_journal(make: Make) -> None:
    bench = dialled(make, voice=REFUSED)
    noted = bench.journal(HttpRequested)
    assert [(each.purpose, each.method, each.url) for each in noted] == [("voice", "POST", VOICE)] * 2
    assert noted[0].headers == bench.asks[0].request.headers
    assert list(noted[0].parameters) == bench.asks[0].pairs


@pytest.mark.rule("signature")
def test_of_an_application_that_answers_403_it_is_reported_what_was_signed_and_of_a_store_of_files_not(
    make: Make,
) -> None:
    played = page("<Response><Play>/tone</Play></Response>")
    bench = dialled(make, voice=played, tone=page("", "text/plain", 403))
    assert [ask.path for ask in bench.asks] == ["/voice", "/tone"]
    assert [each for each in bench.journal(Decision) if each.check == "signature"] == []
    bench = dialled(make, voice=page("Forbidden", "text/plain", 403))
    (found,) = (each for each in bench.journal(Decision) if each.check == "signature")
    assert (found.method, found.outcome, found.rule) == ("POST", "noted", "signature")
    assert found.got.startswith(
        "POST http://app.test/voice by the auth token of AC00000000000000000000000000000001, "
    )
