"""Requests as somebody with a socket sends them, and an application that answers what a test wants."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tests.integration.served import ACCOUNT, TOKEN, Served
from tests.patience import PATIENCE

Answer = tuple[int, dict[str, str], bytes]

DOMAINS = f"/2010-04-01/Accounts/{ACCOUNT}/SIP/Domains.json"


def basic(token: str = TOKEN) -> str:
    """Return the header field for an account's token."""
    return "Basic " + base64.b64encode(f"{ACCOUNT}:{token}".encode()).decode()


def place(emulator: Served, what: str = "http") -> tuple[str, int]:
    """Return where an emulator's HTTP server, or its proxy, can be reached on this machine."""
    found = re.search(rf" {what}=(http://\S+)", emulator.ready)
    assert found is not None
    parts = urlsplit(found[1])
    host = parts.hostname or ""
    return ("::1" if host == "::" else "127.0.0.1" if host == "0.0.0.0" else host), parts.port or 0


def ask(
    where: tuple[str, int], target: str, method: str = "GET", body: bytes = b"", **headers: str
) -> Answer:
    """Send one request, with the header fields as given; return status, header fields and body."""
    with socket.create_connection(where, timeout=PATIENCE) as connection:
        return spoken(connection, target, method, body, **headers)


def through(
    proxy: tuple[str, int],
    authority: Path,
    target: str,
    method: str = "GET",
    body: bytes = b"",
    **headers: str,
) -> Answer:
    """Send one request inside the TLS of a tunnel to api.twilio.com."""
    context = ssl.create_default_context(cafile=str(authority))
    with socket.create_connection(proxy, timeout=PATIENCE) as connection:
        connection.sendall(b"CONNECT api.twilio.com:443 HTTP/1.1\r\nHost: api.twilio.com:443\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
        with context.wrap_socket(connection, server_hostname="api.twilio.com") as inside:
            return spoken(inside, target, method, body, **headers)


def spoken(connection: socket.socket, target: str, method: str, body: bytes, **headers: str) -> Answer:
    """Say one request on a connection that is open."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += [f"Content-Length: {len(body)}", "Content-Type: application/x-www-form-urlencoded"]
    head = "\r\n".join((f"{method} {target} HTTP/1.1", *lines, "Connection: close", "\r\n"))
    connection.sendall(head.encode() + body)
    with connection.makefile("rb") as answer:
        status = int(answer.readline().split()[1])
        fields = {}
        while line := answer.readline().strip():
            name, _, value = line.decode().partition(":")
            fields[name.lower()] = value.strip()
        return status, fields, answer.read()


@contextmanager
def application(
    answer: Callable[[str, dict[str, str]], Answer], host: str = "127.0.0.1", port: int = 0
) -> Iterator[str]:
    """Serve what a function says of a path and its header fields; yields the URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, fields, body = answer(
                self.path, {name.lower(): value for name, value in self.headers.items()}
            )
            self.send_response(status)
            for name, value in {**fields, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name is http.server's

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer((host, port), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
