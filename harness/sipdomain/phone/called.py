"""Being called: the phone rings until a script answers or refuses, or the caller gives up (RFC 3261 section 13.3)."""

from __future__ import annotations

from functools import partial
from typing import Final

from sipdomain.errors import LocalProtocolError, MediaError
from sipdomain.phone import recorder
from sipdomain.phone.book import CallBook
from sipdomain.phone.in_dialog import InDialog
from sipdomain.phone.leg import Leg
from sipdomain.phone.line import ALLOW, Line
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Request, respond
from sipdomain.sip.transactions import Transaction

LONGEST_RINGING: Final = 180.0
"""How long the phone rings when nobody answers, in seconds; then it refuses with 480."""


class Called:
    """Calls to the phone, until they are answered."""

    def __init__(self, line: Line, book: CallBook, in_dialog: InDialog) -> None:
        self._line = line
        self._book = book
        self._in_dialog = in_dialog

    def invited(self, transaction: Transaction, request: Request, now: float) -> None:
        """Ring; 486 when there is no room for a call more.

        Raises:
            RemoteProtocolError: The INVITE has no Contact or route that can be used.
        """
        tag = self._line.token()
        dialog = Dialog.for_server(request, tag)
        _ = dialog.next_hop
        try:
            leg = self._book.receive(request, transaction, tag, now)
        except LocalProtocolError:
            self._line.answer(transaction, request, 486, now)
            return
        leg.dialogs[dialog.remote.tag or ""] = dialog
        leg.call.responses.append(180)
        self._respond(leg, 180, now)
        self._line.alarms.set(now + LONGEST_RINGING, partial(self._unanswered, leg))

    def answer(self, leg: Leg, now: float) -> None:
        """Open the media; the 200 follows when the port is open.

        Raises:
            LocalProtocolError: The call does not ring.
        """
        if leg.invite is None or leg.session is not None:
            raise LocalProtocolError("only a call that rings here can be answered")
        _, invite = leg.invite
        try:
            self._book.open_media(leg, recorder.streams(invite) if recorder.begins(invite) else 1)
        except MediaError as error:
            self.refuse(leg, 488, str(error), now)

    def media_opened(self, leg: Leg, now: float) -> None:
        """Answer with our session description, or our offer when the INVITE brought none."""
        if leg.invite is None or leg.session is None or any(each.address is None for each in leg.sessions):
            return
        transaction, invite = leg.invite
        try:
            if recorder.begins(invite):
                body, connect, leg.call.tracks = recorder.answer(invite, leg.sessions)
                self._line.do(*connect)
            elif invite.body:
                body, connect = leg.session.answer(invite)
                self._line.do(*connect)
            else:
                body = leg.session.offer()
        except MediaError as error:
            self.refuse(leg, 488, str(error), now)
            return
        leg.invite = None
        (leg.dialog,) = leg.dialogs.values()
        name, address = self._line.contact(leg)
        fields = [
            (name, address + (recorder.CONTACT if leg.call.tracks else "")),
            ("Allow", ALLOW),
            *self._line.about(),
            ("Content-Type", "application/sdp"),
        ]
        response = respond(invite, 200, tag=leg.tag, headers=fields, body=body)
        self._line.respond(transaction, response, now)
        call = leg.call
        call.responses.append(200)
        call.final_status, call.answered_at, call.state = 200, now, "answered"
        self._line.note(call.call_id, "answered", "200 OK", now)
        self._in_dialog.await_ack(leg, transaction, response, now)

    def refuse(self, leg: Leg, status: int, why: str, now: float) -> None:
        """Refuse a call that rings.

        Raises:
            LocalProtocolError: It does not ring.
        """
        if leg.invite is None:
            raise LocalProtocolError("only a call that rings here can be refused")
        self._end(leg, status, "us", why, now)

    def cancelled(self, transaction: Transaction, now: float) -> None:
        """The caller gives up; harmless for a call that rings no more."""
        for leg in list(self._book.legs.values()):
            if leg.invite is not None and leg.invite[0] is transaction:
                self._end(leg, 487, "them", "CANCEL received", now)

    def _unanswered(self, leg: Leg, now: float) -> None:
        if leg.invite is not None:
            self._end(leg, 480, "us", "nobody answered", now)

    def _end(self, leg: Leg, status: int, by: str, why: str, now: float) -> None:
        self._respond(leg, status, now)
        leg.invite = None
        leg.call.responses.append(status)
        leg.call.final_status = status
        self._book.finish(leg, "refused", "them" if by == "them" else "us", why, now)

    def _respond(self, leg: Leg, status: int, now: float) -> None:
        assert leg.invite is not None  # noqa: S101 - as long as it rings
        transaction, invite = leg.invite
        fields = [self._line.contact(leg), *self._line.about()] if status < 200 else self._line.about()
        self._line.respond(transaction, respond(invite, status, tag=leg.tag, headers=fields), now)
