"""What the webhook is asked, how it is signed, and how patiently it is asked."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from twilio.request_validator import RequestValidator

from sipdomain.entries import Alert, Decision, HttpAnswered, HttpRequested
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from sipdomain.twilio.webhooks.http import FailureKind, HttpFailure, HttpRequest, HttpResponse
from tests.unit.twilio.bench import (
    ACCOUNT,
    BOTH,
    LONG,
    REFUSED,
    SAY,
    SDP,
    TOKEN,
    Bench,
    Caller,
    Make,
    Page,
    flow,
    moved,
    page,
)

VOICE = "http://app.test/voice"


def dialled(
    make: Make, url: str = VOICE, *fields: tuple[str, str], method: str = "POST", **pages: Page
) -> Bench:
    """Dial a domain with that voice URL; `pages` are by path, without the slash."""
    bench = make()
    bench.domain(voice_url=url, voice_method=method)
    bench.pages |= {f"/{name}": answer for name, answer in pages.items()}
    Caller(bench, flow()).dial(*fields)
    return bench


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


class Form(dict[str, list[str]]):
    """A form as web frameworks hand it to the provider's validator."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


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


@pytest.mark.rule("webhook-timeouts")
@pytest.mark.parametrize(
    ("fragment", "connect", "read", "total"),
    [
        ("", 5.0, 15.0, 15.0),
        ("#ct=2000", 2.0, 15.0, 15.0),
        ("#rt=1000", 5.0, 1.0, 15.0),
        ("#tt=900", 0.9, 0.9, 0.9),
        ("#ct=1&rt=1", 0.1, 0.1, 15.0),
        ("#ct=99999&rt=99999&tt=99999", 10.0, 15.0, 15.0),
        ("#ct=-1&rt=x&tt=²&rc=" + "9" * 5000, 5.0, 15.0, 15.0),
        ("#e=dublin&sni=n&unknown=1", 5.0, 15.0, 15.0),
    ],
)
def test_the_time_for_a_request_can_be_set_in_the_fragment(
    make: Make, fragment: str, connect: float, read: float, total: float
) -> None:
    request = dialled(make, VOICE + fragment).asks[0].request
    assert (request.connect_timeout, request.read_timeout, request.total_timeout) == (connect, read, total)
    assert request.url == VOICE


@pytest.mark.rule("webhook-timeouts")
@pytest.mark.parametrize(
    ("fragment", "kind", "words"),
    [
        ("", "connect-timeout", "no connection in 5 s"),
        ("#ct=1500", "connect-timeout", "no connection in 1.5 s"),
        ("", "timeout", "no answer in 15 s"),
        ("", "total-timeout", "no answer in 15 s"),
        ("#rt=1000", "timeout", "no answer in 1 s"),
        ("#tt=900", "total-timeout", "no answer in 0.9 s, the total time for this URL"),
    ],
)
def test_it_is_told_how_long_was_waited(make: Make, fragment: str, kind: FailureKind, words: str) -> None:
    bench = dialled(make, f"{VOICE}{fragment or '#'}&rc=0", voice=HttpFailure(kind, ""))
    assert bench.journal(HttpAnswered)[-1].error == words
    assert bench.journal(Alert)[0].text == f"{VOICE}: {words}"


@pytest.mark.rule("webhook-timeouts")
@pytest.mark.parametrize(
    ("fragment", "kind", "code"),
    [
        ("", "timeout", 11205),
        ("", "total-timeout", 11205),
        ("#tt=900", "total-timeout", 11203),
        ("#rt=1000", "timeout", 11205),
        ("#rt=1000&tt=14000", "timeout", 11205),
    ],
)
def test_who_ran_out_of_time_is_told_by_the_code(
    make: Make, fragment: str, kind: FailureKind, code: int
) -> None:
    bench = dialled(make, VOICE + fragment, voice=HttpFailure(kind, ""))
    assert bench.alerts == [code]


@pytest.mark.rule("webhook-timeouts")
@pytest.mark.parametrize(
    ("fragment", "answer", "tries"),
    [
        ("", HttpFailure("refused", ""), 2),
        ("", HttpFailure("connect-timeout", ""), 2),
        ("", HttpFailure("tls", ""), 2),
        ("", HttpFailure("dns", ""), 1),
        ("", HttpFailure("timeout", ""), 1),
        ("", HttpFailure("disconnected", ""), 1),
        ("", HttpFailure("protocol", ""), 1),
        ("", HttpFailure("too-large", ""), 1),
        ("", page("", status=500), 1),
        ("", page("", status=404), 1),
        ("#rc=0", HttpFailure("refused", ""), 1),
        ("#rc=5", HttpFailure("refused", ""), 6),
        ("#rc=99", HttpFailure("refused", ""), 6),
        ("#rp=5xx", page("", status=503), 2),
        ("#rp=5xx", page("", status=404), 1),
        ("#rp=5xx", HttpFailure("refused", ""), 1),
        ("#rp=4xx,rt&rc=2", HttpFailure("timeout", ""), 3),
        ("#rp=all", page("", status=404), 2),
    ],
)
def test_only_what_the_policy_names_is_tried_again(
    make: Make, fragment: str, answer: HttpFailure | HttpResponse, tries: int
) -> None:
    bench = dialled(make, VOICE + fragment, voice=answer)
    assert len(bench.asks) == tries
    tokens = {ask.header("I-Twilio-Idempotency-Token") for ask in bench.asks}
    assert len(tokens) == 1


