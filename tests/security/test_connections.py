"""One source cannot take all connections of the HTTP server."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from urllib.parse import urlsplit

from sipdomain.runtime.http.connection_limits import MOST_CONNECTIONS
from tests.integration.served import served
from tests.patience import PATIENCE

ASKED = b"GET /_sipdomain/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def test_who_holds_all_connections_that_one_may_leaves_the_others_theirs() -> None:
    with served("--no-speech") as emulator, ExitStack() as held:
        parts = urlsplit(emulator.http)
        here = (parts.hostname or "", parts.port or 0)

        def connect(host: str) -> socket.socket:
            opened = socket.create_connection(here, timeout=PATIENCE, source_address=(host, 0))
            return held.enter_context(opened)

        greedy = [connect("127.0.0.66") for _ in range(MOST_CONNECTIONS)]
        greedy[-1].sendall(ASKED)
        assert greedy[-1].recv(12) == b"HTTP/1.1 200"
        one_more, modest = connect("127.0.0.66"), connect("127.0.0.1")
        for each in (one_more, modest):
            each.sendall(ASKED)

        assert one_more.recv(12) == b"HTTP/1.1 503"
        assert modest.recv(12) == b"HTTP/1.1 200"
        for each in greedy[:200]:
            each.close()
        assert emulator.stop() == 0
