"""SIP servers that are weak on purpose, each in one way: what an audit has to find."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sipdomain.sip.codec import parse
from sipdomain.sip.digest import Credentials, hash_a1, verify
from sipdomain.sip.message import Request

REALM = "pbx.example"


@dataclass
class WeakServer:
    """A server that challenges, and knows one user.

    Attributes:
        names_strangers: It answers 404 to users that it does not know.
        is_slow_for_users: It works longer for users that it knows.
        accepts_replays: It never looks at nonces.
        takes_calls: It takes calls without credentials.
        password: Of alice.
        requests: The methods that came.
    """

    names_strangers: bool = False
    is_slow_for_users: bool = False
    accepts_replays: bool = False
    takes_calls: bool = False
    password: str = "Correct-Horse-42"
    requests: list[str] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)
    _nonces: int = 0

    def answer(self, data: bytes) -> bytes | None:
        """Return the response to a request; None for ACK."""
        request = parse(data)
        assert isinstance(request, Request)
        self.requests.append(request.method)
        if request.method == "ACK":
            return None
        if request.method in {"BYE", "CANCEL", "OPTIONS"} or (
            request.method == "INVITE" and self.takes_calls
        ):
            return self._response(request, "200 OK")
        user = (request.headers.get("from") or "").partition("sip:")[2].partition("@")[0]
        if self.names_strangers and user != "alice":
            return self._response(request, "404 Not Found")
        name, challenge = (
            ("Authorization", "401 Unauthorized\r\nWWW-Authenticate")
            if request.method == "REGISTER"
            else ("Proxy-Authorization", "407 Proxy Authentication Required\r\nProxy-Authenticate")
        )
        given = request.headers.get(name.lower())
        if not given:
            self._nonces += 1
            asked = f'Digest realm="{REALM}", nonce="n{self._nonces}", qop="auth"'
            return self._response(request, f"{challenge}: {asked}")
        credentials = Credentials.parse(given)
        if self.is_slow_for_users and user == "alice":
            hashlib.pbkdf2_hmac("sha256", b"alice", b"salt", 8_000)
        ha1 = hash_a1("alice", REALM, self.password)
        is_right = credentials.username == "alice" and verify(ha1, request.method, credentials)
        if not is_right:
            return self._response(request, "403 Forbidden")
        if not self.accepts_replays and credentials.nonce in self._used:
            return self._response(request, "403 Forbidden")
        self._used.add(credentials.nonce)
        return self._response(request, "200 OK" if request.method == "REGISTER" else "486 Busy Here")

    @staticmethod
    def _response(request: Request, status: str) -> bytes:
        lines = [f"SIP/2.0 {status}"]
        lines += [
            f"{name}: {value}{';tag=weak' if name.lower() == 'to' and 'tag=' not in value else ''}"
            for name, value in request.headers
            if name.lower() in {"via", "from", "to", "call-id", "cseq"}
        ]
        return ("\r\n".join([*lines, "Content-Length: 0"]) + "\r\n\r\n").encode()


@contextmanager
def serving(server: WeakServer) -> Iterator[str]:
    """Serve on a port of this machine; HOST:PORT."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_serve, args=(server, udp), daemon=True)
        thread.start()
        host, port = udp.getsockname()
        try:
            yield f"{host}:{port}"
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
                last.sendto(b"", (host, port))
            thread.join(5)


def _serve(server: WeakServer, udp: socket.socket) -> None:
    while True:
        data, peer = udp.recvfrom(65_535)
        if not data:
            return
        answer = server.answer(data)
        if answer is not None:
            udp.sendto(answer, peer)
