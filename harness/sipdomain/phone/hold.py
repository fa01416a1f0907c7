"""Hold and resume: the phone offers its audio anew by re-INVITE (RFC 3264 section 8.4, RFC 6337 section 5.3)."""

from __future__ import annotations

from functools import partial

from sipdomain.errors import LocalProtocolError, MediaError
from sipdomain.media.sdp import Direction
from sipdomain.phone.book import CallBook
from sipdomain.phone.leg import Leg, Renewal
from sipdomain.phone.line import ALLOW, SDP, Line
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Send
from sipdomain.sip.reinvite import GONE, PENDING, Accepted, Challenged, Postponed, Refused, Reinvite


class Hold:
    """Carries the re-INVITEs of a phone's calls, one at a time in each, from the offer to the ACK."""

    def __init__(self, line: Line, book: CallBook) -> None:
        self._line = line
        self._book = book

    def renew(self, leg: Leg, direction: Direction, now: float) -> None:
        """Offer the audio with another direction.

        Args:
            leg: The call.
            direction: "sendonly" or "inactive" to hold, "sendrecv" to resume.
            now: The moment.

        Raises:
            LocalProtocolError: The call has no audio yet, is so already, or another re-INVITE is under way.
        """
        if leg.dialog is None or leg.session is None or not leg.session.is_connected:
            raise LocalProtocolError("only a call that is answered can be held or resumed")
        if leg.renewal is not None and not leg.renewal.is_over:
            raise LocalProtocolError("a hold or resume of this call is under way")
        if leg.session.negotiation.direction == direction:
            on_hold = "not on hold" if direction == "sendrecv" else "on hold already"
            raise LocalProtocolError(f"the call is {on_hold}")
        reinvite = Reinvite(self._line.number, is_owner=not leg.call.caller, credentials=leg.credentials)
        leg.renewal = Renewal(direction, leg.session.negotiation.direction, reinvite)
        leg.call.hold = "resuming" if direction == "sendrecv" else "holding"
        leg.call.hold_refusal = 0
        self._offer(leg, leg.renewal, now)

    def _offer(self, leg: Leg, renewal: Renewal, now: float) -> None:
        """Send the re-INVITE; later, when an INVITE or an offer of the peer is under way (RFC 3261 section 14.1)."""
        if leg.call.is_over or leg.dialog is None or leg.session is None:
            return
        if leg.acceptance is not None or leg.session.offering:
            self._follow(leg, renewal, renewal.reinvite.postponed(), now)
            return
        leg.session.negotiation.direction = renewal.direction
        body = leg.session.offer()
        fields = [self._line.contact(leg), ("Allow", ALLOW), ("Content-Type", SDP)]
        invite = self._line.within(leg, leg.dialog, "INVITE", fields, body)
        self._send(leg, renewal, invite, now)

    def _send(self, leg: Leg, renewal: Renewal, invite: Request, now: float) -> None:
        renewal.reinvite.sent(invite)
        self._line.send(leg, invite, now, self)

    def response(self, leg: Leg, _request: Request, response: Response, now: float) -> None:
        """Take a response to a re-INVITE.

        Raises:
            RemoteProtocolError: Something in it that is needed cannot be read.
        """
        renewal, dialog = leg.renewal, leg.dialog
        if renewal is None or dialog is None or (leg.call.is_over and response.status >= 300):
            return
        outcome = renewal.reinvite.received(response, dialog, partial(self._acknowledgement, leg))
        match outcome:
            case None:
                pass
            case Accepted(ack, is_first):
                self._line.do(ack)
                if is_first:
                    self._accepted(leg, renewal, response, now)
            case Challenged(challenged):
                dialog.local_sequence += 1
                self._send(leg, renewal, self._line.again(leg, challenged, dialog.local_sequence), now)
            case Postponed() | Refused():
                self._withdraw(leg, renewal)
                self._follow(leg, renewal, outcome, now)

    def lost(self, leg: Leg, _request: Request, status: int, now: float) -> None:
        """Take note that no final response came to a re-INVITE."""
        if leg.renewal is not None and leg.renewal.reinvite.lost():
            self._refused(leg, leg.renewal, status, now)
            self._book.hang_up(leg, "failed", f"a re-INVITE: {self._line.why_lost(status)}", now)

    def _accepted(self, leg: Leg, renewal: Renewal, response: Response, now: float) -> None:
        renewal.is_over = True
        if leg.call.is_over or leg.session is None:
            return
        try:
            connect = leg.session.take_answer(response)
        except MediaError as error:
            self._book.hang_up(leg, "failed", f"the answer to a re-INVITE: {error}", now)
            return
        self._line.do(*connect)
        leg.call.hold = "" if renewal.direction == "sendrecv" else "held"
        word = "held" if leg.call.hold else "resumed"
        self._line.note(leg.call.call_id, word, leg.session.direction, now)

    def _acknowledgement(self, leg: Leg, invite: Request) -> Send:
        assert leg.dialog is not None  # noqa: S101 - the re-INVITE was sent within it
        ack = leg.dialog.acknowledge(invite, self._line.via(leg), headers=self._line.about())
        return Send(leg.flow, bytes(ack))

    def _refused(self, leg: Leg, renewal: Renewal, status: int, now: float) -> None:
        """Go on as before (RFC 3261 section 14.1), except after 408 and 481: the peer has no such dialog (12.2.1.2)."""
        self._withdraw(leg, renewal)
        renewal.is_over = True
        leg.call.hold = "" if renewal.before == "sendrecv" else "held"
        leg.call.hold_refusal = status
        self._line.note(leg.call.call_id, "hold refused", f"{renewal.direction}: {status}", now)
        if status in GONE:
            self._book.hang_up(leg, "failed", f"a re-INVITE: {status}", now)

    @staticmethod
    def _withdraw(leg: Leg, renewal: Renewal) -> None:
        if leg.session is not None:
            leg.session.negotiation.withdraw()
            leg.session.negotiation.direction = renewal.before

    def _follow(self, leg: Leg, renewal: Renewal, outcome: Postponed | Refused, now: float) -> None:
        """Offer again after a pause, or go on as before."""
        if isinstance(outcome, Refused):
            self._refused(leg, renewal, outcome.status, now)
            return
        words = f"{PENDING} Request Pending, {outcome.pause:.2f} s"
        self._line.note(leg.call.call_id, "waiting", words, now)
        self._line.alarms.set(now + outcome.pause, partial(self._offer, leg, renewal))
