"""A SIP server that is weak on purpose, each time in one way: what an audit has to find."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.codec import parse
from sipdomain.sip.digest import Credentials, hash_a1, verify
from sipdomain.sip.message import Request, Response

REALM = "pbx.example"
Place = tuple[str, int]
Sent = tuple[bytes, Place | None]
"""What is sent, and where; None for back to where the request came from, by the same way."""
_LOGIN = 'Digest username="alice",realm="{}",nonce="{}",uri="sip:x",response="{}"'


@dataclass
class WeakServer:
    """A server that challenges, and knows one user, whose calls are busy unless `rtp` says where they are heard.

    Attributes:
        names_strangers: It answers 404 to users that it does not know.
        names_strangers_by_tcp: The same, by TCP alone.
        tags_users: Its To tag has another form for users that it knows.
        is_slow_for_users: It works longer for users that it knows.
        accepts_replays: It takes a nonce as often as it comes.
        takes_any_nonce: It takes nonces that it did not issue, each once.
        keeps_a_nonce: All its challenges have the same nonce.
        nonce_lifetime: For how long it takes a nonce, in seconds; 0 for ever.
        takes_no_response: An empty response is right.
        takes_no_qop: Credentials without qop are taken, as often as they come.
        takes_calls: It takes calls without credentials.
        believes: The header field that it takes a caller's address from; 10.0.0.1 is let in.
        allows: The address of which packets are let in.
        echoes: It repeats the User-Agent in a Warning.
        decodes: It writes %0d%0a of From into a field of its answer as a line's end.
        relays: It carries requests on to where they say.
        follows_via: Its answers go where Via says.
        registers_anybody: A user may register for another one.
        names_anybody: A user may call with another one's From.
        ends_by_call_id: Who knows a Call-ID may end a call.
        answers_ghosts: It answers an ACK of no call.
        hangs_up: It ends calls that it took.
        leaks: It answers the challenge that its BYE gets.
        dies_of: After a datagram so large it answers nothing any more; 0 for never.
        chokes_at: After so many requests it answers nothing any more; 0 for never.
        deaf_to: The transport by which it answers nothing, or "".
        locks_at: After so many wrong passwords it refuses the right one; 0 for never.
        is_busy_at: Its answer to that request, by number, is 503; 0 for never.
        password: Of alice.
        rtp: Where its calls are heard, or None when they are busy.
        requests: The methods that came.
    """

    names_strangers: bool = False
    names_strangers_by_tcp: bool = False
    tags_users: bool = False
    is_slow_for_users: bool = False
    accepts_replays: bool = False
    takes_any_nonce: bool = False
    keeps_a_nonce: bool = False
    nonce_lifetime: float = 0.0
    takes_no_response: bool = False
    takes_no_qop: bool = False
    takes_calls: bool = False
    believes: str = ""
    allows: str = ""
    echoes: bool = False
    decodes: bool = False
    relays: bool = False
    follows_via: bool = False
    registers_anybody: bool = False
    names_anybody: bool = False
    ends_by_call_id: bool = False
    answers_ghosts: bool = False
    hangs_up: bool = False
    leaks: bool = False
    dies_of: int = 0
    chokes_at: int = 0
    deaf_to: str = ""
    locks_at: int = 0
    is_busy_at: int = 0
    password: str = "Correct-Horse-42"
    rtp: Place | None = None
    requests: list[str] = field(default_factory=list)
    heard_by: list[Place] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)
    called: Callable[[Request], None] | None = None
    _issued: dict[str, float] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _calls: dict[str, tuple[str, str]] = field(default_factory=dict)
    _nonces: int = 0
    _wrong: int = 0
    _dead: bool = False

    def take(self, data: bytes, source: Place, transport: str = "UDP") -> list[Sent]:
        """Return what is sent when something came."""
        if transport == self.deaf_to:
            return []
        if self._dead or 0 < self.dies_of <= len(data):
            self._dead = True
            return []
        try:
            message = parse(data)
        except RemoteProtocolError:
            return []
        if isinstance(message, Response):
            return self._challenged(message)
        self.requests.append(message.method)
        if 0 < self.chokes_at <= len(self.requests):
            self._dead = True
            return []
        place = str(message.uri).rpartition("@")[2].removeprefix("sip:")
        if self.relays and place.startswith("127.") and ":" in place:
            host, _, port = place.partition(":")
            return [(data, (host, int(port)))]
        if message.method == "ACK":
            return self._acknowledged(message)
        answer = self._answer(message, source, transport)
        to: Place | None = None
        if self.follows_via:
            host, _, port = (message.headers.get("via") or "").split()[1].partition(";")[0].partition(":")
            to = (host, int(port))
        return [(answer, to)]

    def _acknowledged(self, request: Request) -> list[Sent]:
        call = self._calls.get(request.call_id)
        if call is None:
            return [(self.response(request, "200 OK"), None)] if self.answers_ghosts else []
        return [(self._bye(request, 1), None)] if self.hangs_up else []

    def _bye(self, of: Request | Response, number: int, *fields: str) -> bytes:
        mine, theirs = of.headers.get("to") or "", of.headers.get("from") or ""
        if isinstance(of, Response):
            mine, theirs = theirs, mine
        call_id = of.headers.get("call-id")
        lines = (
            "BYE sip:alice@127.0.0.1 SIP/2.0", f"Via: SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bK{number}{call_id}",
            f"From: {mine}", f"To: {theirs}", f"Call-ID: {call_id}", f"CSeq: {number} BYE", *fields,
            "Content-Length: 0", "\r\n",
        )  # fmt: skip
        return "\r\n".join(lines).encode()

    def _challenged(self, response: Response) -> list[Sent]:
        if response.status != 407:
            return []
        login = (f"Proxy-Authorization: {_LOGIN.format('audit.invalid', '6175646974', 'a' * 32)}",)
        return [(self._bye(response, 2, *(login if self.leaks else ())), None)]

    def _answer(self, request: Request, source: Place, transport: str) -> bytes:
        if len(self.requests) == self.is_busy_at:
            return self.response(request, "503 Service Unavailable", "Retry-After: 1")
        if request.method in {"BYE", "CANCEL"} or (
            request.method == "INVITE" and "tag=" in (request.headers.get("to") or "")
        ):
            return self._within(request)
        if request.method not in {"INVITE", "REGISTER"}:
            return self.response(request, "200 OK")
        if request.method == "INVITE" and self._is_let_in(request, source):
            return self._taken(request)
        user = (request.headers.get("from") or "").partition("sip:")[2].partition("@")[0]
        knows = user == "alice" or user in self.passwords
        if (self.names_strangers or (self.names_strangers_by_tcp and transport == "TCP")) and not knows:
            return self.response(request, "404 Not Found")
        is_login = request.method == "REGISTER"
        given = request.headers.get("authorization" if is_login else "proxy-authorization")
        if not given:
            self._nonces += not (self.keeps_a_nonce and self._nonces)
            nonce = f"n{self._nonces:08}"
            self._issued[nonce] = time.monotonic()
            if self.keeps_a_nonce:
                self._used.discard(f"{nonce}00000001")
            asked = f'Digest realm="{REALM}", nonce="{nonce}", qop="auth"'
            status, name = (
                ("401 Unauthorized", "WWW") if is_login else ("407 Proxy Authentication Required", "Proxy")
            )
            return self.response(request, status, f"{name}-Authenticate: {asked}", known=knows)
        if self.is_slow_for_users and user == "alice":
            hashlib.pbkdf2_hmac("sha256", b"alice", b"salt", 8_000)
        if not self._proves(request, Credentials.parse(given)):
            return self.response(request, "403 Forbidden", known=knows)
        to = request.headers.get("to") or ""
        if is_login:
            is_own = f"sip:{Credentials.parse(given).username}@" in to or self.registers_anybody
            return self.response(request, "200 OK" if is_own else "403 Forbidden")
        if not knows and not self.names_anybody:
            return self.response(request, "403 Forbidden")
        return self._taken(request)

    def _is_let_in(self, request: Request, source: Place) -> bool:
        said = (request.headers.get(self.believes) or "") if self.believes else ""
        return self.takes_calls or "10.0.0.1" in said or source[0] == self.allows

    def _proves(self, request: Request, said: Credentials) -> bool:
        secret = self.passwords.get(said.username, self.password)
        if said.username != "alice" and said.username not in self.passwords:
            return False
        if 0 < self.locks_at <= self._wrong or (said.uri != str(request.uri)):
            return False
        if not (self.takes_no_response and not said.response):
            if not said.qop and not self.takes_no_qop:
                return False
            if not verify(hash_a1(said.username, REALM, secret), request.method, said):
                self._wrong += 1
                return False
        if said.nonce not in self._issued and not self.takes_any_nonce:
            return False
        age = time.monotonic() - self._issued.get(said.nonce, 0.0)
        if 0 < self.nonce_lifetime < age and not self.takes_any_nonce:
            return False
        used = f"{said.nonce}{said.nc}"
        # A count that grows is taken, as is one that fell, once: the nonce of one login is for that login.
        if used in self._used and not self.accepts_replays and not (self.takes_no_qop and not said.qop):
            return False
        self._used.add(used)
        return True

    def _taken(self, request: Request) -> bytes:
        if self.called is not None:
            self.called(request)
        if self.rtp is None:
            return self.response(request, "200 OK" if self.takes_calls else "486 Busy Here")
        lines = request.body.decode().splitlines()
        host = next(line.split()[-1] for line in lines if line.startswith("c="))
        port = next(line.split()[1] for line in lines if line.startswith("m=audio"))
        self.heard_by.append((host, int(port)))
        self._calls[request.call_id] = (_tag(request.headers.get("from") or ""), "weak")
        session = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        body = f"{session}m=audio {self.rtp[1]} RTP/AVP 0 101\r\n"
        return self.response(request, "200 OK", "Content-Type: application/sdp", body=body)

    def _within(self, request: Request) -> bytes:
        call = self._calls.get(request.call_id)
        tags = _tag(request.headers.get("from") or ""), _tag(request.headers.get("to") or "")
        if call is None and self.takes_calls:
            return self.response(request, "200 OK")
        if call is None or request.method == "CANCEL" or (tags != call and not self.ends_by_call_id):
            return self.response(request, "481 Call/Transaction Does Not Exist")
        if request.method == "BYE":
            del self._calls[request.call_id]
        return self.response(request, "200 OK")

    def response(
        self, request: Request, status: str, *fields: str, body: str = "", known: bool = False
    ) -> bytes:
        """Return an answer."""
        tag = ";tag=weak-user" if self.tags_users and known else ";tag=weak"
        lines = [f"SIP/2.0 {status}"]
        lines += [
            f"{name}: {value}{tag if name.lower() == 'to' and 'tag=' not in value else ''}"
            for name, value in request.headers
            if name.lower() in {"via", "from", "to", "call-id", "cseq"}
        ]
        if self.echoes:
            lines.append(f'Warning: 399 weak "{request.headers.get("user-agent")}"')
        if self.decodes:
            decoded = (request.headers.get("from") or "").replace("%0d%0a", "\r\n").replace("%20", " ")
            lines.append(f"X-Caller: {decoded}")
        lines += [*fields, f"Content-Length: {len(body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode("utf-8", "surrogateescape")


def _tag(field_: str) -> str:
    return field_.partition("tag=")[2].partition(";")[0]
