"""A recorder before another application: it sees what that one is asked, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from twilio.request_validator import RequestValidator
from werkzeug.test import Client

from mock_webhooks.recording import Recording


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    body = environ["wsgi.input"].read()
    start_response("201 Created", [("Content-Type", "text/plain"), ("X-Length", str(len(body)))])
    return [body]


@pytest.mark.parametrize(("token", "verdict"), [("secret", "valid"), ("another", "invalid")])
def test_a_request_is_recorded_checked_and_handed_on(token: str, verdict: str) -> None:
    app = Recording(echo, auth_token="secret", clock=lambda: 7.0)
    url = "http://127.0.0.1:5000/voice?a=1"
    signature = RequestValidator(token).compute_signature(url, {"To": "sip:100@acme", "Empty": ""})
    answer = Client(app).post(
        "/voice?a=1", base_url="http://127.0.0.1:5000", data={"To": "sip:100@acme", "Empty": ""},
        headers={"X-Twilio-Signature": signature},
    )  # fmt: skip
    assert (answer.status_code, answer.headers["X-Length"], answer.text) == (
        201,
        "22",
        "To=sip:100@acme&Empty=",
    )
    (recorded,) = app.extensions["recorder"].requests()
    assert (recorded.at, recorded.method, recorded.path, recorded.signature) == (
        7.0,
        "POST",
        "/voice",
        verdict,
    )
    assert recorded.parameters == (("a", "1"), ("To", "sip:100@acme"), ("Empty", ""))


def test_a_request_without_a_body_is_handed_on_too() -> None:
    app = Recording(echo, auth_token="secret")
    assert Client(app).get("/voice").data == b""
    assert [each.signature for each in app.extensions["recorder"].requests()] == ["missing"]
