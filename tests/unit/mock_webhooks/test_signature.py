from __future__ import annotations

import pytest
from flask import Flask

from mock_webhooks import create_app

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
def test_a_proxy_is_believed_only_when_told_to(trust_proxy: bool, verdict: str) -> None:
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


def test_without_the_library_only_those_who_ask_for_checks_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "twilio.request_validator", None)
    with pytest.raises(ModuleNotFoundError, match="pip install twilio"):
        create_app(auth_token="12345")
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", "12345")
    app = create_app()
    app.test_client().get("/greeting")
    assert verdicts(app) == ["unchecked"]
