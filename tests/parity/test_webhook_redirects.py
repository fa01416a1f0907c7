"""Redirects, cookies and logins of requests to customers' URLs."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from twilio.request_validator import RequestValidator

from sipdomain.twilio.webhooks.http import HttpRequest, HttpResponse
from tests.parity.webhooks import VOICE, Form, dialled
from tests.unit.twilio.bench import LONG, TOKEN, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import moved, page


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
