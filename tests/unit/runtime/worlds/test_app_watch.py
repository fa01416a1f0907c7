"""What a target asks of our application becomes entries, and only so many are kept."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from mock_webhooks import create_app
from sipdomain.entries import HttpAnswered, HttpRequested
from sipdomain.journal import Journal
from sipdomain.runtime.worlds import app_watch
from sipdomain.runtime.worlds.app_watch import AnsweredStatuses, AppWatch

BASE = "http://localhost"


def _unchecked(*_: object) -> None:
    """Nobody knows whether the signature is valid."""


def watched() -> tuple[AppWatch, Client]:
    app = create_app(replies={"/voice": {"say": "Welcome"}})
    answered = AnsweredStatuses(app)
    watch = AppWatch(app, answered, {"/voice": "voice"}, _unchecked, (BASE, BASE))
    return watch, Client(answered)


def test_each_request_has_its_answer_though_two_are_alike() -> None:
    watch, client = watched()
    journal = Journal()
    for _ in range(2):
        client.post("/voice", data={"CallSid": "CA1"})
    client.post("/nowhere", data={"CallSid": "CA1"})
    watch.take(journal, 1.0)
    assert [(each.token, each.purpose) for each in journal.select(HttpRequested)] == [
        (1, "voice"), (2, "voice"), (3, "action"),
    ]  # fmt: skip
    assert [(each.token, each.status) for each in journal.select(HttpAnswered)] == [
        (1, 200),
        (2, 200),
        (3, 404),
    ]
    assert [each.path for each in watch.requests()] == ["/voice", "/voice", "/nowhere"]


def test_of_many_requests_the_latest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_watch, "CAPACITY", 2)
    watch, client = watched()
    journal = Journal()
    for number in range(3):
        client.post("/voice", data={"CallSid": f"CA{number}", "SipCallId": f"{number}@host"})
    watch.take(journal, 1.0)
    assert [each.parameter("CallSid") for each in watch.requests()] == ["CA1", "CA2"]
    client.post("/voice", data={"CallSid": "CA2"})
    client.post("/voice", data={"CallSid": "CA0"})
    watch.take(journal, 2.0)
    assert [each.call_id for each in journal.select(HttpRequested)][3:] == ["2@host", ""]
