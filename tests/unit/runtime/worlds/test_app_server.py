"""The webhook application of a live world."""

from __future__ import annotations

import socket
import threading

import pytest

from sipdomain.runtime.worlds import app_server
from tests.patience import PATIENCE


def test_a_server_that_does_not_stop_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = threading.Event()
    app = app_server.AppServer(lambda *_: [])
    stop = app._server.shutdown
    monkeypatch.setattr(app._server, "shutdown", lambda: let_go.wait(PATIENCE))
    monkeypatch.setattr(app_server, "CLOSING", 0.01)
    closing = threading.Thread(target=app.close, daemon=True)
    closing.start()
    closing.join(PATIENCE / 2)
    assert not closing.is_alive()
    let_go.set()
    stop()


def test_a_server_that_has_stopped_takes_no_connection() -> None:
    app = app_server.AppServer(lambda *_: [])
    host, port = app.url.removeprefix("http://").split(":")
    app.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=PATIENCE)
