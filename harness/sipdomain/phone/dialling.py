"""Calls of the phone from the first INVITE to the answer, and what its client side reports of them."""

from __future__ import annotations

from functools import partial

from sipdomain.errors import MediaError
from sipdomain.phone.book import CallBook
from sipdomain.phone.leg import Leg
from sipdomain.phone.line import Line
from sipdomain.phone.single import SingleRequests, line_of
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.invite_client import InviteClient, Outputs
from sipdomain.sip.invite_outputs import (
    Answered,
    Challenged,
    Forked,
    GaveUp,
    Lost,
    Provisional,
    Refused,
    Report,
    Transact,
    Unusable,
    Wake,
)
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Send
from sipdomain.sip.via import Via


class _Author:
    """Writes the requests of one call."""

    def __init__(self, line: Line, leg: Leg, body: bytes) -> None:
        self._line = line
        self._leg = leg
        self._body = body

    def invite(self, number: int, challenged: Request | None) -> Request:
        line, leg = self._line, self._leg
        if challenged is None:
            leg.opening = line.opening(leg, self._body)
        else:
            leg.opening = line.again(leg, challenged, number)
        return leg.opening

    def via(self) -> Via:
        return self._line.via(self._leg)

    def about(self) -> list[tuple[str, str]]:
        return self._line.about()

    def own_routes(self) -> tuple[str, ...]:
        return ()


class Dialling:
    """Carries calls from the first request to the answer, and single requests to theirs."""

    def __init__(self, line: Line, book: CallBook) -> None:
        self._line = line
        self._book = book
        self._single = SingleRequests(line, book)

    def open(self, leg: Leg, now: float) -> None:
        """Send the first request; for a call, its media is open."""
        if leg.call.method != "INVITE":
            self._single.open(leg, now)
            return
        session = leg.session
        body = leg.body if session is None or leg.late_offer else session.offer()
        client = leg.client = InviteClient(
            _Author(self._line, leg, body), leg.flow, timers=self._line.layer.timers,
            credentials=leg.credentials, late_offer=leg.late_offer,
        )  # fmt: skip
        leg.dialogs = client.dialogs
        self._carry(leg, client.start(), now)

    def cancel(self, leg: Leg, now: float) -> None:
        """Give a call up that is not answered."""
        if leg.client is None:
            self._book.finish(leg, "ended", "us", "before the INVITE was sent", now)
        elif not leg.client.cancelling:
            self._line.note(leg.call.call_id, "cancelled", "", now)
            self._carry(leg, leg.client.cancel(now), now)

    def response(self, leg: Leg, request: Request, response: Response, now: float) -> None:
        """Take a response to the opening request, as the transaction layer hands it up."""
        if leg.client is None:
            self._single.response(leg, request, response, now)
        else:
            self._carry(leg, leg.client.received(response, now), now)

    def lost(self, leg: Leg, status: int, now: float) -> None:
        """Take note that no final response came to the opening request (408), or that the way is broken (503)."""
        if leg.client is None:
            self._failed(leg, status, now)
        else:
            self._carry(leg, leg.client.lost(status), now)

    def _failed(self, leg: Leg, status: int, now: float) -> None:
        self._book.finish(leg, "failed", "", self._line.why_lost(status), now)

    def _due(self, leg: Leg, now: float) -> None:
        if leg.client is not None:
            self._carry(leg, leg.client.due(now), now)

    def _carry(self, leg: Leg, outputs: Outputs, now: float) -> None:
        for each in outputs:
            match each:
                case Send():
                    self._line.do(each)
                case Transact(request):
                    self._line.send(leg, request, now)
                case Wake(at):
                    self._line.alarms.set(at, partial(self._due, leg))
                case _:
                    self._take(leg, each, now)

    def _take(self, leg: Leg, report: Report, now: float) -> None:
        match report:
            case Provisional(response):
                self._provisional(leg, response, now)
            case Challenged(response):
                self._note_final(leg, response)
                self._line.note(leg.call.call_id, "challenged", line_of(response), now)
            case Answered(response, dialog):
                self._answered(leg, response, dialog, now)
            case Forked(response):
                leg.call.responses.append(response.status)
            case Refused(response, why):
                self._note_final(leg, response)
                by_us = leg.client is not None and leg.client.cancelled
                detail = f"{line_of(response)}: {why}" if why else line_of(response)
                self._book.finish(leg, "refused", "us" if by_us else "", detail, now)
            case Unusable(response, error):
                self._unusable(leg, response, str(error), now)
            case Lost(status):
                self._failed(leg, status, now)
            case GaveUp():
                self._book.finish(leg, "failed", "us", "no final response after CANCEL", now)

    def _provisional(self, leg: Leg, response: Response, now: float) -> None:
        leg.call.responses.append(response.status)
        if response.status == 100:
            return
        if leg.call.state == "trying":
            leg.call.state = "ringing"
            self._line.note(leg.call.call_id, "ringing", line_of(response), now)
        if leg.session is None or leg.late_offer or not response.body:
            return
        try:
            connect = leg.session.take_answer(response)
        except MediaError as error:
            # The final response may still bring an answer that fits.
            self._line.note(leg.call.call_id, "early media refused", str(error), now)
        else:
            self._line.do(*connect)

    @staticmethod
    def _note_final(leg: Leg, response: Response) -> None:
        leg.call.responses.append(response.status)
        leg.call.final_status = response.status
        leg.call.final_headers = list(response.headers)

    def _answered(self, leg: Leg, response: Response, dialog: Dialog, now: float) -> None:
        client = leg.client
        assert client is not None  # noqa: S101 - it reports this
        self._note_final(leg, response)
        leg.dialog = dialog
        leg.call.answered_at = now
        leg.call.state = "answered"
        self._line.note(leg.call.call_id, "answered", line_of(response), now)
        reply, refusal = self._agree(leg, response)
        if leg.late_offer:
            self._carry(leg, client.acknowledge(dialog, reply), now)
        if refusal:
            self._carry(leg, client.hang_up(dialog), now)
            self._book.finish(leg, "failed", "us", refusal, now)
        elif client.cancelling:
            self._carry(leg, client.hang_up(dialog), now)
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

    def _unusable(self, leg: Leg, response: Response, why: str, now: float) -> None:
        if response.status >= 200:
            self._book.finish(leg, "failed", "", f"cannot work with this {response.status}: {why}", now)
        else:
            self._line.note(leg.call.call_id, "response not understood", why, now)
