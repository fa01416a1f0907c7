"""Places of our own that nobody should reach, or that a webhook reaches: who came, and with what."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Final

from sipdomain.audit.wires import family_of, udp_at
from sipdomain.sip.outputs import Address

_MOST: Final = 200
_LARGEST: Final = 262_144
_POLL: Final = 0.02


@dataclass(frozen=True, slots=True)
class Visit:
    """An HTTP request that came.

    Attributes:
        path: With its query.
        fields: Header fields in their order.
        body: What was posted.
    """

    path: str
    fields: tuple[tuple[str, str], ...]
    body: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request gets.

    Attributes:
        status: Of HTTP.
        body: A document.
        fields: Header fields besides.
    """

    status: int = 200
    body: str = "<Response><Hangup/></Response>"
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class WebCanary:
    """An HTTP server of ours.

    Attributes:
        url: Where it is, without a path.
        visits: Who came, oldest first; at most 200.
    """

    url: str = ""
    visits: list[Visit] = field(default_factory=list)

    def wait(self, number: int, seconds: float) -> list[Visit]:
        """Return the visits, once there are so many or time is up."""
        until = time.monotonic() + seconds
        while len(self.visits) < number and time.monotonic() < until:
            time.sleep(_POLL)
        return list(self.visits)


@contextmanager
def web_canary(host: str, reply: Callable[[Visit], Reply]) -> Iterator[WebCanary]:
    """Serve HTTP at a free port.

    Args:
        host: The address of this machine that the target reaches.
        reply: What a request gets.
    """
    canary = WebCanary()

    class Handler(BaseHTTPRequestHandler):
        timeout: ClassVar[float | None] = 5.0

        def do_GET(self) -> None:
            self._take()

        def do_POST(self) -> None:
            self._take()

        def _take(self) -> None:
            length = self.headers.get("Content-Length", "0")
            size = min(int(length), _LARGEST) if length.isdecimal() else 0
            body = self.rfile.read(size).decode("utf-8", "replace")
            visit = Visit(self.path, tuple(self.headers.items()), body)
            if len(canary.visits) < _MOST:
                canary.visits.append(visit)
            answer = reply(visit)
            data = answer.body.encode()
            self.send_response(answer.status)
            for name, value in (("Content-Type", "text/xml"), *answer.fields):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        address_family: int = family_of(host)
        daemon_threads = True

        def handle_error(self, *_: Any) -> None:
            """Say nothing: whoever came went away."""

    with Server((host, 0), Handler) as server:
        canary.url = f"http://{Address(host, server.server_port)}"
        thread = threading.Thread(target=server.serve_forever, args=(_POLL,), daemon=True)
        thread.start()
        try:
            yield canary
        finally:
            server.shutdown()
            thread.join(5)


@contextmanager
def udp_canary(host: str) -> Iterator[tuple[socket.socket, str]]:
    """Open a socket at a free port; yields it, and HOST:PORT."""
    with udp_at(host) as udp:
        yield udp, str(Address(host, udp.getsockname()[1]))


def arrived(udp: socket.socket, seconds: float) -> list[bytes]:
    """Return what came to a socket within these seconds; at most 200 datagrams."""
    found: list[bytes] = []
    until = time.perf_counter() + seconds
    while (left := until - time.perf_counter()) > 0 and len(found) < _MOST:
        udp.settimeout(left)
        try:
            found.append(udp.recv(_LARGEST))
        except OSError:
            break
    return found
