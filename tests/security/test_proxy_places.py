"""Whoever opens connections to the proxy and says nothing leaves others their places."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

from sipdomain.runtime.http.proxy import MOST_CONNECTIONS
from tests.integration.served import served
from tests.patience import PATIENCE
from tests.security.asked import place

ASKED = b"CONNECT api.twilio.com:443 HTTP/1.1\r\nHost: api.twilio.com:443\r\n\r\n"


def test_silent_connections_of_one_source_do_not_take_all_places_of_the_proxy(tmp_path: Path) -> None:
    arguments = ("--proxy", "127.0.0.1:0", "--state", str(tmp_path / "state.db"), "--no-speech")
    with served(*arguments) as emulator, ExitStack() as held:
        proxy = place(emulator, "proxy")

        def connect(host: str) -> socket.socket:
            opened = socket.create_connection(proxy, timeout=PATIENCE, source_address=(host, 0))
            return held.enter_context(opened)

        silent = [connect("127.0.0.66") for _ in range(MOST_CONNECTIONS)]
        assert silent[-1].recv(1) == b""
        modest = connect("127.0.0.1")
        modest.sendall(ASKED)
        assert modest.recv(12) == b"HTTP/1.1 200"
        assert emulator.stop() == 0
