from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given, strategies as st
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict

from mock_webhooks import create_app
from mock_webhooks.signature import SignatureChecker

FORM = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+14158675309",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
}
# Computed with the provider's own library for token 12345; the second URL carries the SHA-256 of the body.
FORM_SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="
JSON_BODY = '{"CallSid":"CA1234567890ABCDE","Caller":"+12349013030"}'
JSON_URL = "/myapp?bodySHA256=5ccde7145dfb8f56479710896586cb9d5911809d83afbe34627818790db0aec9"
JSON_SIGNATURE = "hPXmLwIy3Fgqv1i9KPmH/HhQ6zo="


def verdicts(app: Flask) -> list[str]:
    return [entry.signature for entry in app.extensions["recorder"].requests()]


@pytest.mark.parametrize(
    ("signature", "verdict", "status"),
    [(FORM_SIGNATURE, "valid", 200), ("R" + FORM_SIGNATURE[2:], "invalid", 403), (None, "missing", 403)],
)
def test_a_form_is_checked_against_its_url_and_fields(
    signature: str | None, verdict: str, status: int
) -> None:
    app = create_app(auth_token="12345", require_signature=True, replies={"/myapp.php": {"hangup": True}})
    response = app.test_client().post(
        "/myapp.php?foo=1&bar=2",
        base_url="https://mycompany.com",
        data=FORM,
        headers={} if signature is None else {"X-Twilio-Signature": signature},
    )
    assert (response.status_code, verdicts(app)) == (status, [verdict])


@pytest.mark.parametrize(("body", "verdict"), [(JSON_BODY, "valid"), (JSON_BODY + " ", "invalid")])
def test_another_body_is_checked_by_its_hash(body: str, verdict: str) -> None:
    app = create_app(auth_token="12345")
    app.test_client().post(
        JSON_URL,
        base_url="https://example.com",
        data=body,
        content_type="application/json",
        headers={"X-Twilio-Signature": JSON_SIGNATURE},
    )
    assert verdicts(app) == [verdict]


@pytest.mark.parametrize(("trust_proxy", "verdict"), [(True, "valid"), (False, "invalid")])
def test_a_proxy_is_believed_only_where_it_is_set(trust_proxy: bool, verdict: str) -> None:
    app = create_app(auth_token="12345", trust_proxy=trust_proxy)
    app.test_client().post(
        "/myapp.php?foo=1&bar=2",
        base_url="http://127.0.0.1:5000",
        data=FORM,
        headers={
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": "mycompany.com",
            "X-Twilio-Signature": FORM_SIGNATURE,
        },
    )
    assert verdicts(app) == [verdict]


def test_a_bad_signature_is_only_recorded_unless_one_is_required() -> None:
    app = create_app(auth_token="12345")
    assert app.test_client().post("/greeting").status_code == 200
    assert verdicts(app) == ["missing"]


@pytest.mark.parametrize("path", ["/", "/_recorder", "/play/tone.wav"])
def test_tools_and_media_need_no_signature(path: str) -> None:
    app = create_app(auth_token="12345", require_signature=True)
    assert app.test_client().get(path).status_code == 200


def test_the_token_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "12345")
    app = create_app()
    app.test_client().get("/greeting")
    assert verdicts(app) == ["missing"]


def test_a_signature_cannot_be_required_without_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_AUTH_TOKEN", raising=False)
    with pytest.raises(ValueError, match="neither auth_token nor TWILIO_AUTH_TOKEN is set"):
        create_app(require_signature=True)


PARTS = st.text("abcXYZ019 ~%+&=äß\U0001f600", max_size=6)


@given(
    scheme=st.sampled_from(["http", "https"]),
    host=st.sampled_from(["app.test", "127.0.0.1", "app.test:5000", "app.test:80", "app.test:443"]),
    path=st.sampled_from(["/", "/voice", "/a%20b;x", "/v?q=1"]),
    fields=st.lists(st.tuples(PARTS, PARTS), max_size=5),
    change=st.sampled_from(["", "port", "field", "token"]),
)
def test_the_verdict_is_that_of_the_providers_own_library(
    scheme: str, host: str, path: str, fields: list[tuple[str, str]], change: str
) -> None:
    url = f"{scheme}://{host}{path}"
    sent_to = url if change != "port" else f"{scheme}://{host.partition(':')[0]}{path}"
    signed = MultiDict(fields if change != "field" else [*fields, ("Digits", "1")])
    signature = RequestValidator("12345" if change != "token" else "12346").compute_signature(sent_to, signed)
    expected = "valid" if RequestValidator("12345").validate(url, MultiDict(fields), signature) else "invalid"
    assert SignatureChecker("12345").of(url, fields, signature) == expected
    assert expected == ("invalid" if change in ("field", "token") else "valid")


def test_a_port_that_is_none_is_signed_by_nobody() -> None:
    assert SignatureChecker("12345").of("http://app.test:x/voice", [], "c2lnbmVk") == "invalid"
