from __future__ import annotations

import pytest

from mock_webhooks import create_app
from mock_webhooks.recorder import RecordedRequest, Recorder


def test_a_request_is_recorded_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_AUTH_TOKEN", raising=False)
    app = create_app(clock=lambda: 12.5)
    app.test_client().post(
        "/status?b=%C3%A9&a=",
        data="To=sip%3A1%40x&b=2&From=a+b&b=1",
        headers=[("X-Two", "1"), ("X-Two", "2"), ("Authorization", "Basic c2VjcmV0")],
        content_type="application/x-www-form-urlencoded",
    )
    (entry,) = app.extensions["recorder"].requests()
    assert entry.headers[-1] == ("Authorization", "Basic ***")
    assert [value for name, value in entry.headers if name == "X-Two"] == ["1, 2"]
    assert entry == RecordedRequest(
        index=0,
        at=12.5,
        method="POST",
        path="/status",
        url="http://localhost/status?b=%C3%A9&a=",
        parameters=(
            ("b", "é"),
            ("a", ""),
            ("To", "sip:1@x"),
            ("b", "2"),
            ("From", "a b"),
            ("b", "1"),
        ),
        headers=entry.headers,
        body="To=sip%3A1%40x&b=2&From=a+b&b=1",
        body_size=31,
        signature="unchecked",
    )


def test_the_recorder_is_read_and_cleared_over_http() -> None:
    client = create_app(clock=lambda: 1.0).test_client()
    client.get("/greeting?a=1")
    client.get("/absent")
    told = client.get("/_recorder").get_json()
    assert told["dropped"] == 0
    assert [(one["index"], one["path"], one["parameters"]) for one in told["requests"]] == [
        (0, "/greeting", [["a", "1"]]),
        (1, "/absent", []),
    ]
    assert client.delete("/_recorder").status_code == 204
    assert client.get("/_recorder").json == {"dropped": 0, "requests": []}


def test_past_its_capacity_the_oldest_goes() -> None:
    app = create_app()
    recorder = Recorder(capacity=2)
    for path in ("/a", "/b", "/c"):
        with app.test_request_context(path) as context:
            recorder.record(context.request, at=0.0, body=b"", verdict="missing")
    assert [(entry.index, entry.path) for entry in recorder.requests()] == [(1, "/b"), (2, "/c")]
    assert recorder.dropped == 1


def test_a_request_that_is_too_large_is_refused_and_recorded() -> None:
    app = create_app()
    assert app.test_client().post("/greeting", data={"a": "b" * 70_000}).status_code == 413
    (entry,) = app.extensions["recorder"].requests()
    assert (entry.body, entry.body_size, entry.parameters) == (None, 70_002, ())
