"""TwiML bins as calls meet them."""

from __future__ import annotations

import base64
import hashlib
import hmac
from urllib.parse import parse_qsl, urlsplit

import pytest

from sipdomain.entries import VerbStarted
from sipdomain.twilio.webhooks.http import HttpRequest, HttpResult
from tests.unit.twilio.bench import ACCOUNT, EPOCH, TOKEN, Bench, flow
from tests.unit.twilio.caller import Caller, Make

SID = "EH0123456789abcdef0123456789abcdef"
URL = f"https://handler.twilio.com/twiml/{SID}?Name=Jane"


def with_bin(bench: Bench, twiml: str, method: str = "POST") -> None:
    """Give a bench a domain whose voice URL is a bin."""
    bench.domain(voice_url=URL, voice_method=method)
    bench.store.bins.create(ACCOUNT, "greeting", twiml, sid=SID, now=EPOCH)

    def answer(request: HttpRequest) -> HttpResult:
        parts = urlsplit(request.url)
        return bench.store.bins.answer(
            parts.path, [*parse_qsl(parts.query), *parse_qsl(request.body.decode(), keep_blank_values=True)]
        )

    bench.pages[f"/twiml/{SID}"] = answer


@pytest.mark.rule("bin-url", "bin-parameters", "signature")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_bin_is_asked_like_any_url_and_says_what_the_request_says(make: Make, method: str) -> None:
    bench = make()
    with_bin(bench, "<Response><Say>{{Name}} called {{#e164}}{{To}}{{/e164}}</Say></Response>", method)
    Caller(bench, flow(), to="sip:+15005550006@acme.sip.twilio.com").dial()
    (ask,) = bench.asks
    signed = ask.request.url
    if method == "POST":
        assert signed == URL
        signed += "".join(f"{name}{value}" for name, value in sorted(ask.pairs))
    digest = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
    assert ask.header("X-Twilio-Signature") == base64.b64encode(digest).decode()
    assert [(each.verb, each.text) for each in bench.journal(VerbStarted)] == [
        ("Say", "Jane called +15005550006")
    ]


@pytest.mark.rule("bin-unknown")
def test_a_bin_that_was_deleted_fails(make: Make) -> None:
    bench = make()
    with_bin(bench, "<Response/>")
    bench.store.bins.delete(ACCOUNT, SID)
    Caller(bench, flow()).dial()
    assert bench.alerts == [11200]
