"""What the emulator asks an application that runs by itself is known, and only so much of it is kept."""

from __future__ import annotations

import pytest

from sipdomain.entries import HttpAnswered, HttpRequested
from sipdomain.journal import Journal
from sipdomain.runtime.worlds import remote_app
from sipdomain.runtime.worlds.remote_app import RemoteApp

URL = "http://127.0.0.1:5000"


def asked(token: int) -> HttpRequested:
    return HttpRequested(
        at=1.0, token=token, call_sid="CA1", call_id="a", purpose="voice", method="POST", url=f"{URL}/{token}",
        parameters=(),
    )  # fmt: skip


def answered(token: int) -> HttpAnswered:
    return HttpAnswered(at=2.0, token=token, call_sid="CA1", call_id="a", purpose="voice", status=200)


def test_of_many_requests_the_latest_are_kept_answered_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_app, "CAPACITY", 2)
    journal = Journal()
    app = RemoteApp(URL, journal, "token")
    for token in (1, 2, 3):
        journal.append(asked(token))
    for token in (1, 2, 3):
        journal.append(answered(token))
    assert [each.path for each in app.requests()] == ["/2", "/3"]
    for token in (4, 5):
        journal.append(asked(token))
        journal.append(answered(token))
    assert [each.path for each in app.requests()] == ["/4", "/5"]
    app.close()
