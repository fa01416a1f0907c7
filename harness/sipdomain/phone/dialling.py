"""Our own requests outside a dialog: the INVITE with its answers, forks and CANCEL, and single requests."""

from __future__ import annotations

from functools import partial
from typing import Final

from sipdomain.errors import MediaError
from sipdomain.phone.book import CallBook
from sipdomain.phone.leg import MAX_FORKS, Leg
from sipdomain.phone.line import Line
from sipdomain.sip.credentials import AUTHORIZATION
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.headers import Headers
from sipdomain.sip.message import Request, Response

MAX_PROVISIONALS: Final = 200
"""How many different provisional responses to one request are looked at."""


class Dialling:
    """Carries calls from the first request to the answer."""

    def __init__(self, line: Line, book: CallBook) -> None:
        self._line = line
        self._book = book

    def open(self, leg: Leg, now: float) -> None:
        """Send the first request; for a call, its media is open."""
        session = leg.session
        body = leg.body if session is None or leg.late_offer else session.offer()
        leg.opening = self._line.opening(leg, body)
        self._line.send(leg, leg.opening, now)

    def cancel(self, leg: Leg, now: float) -> None:
        """Give a call up; CANCEL waits for a provisional response (RFC 3261 section 9.1)."""
        if leg.opening is None:
            self._book.finish(leg, "ended", "us", "before the INVITE was sent", now)
            return
        if leg.cancelling:
            return
        leg.cancelling = True
        self._line.tell(leg.call.call_id, "cancelled", "", now)
        if leg.seen:
            self._send_cancel(leg, leg.opening, now)

    def _send_cancel(self, leg: Leg, invite: Request, now: float) -> None:
        if leg.cancelled:
            return
        leg.cancelled = True
        items = [("Via", str(invite.via)), ("Max-Forwards", "70")]
        items += [("Route", route) for route in invite.headers.all("route")]
        items += [(name, invite.require(name.lower())) for name in ("From", "To", "Call-ID")]
        items += [("CSeq", f"{invite.cseq.number} CANCEL"), *self._line.about()]
        self._line.send(leg, Request("CANCEL", invite.target, Headers(items)), now)
        self._line.alarms.set(now + self._line.longest_wait, partial(self._give_up, leg))

    def _give_up(self, leg: Leg, now: float) -> None:
        # RFC 3261 section 9.1: without a final response the INVITE counts as cancelled after 64 * T1.
        if not leg.call.is_over and leg.dialog is None:
            self._book.finish(leg, "failed", "us", "no final response after CANCEL", now)

    def response(self, leg: Leg, request: Request, response: Response, now: float) -> None:
        """Take a response to the opening request, as the transaction layer hands it up."""
        if response.status < 200:
            self._provisional(leg, request, response, now)
        elif response.status >= 300:
            self._rejected(leg, request, response, now)
        elif request.method == "INVITE":
            self._accepted(leg, request, response, now)
        else:
            self._note_final(leg, response)
            leg.call.answered_at = now
            self._book.finish(leg, "ended", "", _line_of(response), now)

    def _provisional(self, leg: Leg, request: Request, response: Response, now: float) -> None:
        copy = response.raw or bytes(response)
        if copy in leg.seen or leg.call.is_over or request is not leg.opening:
            return
        first = not leg.seen
        if len(leg.seen) >= MAX_PROVISIONALS:
            return
        leg.seen.add(copy)
        leg.call.responses.append(response.status)
        if leg.cancelling and first:
            self._send_cancel(leg, request, now)
        if response.status == 100:
            return
        if leg.call.state == "trying":
            leg.call.state = "ringing"
            self._line.tell(leg.call.call_id, "ringing", _line_of(response), now)
        tag = response.to.tag
        if request.method == "INVITE" and tag and tag not in leg.dialogs and len(leg.dialogs) < MAX_FORKS:
            leg.dialogs[tag] = Dialog.for_client(request, response)
        self._early_media(leg, response, now)

    def _early_media(self, leg: Leg, response: Response, now: float) -> None:
        if leg.session is None or leg.late_offer or not response.body:
            return
        try:
            connect = leg.session.take_answer(response)
        except MediaError as error:
            # The final response may still bring an answer that fits.
            self._line.tell(leg.call.call_id, "early media refused", str(error), now)
        else:
            self._line.do(*connect)

    def _note_final(self, leg: Leg, response: Response) -> None:
        leg.call.responses.append(response.status)
        leg.call.final_status = response.status
        leg.call.final_headers = list(response.headers)

    def _accepted(self, leg: Leg, invite: Request, response: Response, now: float) -> None:
        tag = response.to.tag or ""
        if tag in leg.acks:
            self._line.do(leg.acks[tag])
            return
        if len(leg.acks) >= MAX_FORKS:
            return
        dialog = leg.dialogs.get(tag)
        if dialog is None:
            dialog = leg.dialogs[tag] = Dialog.for_client(invite, response)
        dialog.confirm(response)
        if leg.dialog is not None or leg.call.is_over:
            # Another branch of a fork answered first, or nobody waits for the call any more.
            self._acknowledge(leg, tag, invite, b"")
            leg.call.responses.append(response.status)
            self._line.bye(leg, dialog, now)
            return
        self._note_final(leg, response)
        leg.dialog = dialog
        leg.call.answered_at = now
        leg.call.state = "answered"
        self._line.tell(leg.call.call_id, "answered", _line_of(response), now)
        reply, refusal = self._agree(leg, response)
        self._acknowledge(leg, tag, invite, reply)
        if refusal:
            self._line.bye(leg, dialog, now)
            self._book.finish(leg, "failed", "us", refusal, now)
        elif leg.cancelling:
            self._line.bye(leg, dialog, now)
            self._book.finish(leg, "ended", "us", "answered while being cancelled", now)

    def _agree(self, leg: Leg, response: Response) -> tuple[bytes, str]:
        """Connect media by the 2xx; return what the ACK has to carry, and why media cannot be had."""
        session = leg.session
        if session is None:
            return b"", ""
        try:
            if leg.late_offer:
                reply, connect = session.answer(response)
                self._line.do(*connect)
                return reply, ""
            if response.body or not session.is_connected:
                self._line.do(*session.take_answer(response))
        except MediaError as error:
            return b"", str(error)
        return b"", ""

    def _acknowledge(self, leg: Leg, tag: str, invite: Request, body: bytes) -> None:
        leg.acks[tag] = self._line.acknowledge(leg, leg.dialogs[tag], invite, body)
        self._line.do(leg.acks[tag])

    def _rejected(self, leg: Leg, request: Request, response: Response, now: float) -> None:
        if leg.call.is_over:
            return
        self._note_final(leg, response)
        detail = _line_of(response)
        if response.status in AUTHORIZATION and not leg.cancelling:
            reason = leg.credentials.accept(response)
            if not reason:
                self._line.tell(leg.call.call_id, "challenged", detail, now)
                leg.sequence += 1
                leg.seen.clear()
                leg.dialogs.clear()
                leg.opening = self._line.again(leg, request, leg.sequence)
                self._line.send(leg, leg.opening, now)
                return
            detail = f"{detail}: {reason}"
        self._book.finish(leg, "refused", "us" if leg.cancelled else "", detail, now)


def _line_of(response: Response) -> str:
    return f"{response.status} {response.reason}"
