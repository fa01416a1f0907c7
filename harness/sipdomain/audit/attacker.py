"""Requests one at a time, written by hand: a probe may send what no phone would."""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from sipdomain.audit.answer import Answer
from sipdomain.audit.draft import OFFER, Draft, Fields
from sipdomain.audit.target import Target
from sipdomain.audit.wires import Transport, Wire, wired
from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.codec import parse
from sipdomain.sip.digest import answer_challenge
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address

PACE: Final = 0.25
"""How long a login waits where the target limits them, in seconds; sipdomain takes five in a second."""
BUSY: Final = frozenset({429, 503})
"""Answers that say "later": neither let in nor refused."""
_TRIES: Final = 4
NOBODY: Final = "nobody-7431"
"""Who asks, where nobody should be known."""


class Attacker:
    """One way to the target; each call that is taken is ended again.

    Attributes:
        target: Whom.
        wire: By which way.
        slowed: Whether it asked to come later since this was last set to False: what it then answered says nothing.
        paced: Whether logins take their time, since it limits them.
    """

    def __init__(self, target: Target, wire: Wire) -> None:
        self.target = target
        self.wire = wire
        self.host, self.port = wire.host, wire.port
        self.slowed = False
        self.paced = False

    def draft(self, method: str, user: str, **changes: Any) -> Draft:
        """Return a request of a user to the target's extension, or for a registration.

        Args:
            method: "REGISTER", "INVITE", "OPTIONS" or another.
            user: Who asks.
            changes: Attributes of `Draft` that are to be something else.
        """
        domain = self.target.domain
        host = f"[{self.host}]" if ":" in self.host else self.host
        own = f"sip:{user}@{domain}"
        callee = f"sip:{self.target.extension}@{domain}"
        is_login = method == "REGISTER"
        suffix = "" if self.wire.transport == "UDP" else f";transport={self.wire.transport.lower()}"
        given = Draft(
            method=method,
            uri=f"sip:{domain}" if is_login else callee,
            from_=own,
            to=own if is_login else callee,
            contact=f"sip:{user}@{host}:{self.port}{suffix}",
            via=f"{host}:{self.port};rport",
            transport=self.wire.transport,
            body=OFFER.format(host=self.host, port=40_000) if method == "INVITE" else "",
        )
        return replace(given, **changes)

    def ask(self, method: str, user: str, *, fields: Fields = ()) -> Answer:
        """Send a request as a user, and return the answer; a call that is taken is acknowledged and ended.

        Args:
            method: "REGISTER", "INVITE" or "OPTIONS".
            user: Who asks.
            fields: Further header fields.
        """
        return self.asked(self.draft(method, user, fields=fields))

    def asked(self, draft: Draft) -> Answer:
        """Send a request, and return the answer; a call that is taken is acknowledged and ended."""
        if self.paced and draft.method == "REGISTER" and draft.fields:
            time.sleep(PACE)
        answer = self.exchange(draft)
        if draft.method == "INVITE" and answer.status >= 200:
            self.acknowledge(draft, answer)
            if answer.status < 300:
                self.end(draft, answer)
        elif draft.method == "INVITE" and answer.status:
            self.send(draft.cancelling())
            cancelled = self.final(draft, self.target.patience / _TRIES)
            if cancelled.status:
                self.acknowledge(draft, cancelled)
        return answer

    def log_in(self, method: str, user: str, password: str, **changes: Any) -> tuple[Answer, Fields]:
        """Ask, answer the challenge, and return the second answer, with the credentials sent; () without a challenge."""
        first = self.draft(method, user, **changes)
        refused = self.asked(first)
        fields = self.credentials(refused, method, user, password, uri=first.uri)
        if not fields:
            return refused, ()
        return self.asked(first.again(fields)), fields

    def leave(self, **changes: Any) -> None:
        """Take the registration of the target's user back.

        Args:
            changes: Attributes of `Draft` that are to be something else.
        """
        gone = (("Expires", "0"),)
        self.log_in("REGISTER", self.target.user, self.target.password, fields=gone, **changes)

    def credentials(self, answer: Answer, method: str, user: str, password: str, *, uri: str = "") -> Fields:
        """Return the header field that answers a challenge; () when there is none that can be answered.

        Args:
            answer: With the challenge.
            method: Of the request.
            user: Who logs in.
            password: Theirs.
            uri: Of the request; "" for the one that `ask` uses.
        """
        challenge = answer.challenge
        if challenge is None:
            return ()
        try:
            answered = answer_challenge(
                challenge, method=method, uri=uri or self.draft(method, user).uri, username=user, password=password,
                cnonce=secrets.token_hex(4),
            )  # fmt: skip
        except RemoteProtocolError:
            return ()
        return ((field_of(answer), str(answered)),)

    def exchange(self, draft: Draft) -> Answer:
        """Send a request as often as it needs, and return the answer; what comes of it is the caller's to end."""
        self.pace()
        began_at = time.perf_counter()
        first = 0.0
        provisional = Answer(0, 0.0)
        for number in range(_TRIES):
            if not number or self.wire.transport == "UDP":
                self.send(draft)
            until = time.perf_counter() + self.target.patience / _TRIES
            for response, size in self._responses(until, draft):
                first = first or time.perf_counter() - began_at
                if response.status >= 180:
                    is_busy = response.status in BUSY and response.headers.get("retry-after") is not None
                    self.slowed = self.slowed or is_busy
                    return Answer(response.status, first, response, size)
                provisional = Answer(response.status, first, response, size)
        return provisional

    def final(self, draft: Draft, seconds: float) -> Answer:
        """Wait for the final answer to a request that rings."""
        until = time.perf_counter() + seconds
        for response, size in self._responses(until, draft):
            if response.status >= 200:
                return Answer(response.status, 0.0, response, size)
        return Answer(0, 0.0)

    def request(self, methods: Collection[str], call_id: str, seconds: float) -> Request | None:
        """Wait for a request of the target's own within a call, of one of these methods."""
        for message, _ in self._messages(time.perf_counter() + seconds, call_id):
            if isinstance(message, Request) and message.method in methods:
                return message
        return None

    def respond(self, request: Request, status: str, *fields: str) -> None:
        """Answer a request of the target's own."""
        copied = [
            f"{name}: {value}"
            for name, value in request.headers
            if name.lower() in {"via", "from", "to", "call-id", "cseq"}
        ]
        lines = (f"SIP/2.0 {status}", *copied, *fields, "Content-Length: 0", "\r\n")
        self.wire.send("\r\n".join(lines).encode("utf-8", "surrogateescape"))

    def acknowledge(self, draft: Draft, answer: Answer) -> None:
        """Acknowledge a final response."""
        self.send(draft.acknowledging(answer.status, answer.to_tag))

    def end(self, draft: Draft, answer: Answer) -> None:
        """End a call that was taken, and wait for the answer a moment."""
        self.exchange(draft.within("BYE", answer.to_tag, ahead=1))

    def pace(self) -> None:
        """Wait before a request as long as the rate asks for."""
        time.sleep(self.target.pause)

    def send(self, draft: Draft) -> None:
        """Send a request once."""
        self.wire.send(bytes(draft))

    def _responses(self, until: float, draft: Draft) -> Iterator[tuple[Response, int]]:
        """Yield the responses to a request and their sizes, as they come until then."""
        about = f"{draft.sequence} {draft.method}"
        for message, size in self._messages(until, draft.call_id):
            if isinstance(message, Response) and message.headers.get("cseq") == about:
                yield message, size

    def _messages(self, until: float, call_id: str) -> Iterator[tuple[Request | Response, int]]:
        """Yield what comes of a call until then, each with its size, as long as somebody is there."""
        while (left := until - time.perf_counter()) > 0 and (data := self.wire.receive(left)) is not None:
            try:
                message = parse(data)
            except RemoteProtocolError:
                continue
            if message.headers.get("call-id") == call_id:
                yield message, len(data)


def field_of(answer: Answer) -> str:
    """Return the name of the header field that answers a challenge."""
    return "Authorization" if answer.status == 401 else "Proxy-Authorization"


@contextmanager
def attacking(
    target: Target, transport: Transport = "UDP", *, source: str = "", at: Address | None = None
) -> Iterator[Attacker]:
    """Open a way to the target.

    Args:
        target: Whom.
        transport: By which.
        source: From which address of this machine, or "" for any; UDP only.
        at: Where, if not at the target's own address.

    Raises:
        SetupError: There is no way to it.
    """
    with wired(at or target.address, transport, source=source) as wire:
        yield Attacker(target, wire)
