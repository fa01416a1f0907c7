"""Single requests outside a dialog, which are no INVITE: OPTIONS, or something odd."""

from __future__ import annotations

from sipdomain.phone.book import CallBook
from sipdomain.phone.leg import Leg
from sipdomain.phone.line import Line
from sipdomain.sip.credentials import AUTHORIZATION
from sipdomain.sip.invite_client import MAX_PROVISIONALS
from sipdomain.sip.message import Request, Response


def line_of(response: Response) -> str:
    """Return status and reason."""
    return f"{response.status} {response.reason}"


class SingleRequests:
    """Carries single requests to their final response; a challenge is answered as for a call."""

    def __init__(self, line: Line, book: CallBook) -> None:
        self._line = line
        self._book = book

    def open(self, leg: Leg, now: float) -> None:
        """Send the request."""
        leg.opening = self._line.opening(leg, leg.body)
        self._line.send(leg, leg.opening, now)

    def response(self, leg: Leg, request: Request, response: Response, now: float) -> None:
        """Take a response, as the transaction layer hands it up."""
        call = leg.call
        if call.is_over or request is not leg.opening:
            return
        if response.status < 200:
            self._provisional(leg, response, now)
            return
        call.responses.append(response.status)
        call.final_status, call.final_headers = response.status, list(response.headers)
        detail = line_of(response)
        if response.status < 300:
            call.answered_at = now
            self._book.finish(leg, "ended", "", detail, now)
            return
        if response.status in AUTHORIZATION:
            reason = leg.credentials.accept(response)
            if not reason:
                self._line.note(call.call_id, "challenged", detail, now)
                leg.seen.clear()
                leg.sequence += 1
                leg.opening = self._line.again(leg, request, leg.sequence)
                self._line.send(leg, leg.opening, now)
                return
            detail = f"{detail}: {reason}"
        self._book.finish(leg, "refused", "", detail, now)

    def _provisional(self, leg: Leg, response: Response, now: float) -> None:
        copy = hash(response.raw or bytes(response))
        if copy in leg.seen or len(leg.seen) >= MAX_PROVISIONALS:
            return
        leg.seen.add(copy)
        leg.call.responses.append(response.status)
        if response.status > 100 and leg.call.state == "trying":
            leg.call.state = "ringing"
            self._line.note(leg.call.call_id, "ringing", line_of(response), now)
