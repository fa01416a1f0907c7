"""A REST API in the provider's form whose webhooks are weak on purpose, beside a weak SIP server that causes them."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from sipdomain.sip.message import Request
from tests.integration.weak_servers import WeakServer


@dataclass
class WeakWebhooks:
    """What is kept of domains, and how they are called back.

    Attributes:
        takes_any_scheme: URLs need not be of HTTP.
        follows_any_scheme: Nor need redirects.
        carries_credentials: They go to where a redirect leads.
        follows_without_end: Redirects are followed as long as they come.
        injects: Text of From becomes header fields.
        draws: How its control API draws what came, `raw` or `escaped`; "" for no ladders.
        reaches_nobody: No webhook is sent.
    """

    takes_any_scheme: bool = False
    follows_any_scheme: bool = False
    carries_credentials: bool = False
    follows_without_end: bool = False
    injects: bool = False
    draws: str = ""
    reaches_nobody: bool = False
    rows: list[str] = field(default_factory=list)
    url: str = ""
    urls: dict[str, str] = field(default_factory=dict)
    last: str = ""
    server: WeakServer | None = None

    def create(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, str]]:
        """Make what is asked for."""
        assert self.server is not None
        if path.endswith("/Credentials"):
            self.server.passwords[form["Username"]] = form["Password"]
        elif path.endswith("/Domains"):
            if not self.takes_any_scheme and not form["VoiceUrl"].startswith("http"):
                return 400, {"message": "VoiceUrl is not a URL"}
            self.urls[form["DomainName"]] = form["VoiceUrl"]
        return 201, {"sid": "XX1"}

    def called(self, request: Request) -> None:
        """Call back, when a call to one of the domains came."""
        row = request.headers.get("user-agent") or request.headers.get("x-audit") or ""
        self.rows.append(row if self.draws == "raw" else ascii(row))
        url = self.urls.get(str(request.uri).partition("@")[2])
        if url is None or self.reaches_nobody:
            return
        self.last = url
        # As servers do: beside the call, whose answer does not wait for it.
        threading.Thread(
            target=self._fetch, args=(url, request.headers.get("from") or "", ""), daemon=True
        ).start()

    def shown(self, path: str) -> tuple[int, Any]:
        """Answer for the control API."""
        if not self.draws or not path.startswith("/_sipdomain/calls"):
            return 404, {}
        sid = path.removeprefix("/_sipdomain/calls").removeprefix("/")
        if not sid:
            return 200, {"calls": [{"sid": f"{number}"} for number in range(len(self.rows))]}
        return 200, {"sid": sid, "ladder": self.rows[int(sid)]}

    def pressed(self, digit: str) -> None:
        """Report a key to the last domain called."""
        parts = urlsplit(self.last)
        threading.Thread(
            target=self._post, args=(f"http://{parts.netloc}/keys", {"Digits": digit}, {}), daemon=True
        ).start()

    def _fetch(self, url: str, caller: str, login: str) -> None:
        for _ in range(60 if self.follows_without_end else 5):
            parts = urlsplit(url)
            if parts.username:
                login = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
            fields = {"Authorization": f"Basic {login}"} if login else {}
            if self.injects and "%0d%0a" in caller:
                fields["X-Audit-Injected"] = "1"
            status, location = self._post(url, {"From": caller}, fields)
            if not location or not 300 <= status < 400:
                return
            url = location if "://" in location else f"http://{parts.netloc.rpartition('@')[2]}{location}"
            to = urlsplit(url)
            if not url.startswith("http"):
                if self.follows_any_scheme and to.hostname and to.port:
                    with suppress(OSError), socket.create_connection((to.hostname, to.port), 2):
                        pass
                return
            if not self.carries_credentials:
                login = ""

    @staticmethod
    def _post(url: str, form: dict[str, str], fields: dict[str, str]) -> tuple[int, str]:
        parts = urlsplit(url)
        assert parts.hostname is not None
        connection = HTTPConnection(parts.hostname, parts.port, timeout=2)
        with closing(connection), suppress(OSError):
            connection.request("POST", parts.path, urlencode(form), fields)
            with connection.getresponse() as response:
                return response.status, response.headers.get("Location") or ""
        return 0, ""


@contextmanager
def weak_rest(server: WeakServer, webhooks: WeakWebhooks) -> Iterator[str]:
    """Serve the REST API; calls to its domains come to a server."""
    webhooks.server, server.called = server, webhooks.called

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(*webhooks.create(self.path.removesuffix(".json"), form))

        def do_DELETE(self) -> None:
            self._say(204, {})

        def do_GET(self) -> None:
            self._say(*webhooks.shown(self.path))

        def _say(self, status: int, found: Any) -> None:
            data = b"" if status == 204 else json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        webhooks.url = "http://{}:{}".format(*http.server_address[:2])
        thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield webhooks.url
        finally:
            http.shutdown()
            thread.join(5)