@pytest.mark.rule("webhook-timeouts")
def test_all_tries_together_have_fifteen_seconds(make: Make) -> None:
    bench = dialled(make, VOICE + "#rc=5", voice=None)
    for left in (15.0, 10.0, 5.0):
        (ask,) = bench.waiting
        assert ask.request.total_timeout == left
        assert ask.request.connect_timeout == 5.0
        bench.wait(5.0)
        bench.answer(ask, HttpFailure("connect-timeout", "no route"))
    assert bench.waiting == []
    assert bench.alerts == [11203]


@pytest.mark.rule("failure-codes")
@pytest.mark.parametrize(("kind", "words"), [("tls", "TLS handshake failed"), ("protocol", "not HTTP")])
def test_why_tls_or_http_could_not_be_spoken_is_told(make: Make, kind: FailureKind, words: str) -> None:
    bench = dialled(make, VOICE + "#rc=0", voice=HttpFailure(kind, "the server speaks no TLS there"))
    assert bench.journal(Alert)[0].text == f"{VOICE}: {words}: the server speaks no TLS there"


@pytest.mark.rule("failure-codes")
@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("refused", 11202),
        ("connect-timeout", 11201),
        ("timeout", 11205),
        ("dns", 11210),
        ("tls", 11220),
        ("protocol", 11206),
        ("disconnected", 11206),
        ("cut-off", 11206),
        ("too-large", 11750),
    ],
)
def test_each_way_to_fail_has_its_code(make: Make, kind: FailureKind, code: int) -> None:
    bench = dialled(make, VOICE + "#rc=0", voice=HttpFailure(kind, "in words"))
    assert bench.alerts == [code]
    (answered,) = bench.journal(HttpAnswered)
    assert (answered.status, answered.error_code) == (0, code)
    assert answered.error


@pytest.mark.rule("certificate-codes")
@pytest.mark.parametrize(
    ("kind", "code"), [("tls-authority", 11237), ("tls-name", 11235), ("tls-expired", 11236), ("tls", 11220)]
)
def test_each_fault_of_a_certificate_has_its_code(make: Make, kind: FailureKind, code: int) -> None:
    assert dialled(make, VOICE + "#rc=0", voice=HttpFailure(kind, "in words")).alerts == [code]


@pytest.mark.rule("failure-codes", "http-error")
@pytest.mark.parametrize("status", [100, 400, 401, 404, 500, 599])
def test_an_http_error_is_11200(make: Make, status: int) -> None:
    assert dialled(make, voice=page(SAY, status=status)).alerts == [11200]


@pytest.mark.rule("failure-codes")
@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://[::1/x", 11100),
        ("ftp://app.test/x", 11100),
        ("https://:80/x", 11100),
        ("http://h:99999/", 11100),
        ("http://h/#rp=sometimes", 11243),
        ("mailto:x", 11100),
    ],
)
def test_a_url_that_cannot_be_asked_is_11100(make: Make, target: str, code: int) -> None:
    bench = dialled(make, voice=page(f"<Response><Redirect>{target}</Redirect></Response>"))
    assert bench.alerts == [code]
    assert len(bench.asks) == 1


@pytest.mark.rule("webhook-redirects", "redirect-method", "redirect-method-others")
@pytest.mark.parametrize("status", [301, 302, 303, 307])
def test_a_redirect_is_followed_and_only_307_keeps_post(make: Make, status: int) -> None:
    bench = dialled(make, voice=moved(status, "/next?x=1#part"), next=page(LONG))
    first, second = bench.asks
    keeps = status == 307
    assert second.request.method == ("POST" if keeps else "GET")
    assert urlsplit(second.request.url).query.startswith("x=1" if keeps else "x=1&AccountSid=")
    assert "#" not in second.request.url
    assert [pair for pair in second.pairs if pair[0] != "x"] == first.pairs
    form = Form({name: [value] for name, value in second.pairs}) if keeps else Form()
    assert RequestValidator(TOKEN).validate(second.request.url, form, second.header("X-Twilio-Signature"))


@pytest.mark.rule("webhook-redirects")
@pytest.mark.parametrize(
    ("status", "location"),
    [
        (300, "/next"),
        (304, "/next"),
        (305, "/next"),
        (308, "/next"),
        (302, None),
        (302, ""),
        (302, "http://["),
    ],
)
def test_other_redirects_fail_with_11216(make: Make, status: int, location: str | None) -> None:
    bench = dialled(make, voice=moved(status, location), next=page(LONG))
    assert bench.alerts == [11216]
    assert len(bench.asks) == 1


