"""The peer's requests within a call: BYE, re-INVITE, UPDATE, ACK and the small ones."""

from __future__ import annotations

from functools import partial

from sipdomain.errors import MediaError
from sipdomain.phone.book import CallBook
from sipdomain.phone.leg import Leg
from sipdomain.phone.line import ALLOW, SDP, Line
from sipdomain.phone.referred import Referred
from sipdomain.phone.transfer import notified
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.invite_server import Acceptance
from sipdomain.sip.message import Request, Response
from sipdomain.sip.multipart import is_multipart
from sipdomain.sip.transactions import Transaction


class InDialog:
    """Answers what the peer asks within a call."""

    def __init__(self, line: Line, book: CallBook) -> None:
        self._line = line
        self._book = book
        self._referred = Referred(line)

    def request(
        self, leg: Leg, dialog: Dialog, transaction: Transaction, request: Request, now: float
    ) -> None:
        """Answer a request whose method is in `ALLOW`.

        Raises:
            RemoteProtocolError: A header field that is needed here is broken; nothing was answered.
        """
        if not dialog.in_order(request):
            # RFC 3261 section 12.2.2: a CSeq that does not grow.
            self._line.answer(transaction, request, 500, now)
        elif request.method == "BYE":
            self._bye(leg, dialog, transaction, request, now)
        elif leg.call.is_over:
            self._line.answer(transaction, request, 481, now)
        elif request.method == "INVITE" and (
            dialog is not leg.dialog or leg.acceptance is not None or leg.is_inviting
        ):
            # RFC 3261 section 14.2: an INVITE of ours or of theirs is still under way.
            self._line.answer(transaction, request, 491, now)
        elif request.method == "UPDATE" and request.body and self._offer_pending(leg, dialog):
            # RFC 3311 section 5.2: an offer of ours waits for its answer.
            self._line.answer(transaction, request, 491, now)
        elif request.method in {"INVITE", "UPDATE"}:
            self._modify(leg, dialog, transaction, request, now)
        elif request.method == "REFER":
            self._referred.request(leg, dialog, transaction, request, now)
        elif request.method == "OPTIONS":
            fields = [("Allow", ALLOW), ("Accept", SDP)]
            self._line.answer(transaction, request, 200, now, headers=fields)
        else:
            self._line.answer(transaction, request, 200, now)
            notified(self._line, leg, request, now)

    def _bye(self, leg: Leg, dialog: Dialog, transaction: Transaction, request: Request, now: float) -> None:
        # Also when our own BYE crossed it: both sides then see a 200.
        self._line.answer(transaction, request, 200, now)
        if not leg.call.end_headers:
            leg.call.end_headers = list(request.headers)
        if dialog is leg.dialog:
            self._book.finish(leg, "ended", "them", "BYE received", now)

    @staticmethod
    def _offer_pending(leg: Leg, dialog: Dialog) -> bool:
        return dialog is not leg.dialog or (leg.session is not None and leg.session.offering)

    def _modify(
        self, leg: Leg, dialog: Dialog, transaction: Transaction, request: Request, now: float
    ) -> None:
        contact, session, body = request.contact, leg.session, b""
        if request.body and request.content_type != SDP and not is_multipart(request.content_type):
            self._line.answer(transaction, request, 415, now, headers=[("Accept", SDP)])
            return
        if session is None:
            self._line.answer(transaction, request, 488, now)
            return
        try:
            if request.body:
                body, connect = session.answer(request)
                self._line.do(*connect)
                self._line.note(leg.call.call_id, "media changed", session.direction, now)
            elif request.method == "INVITE":
                body = session.offer()
        except MediaError as error:
            self._line.note(leg.call.call_id, "offer refused", str(error), now)
            self._line.answer(transaction, request, 488, now)
            return
        if contact is not None:
            dialog.remote_target = contact.uri
        fields = [self._line.contact(leg), ("Allow", ALLOW)]
        response = self._line.answer(transaction, request, 200, now, headers=fields, body=body)
        if request.method == "INVITE":
            self.await_ack(leg, transaction, response, now)

    def await_ack(self, leg: Leg, transaction: Transaction, response: Response, now: float) -> None:
        """Send a 2xx again and again until its ACK comes."""
        acceptance = leg.acceptance = Acceptance(response, self._line.layer.timers, now)
        self._line.alarms.set(acceptance.at, partial(self._again, leg, transaction, acceptance))

    def _again(self, leg: Leg, transaction: Transaction, acceptance: Acceptance, now: float) -> None:
        if leg.acceptance is not acceptance or leg.call.is_over:
            return
        if not acceptance.due(now):
            self._book.hang_up(leg, "failed", "no ACK for our 200", now)
            return
        self._line.respond(transaction, acceptance.response, now)
        self._line.alarms.set(acceptance.at, partial(self._again, leg, transaction, acceptance))

    def acknowledged(self, leg: Leg, ack: Request, now: float) -> None:
        """Take the ACK of our 2xx to a re-INVITE; after an offer of ours it brings the answer."""
        if leg.acceptance is None or not leg.acceptance.is_acknowledged_by(ack):
            return
        leg.acceptance = None
        if leg.session is not None and leg.session.offering and not leg.call.is_over:
            try:
                self._line.do(*leg.session.take_answer(ack))
            except MediaError as error:
                self._book.hang_up(leg, "failed", str(error), now)
        if leg.hanging_up:
            self._book.hang_up(leg, "ended", "BYE sent", now)
