"""The peer's requests: to which call they belong, and the answers to those that belong to none."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.phone import recorder
from sipdomain.phone.book import CallBook
from sipdomain.phone.called import Called
from sipdomain.phone.in_dialog import InDialog
from sipdomain.phone.leg import Leg
from sipdomain.phone.line import ALLOW, SDP, Line
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Flow, Send
from sipdomain.sip.transactions import Transaction

MAX_NOTED: Final = 100
"""How many of the peer's requests are noted in a call's record."""
METHODS: Final = frozenset(ALLOW.split(", "))


class Incoming:
    """Sorts what the peer asks.

    Attributes:
        called: Calls to the phone.
    """

    def __init__(self, line: Line, book: CallBook) -> None:
        self._line = line
        self._book = book
        self._in_dialog = InDialog(line, book)
        self.called = Called(line, book, self._in_dialog)

    def request(self, transaction: Transaction, request: Request, now: float) -> None:
        """Answer a new request."""
        try:
            self._sort(transaction, request, now)
        except RemoteProtocolError as error:
            self._line.note(request.call_id, "answered badly formed request", str(error), now)
            self._line.answer(transaction, request, error.status_hint, now)

    def refuse(self, message: Request | Response, error: RemoteProtocolError, flow: Flow, now: float) -> None:
        """Note a message that cannot be worked with, and answer a request as far as that can be done."""
        self._line.note("", "message not understood", str(error), now)
        if isinstance(message, Request) and message.method != "ACK":
            with suppress(RemoteProtocolError):
                refusal = respond(message, error.status_hint, tag=self._line.token())
                self._line.do(Send(flow, bytes(refusal)))

    def acknowledged(self, ack: Request, now: float) -> None:
        """Take an ACK for a 2xx; one that belongs to nothing is dropped, as no ACK is ever answered."""
        leg, dialog = self._find(ack)
        if leg is not None and dialog is not None:
            self._in_dialog.acknowledged(leg, ack, now)

    def _find(self, request: Request) -> tuple[Leg | None, Dialog | None]:
        leg = self._book.legs.get(request.call_id)
        if leg is None or request.to.tag != leg.tag:
            return None, None
        return leg, leg.dialogs.get(request.from_.tag or "")

    def _sort(self, transaction: Transaction, request: Request, now: float) -> None:
        if request.method == "CANCEL":
            found = self._line.layer.find_invite(request)
            self._line.answer(transaction, request, 481 if found is None else 200, now)
            if found is not None:
                self.called.cancelled(found, now)
            return
        leg, dialog = self._find(request)
        if leg is not None and dialog is not None and len(leg.call.requests_received) < MAX_NOTED:
            leg.call.requests_received.append(request.method)
        known = {recorder.EXTENSION} if self._line.settings.recorder else set()
        required = [each for each in request.headers.list("require") if each.lower() not in known]
        transfers = request.method == "REFER" and bool(self._line.settings.transfers)
        if request.method not in METHODS and not transfers:
            self._line.answer(transaction, request, 405, now, headers=[("Allow", ALLOW)])
        elif required:
            # RFC 3261 section 8.2.2.3: a phone knows no extension that can be required, a recorder one.
            self._line.answer(transaction, request, 420, now, headers=[("Unsupported", ", ".join(required))])
        elif leg is not None and dialog is not None:
            self._in_dialog.request(leg, dialog, transaction, request, now)
        elif request.to.tag is not None:
            self._line.answer(transaction, request, 481, now)
        else:
            self._outside(transaction, request, now)

    def _outside(self, transaction: Transaction, request: Request, now: float) -> None:
        match request.method:
            case "INVITE":
                self.called.invited(transaction, request, now)
            case "OPTIONS":
                fields = [("Allow", ALLOW), ("Accept", SDP)]
                self._line.answer(transaction, request, 200, now, headers=fields)
            case "NOTIFY":
                self._line.answer(transaction, request, 200, now)
            case _:
                self._line.answer(transaction, request, 481, now)