@pytest.mark.rule("webhook-redirects")
@pytest.mark.parametrize(("redirects", "alerts"), [(10, []), (11, [11215])])
def test_ten_redirects_are_followed_and_not_eleven(make: Make, redirects: int, alerts: list[int]) -> None:
    bench = make()
    bench.domain()
    bench.pages |= {f"/hop{number}": moved(302, f"/hop{number + 1}") for number in range(1, redirects)}
    bench.pages |= {"/voice": moved(302, "/hop1"), f"/hop{redirects}": page(LONG)}
    Caller(bench, flow()).dial()
    assert bench.alerts == alerts
    assert len(bench.asks) == 11


@pytest.mark.rule("webhook-redirects")
def test_a_redirect_with_blanks_and_letters_is_escaped(make: Make) -> None:
    bench = dialled(make, voice=moved(302, "http://app.test/näxt page?x=ü%20"))
    assert bench.asks[1].request.url.startswith("http://app.test/n%C3%A4xt%20page?x=%C3%BC%20&AccountSid=")


@pytest.mark.rule("webhook-cookies", "cookie-scope")
def test_cookies_are_kept_for_the_call_and_for_their_host(make: Make) -> None:
    cookies = (
        ("Set-Cookie", "id=7; Path=/; HttpOnly"),
        ("set-cookie", "theme = dark mode"),
        ("Set-Cookie", "gone=1; Max-Age=0"),
        ("Set-Cookie", "=nameless"),
        ("Set-Cookie", "novalue"),
    )
    bench = make()
    bench.domain(voice_status_callback_url="http://app.test/status")
    redirect = "<Response><Redirect>{}</Redirect></Response>"
    bench.pages["/voice"] = page(redirect.format("/second"), "text/xml", 200, *cookies)
    bench.pages["/second"] = page(
        redirect.format("http://other.test/third"), "text/xml", 200, ("Set-Cookie", "id=; Max-Age=0")
    )
    bench.pages["/third"] = page(LONG)
    Caller(bench, flow()).dial()
    seen = [(ask.path, ask.header("Cookie")) for ask in bench.asks if ask.path != "/status"]
    assert seen == [("/voice", None), ("/second", "id=7; theme=dark mode"), ("/third", None)]
    alice = Caller(bench, flow(), call_id="call-2")
    bench.pages["/voice"] = page(LONG)
    alice.dial()
    assert next(ask for ask in reversed(bench.asks) if ask.path == "/voice").header("Cookie") is None


@pytest.mark.rule("webhook-cookies", "cookie-scope")
def test_a_secure_cookie_goes_by_https_only(make: Make) -> None:
    redirect = "<Response><Redirect>{}</Redirect></Response>"
    cookies = (("Set-Cookie", "id=7; Secure"), ("Set-Cookie", "theme=dark"))
    bench = make()
    bench.domain(voice_url="https://app.test/voice")
    bench.pages["/voice"] = page(redirect.format("http://app.test/plain"), "text/xml", 200, *cookies)
    bench.pages["/plain"] = page(redirect.format("https://app.test/again"))
    bench.pages["/again"] = page(LONG)
    Caller(bench, flow()).dial()
    seen = [(ask.path, ask.header("Cookie")) for ask in bench.asks]
    assert seen == [("/voice", None), ("/plain", "theme=dark"), ("/again", "id=7; theme=dark")]


@pytest.mark.rule("webhook-cookies", "most-cookies")
def test_at_most_fifty_cookies_of_a_host_are_kept(make: Make) -> None:
    many = tuple(("Set-Cookie", f"name{number}=1") for number in range(60))
    redirect = "<Response><Redirect>/next</Redirect></Response>"
    bench = dialled(make, voice=page(redirect, "text/xml", 200, *many), next=page(LONG))
    assert (bench.asks[1].header("Cookie") or "").count("=") == 50


def guarded(request: HttpRequest) -> HttpResponse:
    """Ask for a login, and take bob's."""
    if dict(request.headers).get("Authorization") == "Basic Ym9iOnAgdyE=":
        return page("<Response><Redirect>/more</Redirect></Response>" if "/voice" in request.url else LONG)
    asked = (("WWW-Authenticate", "Digest realm=x"), ("WWW-Authenticate", "Basic realm=x"))
    return page("", "text/plain", 401, *asked)


@pytest.mark.rule("webhook-login")
def test_a_login_is_sent_once_it_is_asked_for_and_then_for_the_length_of_the_call(make: Make) -> None:
    bench = dialled(make, "http://bob:p%20w%21@app.test/voice", voice=guarded, more=guarded)
    seen = [(ask.path, ask.header("Authorization")) for ask in bench.asks]
    basic = "Basic Ym9iOnAgdyE="
    assert seen == [("/voice", None), ("/voice", basic), ("/more", basic)]
    assert bench.alerts == []


@pytest.mark.rule("webhook-login")
@pytest.mark.parametrize("url", ["http://bob:wrong@app.test/voice", VOICE])
def test_a_login_that_is_wrong_or_missing_fails(make: Make, url: str) -> None:
    bench = dialled(make, url, voice=guarded)
    assert len(bench.asks) == (2 if "@" in url else 1)
    assert bench.alerts == [11200]


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
def test_an_application_that_answers_403_is_told_what_was_signed_and_a_store_of_files_is_not(
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
