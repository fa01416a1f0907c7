"""What an application may have hashed, each case judged by the provider's own validator."""

from __future__ import annotations

import pytest
from twilio.request_validator import RequestValidator

from sipdomain.twilio.webhooks.signature import sign
from sipdomain.twilio.webhooks.signature_doctor import Signed, accepts, diagnose, variants

TOKEN = "0123456789abcdef0123456789abcdef"
FORM = (("AccountSid", "AC1"), ("CallSid", "CA1"), ("To", "sip:100@acme.sip.twilio.com"))
QUERY = "AccountSid=AC1&CallSid=CA1&To=sip%3A100%40acme.sip.twilio.com"
CASES = {
    "mapped": Signed("POST", "https://hooks.example.com/voice", FORM, TOKEN, "T", "http://127.0.0.1:3000"),
    "plain": Signed("POST", "http://127.0.0.1:3000/voice/?a=b%20c", FORM, TOKEN, "T"),
    "a port": Signed(
        "POST", "https://hooks.example.com:8443/voice", FORM, TOKEN, "T", "http://127.0.0.1:3000"
    ),
    "the usual port": Signed("POST", "https://hooks.example.com:443/voice", FORM, TOKEN, "T"),
    "a login": Signed("POST", "https://bob:secret@hooks.example.com/voice", FORM, TOKEN, "T"),
    "a GET": Signed("GET", f"http://hooks.example.com/voice?{QUERY}", FORM, TOKEN, "T"),
    "IPv6": Signed("POST", "http://[::1]:3000/voice", FORM, TOKEN, "T"),
}


@pytest.mark.rule("signature")
@pytest.mark.parametrize("signed", CASES.values(), ids=CASES)
def test_each_variant_is_judged_as_the_provider_s_validator_judges_it(signed: Signed) -> None:
    signature = sign(TOKEN, signed.url, signed.hashed)
    validator = RequestValidator(TOKEN)
    assert accepts(signed, signed.url, signed.hashed)
    for each in variants(signed):
        if "[" in each.url:
            # That validator cuts the host of an IPv6 URL in two, and so never accepts one with another port.
            continue
        assert accepts(signed, each.url, each.parameters) == validator.validate(
            each.url, dict(each.parameters), signature
        ), each


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("mapped", ["by http", "the application's own address", "without the parameters", "with a slash at the end"]),
        ("plain", ["by https", "without the parameters", "without the query", "without a slash at the end",
                   "with its percent-escapes decoded"]),
        ("a port", ["by http", "the application's own address", "without the parameters", "with a slash at the end"]),
        ("the usual port", ["by http", "without the parameters", "with a slash at the end"]),
        ("a login", ["by http", "without user name and password", "without the parameters", "with a slash at the end"]),
        ("a GET", ["by https", "with the query hashed twice", "without the parameters in the query",
                   "with a slash at the end", "with its percent-escapes decoded"]),
    ],
)  # fmt: skip
def test_the_usual_mistakes_are_tried(name: str, wrong: list[str]) -> None:
    signed = CASES[name]
    assert [each.what for each in variants(signed)] == wrong
    assert not any(accepts(signed, each.url, each.parameters) for each in variants(signed))


def test_a_diagnosis_says_what_was_hashed_what_else_matches_and_what_to_change() -> None:
    found = diagnose(CASES["mapped"])
    assert found.signed == (
        "POST https://hooks.example.com/voice by T, over the URL and 3 parameters: AccountSid, CallSid, To"
    )
    assert found.variants == (
        "match: https://hooks.example.com/voice and https://hooks.example.com:443/voice; "
        "no match: by http (http://hooks.example.com/voice); the application's own address "
        "(http://127.0.0.1:3000/voice); without the parameters (https://hooks.example.com/voice); "
        "with a slash at the end (https://hooks.example.com/voice/)"
    )
    assert found.change.startswith(
        "most likely by http: believe X-Forwarded-Proto and X-Forwarded-Host, which are sent (Flask: "
        "app.wsgi_app = ProxyFix(app.wsgi_app, x_proto=1, x_host=1); Express: app.set('trust proxy', true)); "
        "another token: give the application T; "
    )
    assert diagnose(CASES["plain"]).change.startswith(
        "most likely another token: give the application T; by https: "
    )
    assert (
        "the X-Forwarded-Proto and X-Forwarded-Host of what ends TLS"
        in diagnose(CASES["the usual port"]).change
    )


def test_only_the_spelling_with_the_port_that_was_signed_matches() -> None:
    assert diagnose(CASES["a port"]).variants.startswith(
        "match: https://hooks.example.com:8443/voice; no match: by http"
    )


def test_a_get_is_hashed_by_its_url_alone() -> None:
    assert diagnose(CASES["a GET"]).signed == (
        f"GET http://hooks.example.com/voice?{QUERY} by T, over the URL alone"
    )


@pytest.mark.parametrize("signed", CASES.values(), ids=CASES)
def test_no_secret_is_shown(signed: Signed) -> None:
    found = diagnose(signed)
    told = f"{found.signed} {found.variants} {found.change}"
    assert TOKEN not in told
    assert "secret" not in told
    assert sign(TOKEN, signed.url, signed.hashed) not in told


def test_an_answer_about_csrf_is_about_csrf() -> None:
    found = diagnose(CASES["mapped"], b"<h1>Forbidden</h1><p>CSRF verification failed. Request aborted.</p>")
    assert found.change == (
        "the answer speaks of CSRF, not of a signature: exempt this URL from that check (Django: @csrf_exempt)"
    )
