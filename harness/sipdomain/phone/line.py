"""What all parts of a phone share: settings, transactions, alarms, the messages it builds, and what it wants done."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from sipdomain.entries import PhoneEvent
from sipdomain.phone.leg import Leg
from sipdomain.phone.outputs import PhoneOutput
from sipdomain.phone.settings import PhoneSettings
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.headers import Headers, key_of
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.timers import TimerQueue, Timers
from sipdomain.sip.transactions import Transaction, TransactionLayer
from sipdomain.sip.transactions.transaction import Key
from sipdomain.sip.via import MAGIC_COOKIE, Via

ALLOW: Final = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, NOTIFY"
SDP: Final = "application/sdp"
Fields = Iterable[tuple[str, str]]


class Asker(Protocol):
    """A part of the phone that sends requests within a dialog, and takes what comes of them."""

    def response(self, leg: Leg, request: Request, response: Response, now: float) -> None:
        """Take a response; one that cannot be read ends the call."""

    def lost(self, leg: Leg, request: Request, status: int, now: float) -> None:
        """Take note that no final response came (408), or that the way is broken (503)."""


@dataclass(slots=True)
class PendingRequest:
    """A request of ours that waits for its final response.

    Attributes:
        leg: The call that it belongs to.
        request: The request.
        asker: Who takes the responses; None for what sets a call up or ends it.
    """

    leg: Leg
    request: Request
    asker: Asker | None = None


class Line:
    """A phone's connection to the world.

    Attributes:
        settings: The phone's settings.
        layer: Its transactions.
        alarms: Moments at which something of the phone's own is due.
    """

    def __init__(self, settings: PhoneSettings, rng: random.Random, timers: Timers | None) -> None:
        self.settings = settings
        self.layer = TransactionLayer(timers=timers)
        self.alarms: TimerQueue[Callable[[float], None]] = TimerQueue()
        self._pending: dict[Key, PendingRequest] = {}
        self._rng = rng
        self._outbox: list[PhoneOutput] = []

    @property
    def pending(self) -> int:
        """How many requests of ours are remembered with the call that they belong to."""
        return len(self._pending)

    @property
    def longest_wait(self) -> float:
        """How long a transaction may take: 64 * T1, in seconds."""
        return 64 * self.layer.timers.t1

    def why_lost(self, status: int) -> str:
        """Return why there is no final response: 408 none came, 503 the way is broken."""
        return f"no answer in {self.longest_wait:g} s" if status == 408 else "the transport failed"

    def drain(self) -> list[PhoneOutput]:
        """Return what is to be done, in order, and forget it."""
        done, self._outbox = self._outbox, []
        return done

    def do(self, *outputs: PhoneOutput) -> None:
        """Ask for something to be done."""
        self._outbox.extend(outputs)

    def note(self, call_id: str, event: str, detail: str, now: float) -> None:
        """Write in the journal."""
        self.do(PhoneEvent(at=now, phone=self.settings.name, call_id=call_id, event=event, detail=detail))

    def token(self, digits: int = 16) -> str:
        """Return a random token of hexadecimal digits."""
        return f"{self._rng.getrandbits(4 * digits):0{digits}x}"

    def number(self) -> int:
        """Return a random number for SDP's session id, below 2**31."""
        return self._rng.getrandbits(31)

    def random_bytes(self, count: int) -> bytes:
        """Return that many random bytes, for a key."""
        return self._rng.randbytes(count)

    def via(self, leg: Leg) -> Via:
        """Return a Via with a new branch; rport because of RFC 3581."""
        local = self.settings.local
        parameters = {"rport": None, "branch": f"{MAGIC_COOKIE}{self.token()}"}
        return Via(leg.flow.transport.upper(), local.host, local.port, parameters)

    def send(self, leg: Leg, request: Request, now: float, asker: Asker | None = None) -> None:
        """Send a request, other than ACK, in a transaction of its own."""
        transaction, step = self.layer.request(request, leg.flow, now)
        self._pending[transaction.key] = PendingRequest(leg, request, asker)
        leg.pending.append(transaction.key)
        self._outbox.extend(step)

    def send_again(self, leg: Leg, request: Request, now: float) -> None:
        """Send a challenged request of a dialog once more, with credentials; a CANCEL is never sent again."""
        dialog = leg.dialogs.get(request.to.tag or "")
        if dialog is not None:
            dialog.local_sequence += 1
            self.send(leg, self.again(leg, request, dialog.local_sequence), now)

    def pending_request(self, transaction: Transaction, status: int) -> PendingRequest | None:
        """Return the request that a response belongs to; after a final one it is forgotten, but for 2xx to INVITE."""
        if status < 200 or (transaction.method == "INVITE" and status < 300):
            return self._pending.get(transaction.key)
        return self._pending.pop(transaction.key, None)

    def drop_requests(self, leg: Leg) -> None:
        """Forget all requests of a call; for an INVITE that has no final response yet, none is awaited any more."""
        for key in leg.pending:
            self._pending.pop(key, None)
            self.layer.abandon(key)

    def answer(
        self,
        transaction: Transaction,
        request: Request,
        status: int,
        now: float,
        *,
        headers: Fields = (),
        body: bytes = b"",
    ) -> Response:
        """Answer a request of the peer; a body is a session description."""
        fields = [*headers, *self.about()]
        if body:
            fields.append(("Content-Type", SDP))
        response = respond(request, status, tag=self.token(), headers=fields, body=body)
        self.respond(transaction, response, now)
        return response

    def respond(self, transaction: Transaction, response: Response, now: float) -> None:
        """Send a response, or send it again."""
        self._outbox.extend(self.layer.respond(transaction, response, now))

    def about(self) -> list[tuple[str, str]]:
        """Return the User-Agent header field, if there is one."""
        return [("User-Agent", self.settings.user_agent)] if self.settings.user_agent else []

    def contact(self, leg: Leg) -> tuple[str, str]:
        """Return the Contact header field."""
        return ("Contact", f"<{self.settings.contact(leg.flow.transport)}>")

    def opening(self, leg: Leg, body: bytes) -> Request:
        """Build the request that sets a call up, or a single one; what the script gave goes before our defaults."""
        call = leg.call
        leg.sequence += 1
        given = {key_of(name) for name, _ in leg.headers}
        usual = [("Max-Forwards", "70"), self.contact(leg), ("Allow", ALLOW), *self.about()]
        if body:
            usual.append(("Content-Type", SDP if call.method == "INVITE" else "text/plain;charset=UTF-8"))
        items = [
            ("Via", str(self.via(leg))),
            ("From", str(leg.local)),
            ("To", f"<{call.target}>"),
            ("Call-ID", call.call_id),
            ("CSeq", f"{leg.sequence} {call.method}"),
            *(field for field in usual if field[0].lower() not in given),
            *leg.headers,
        ]
        return Request(call.method, call.target, Headers(items), body)

    def again(self, leg: Leg, request: Request, sequence: int) -> Request:
        """Build a challenged request anew: next CSeq, new branch, with credentials (RFC 3261 section 22.2)."""
        kept = [
            (name, value)
            for name, value in request.headers
            if name.lower() not in {"via", "cseq", "authorization", "proxy-authorization"}
        ]
        items = [
            ("Via", str(self.via(leg))),
            ("CSeq", f"{sequence} {request.method}"),
            *kept,
            *leg.credentials.headers(request.method, request.target),
        ]
        return Request(request.method, request.target, Headers(items), request.body)

    def bye(self, leg: Leg, dialog: Dialog, now: float) -> None:
        """Send BYE in a dialog."""
        self.send(leg, self.within(leg, dialog, "BYE"), now)

    def within(
        self, leg: Leg, dialog: Dialog, method: str, headers: Fields = (), body: bytes = b""
    ) -> Request:
        """Build a request in a dialog, with what the call was challenged for."""
        request = dialog.request(method, self.via(leg), headers=[*headers, *self.about()], body=body)
        for name, value in leg.credentials.headers(method, request.target):
            request.headers.add(name, value)
        return request
