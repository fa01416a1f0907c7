"""Hold and resume: the phone offers its audio anew by re-INVITE (RFC 3264 section 8.4, RFC 6337 section 5.3)."""

from __future__ import annotations

from functools import partial
from typing import Final

from sipdomain.errors import LocalProtocolError, MediaError
from sipdomain.media.sdp import Direction
from sipdomain.phone.book import CallBook
from sipdomain.phone.leg import Leg, Renewal
from sipdomain.phone.line import ALLOW, SDP, Line
from sipdomain.sip.credentials import AUTHORIZATION
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Send
from sipdomain.sip.reinvite import GONE, glare_pause

MOST_GLARES: Final = 5
"""How often a re-INVITE is sent again after 491, which says that the peer's own is under way."""


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
        leg.renewal = Renewal(direction, leg.session.negotiation.direction)
        leg.call.hold = "resuming" if direction == "sendrecv" else "holding"
        leg.call.hold_refusal = 0
        self._offer(leg, leg.renewal, now)

    def _offer(self, leg: Leg, renewal: Renewal, now: float) -> None:
        """Send the re-INVITE; later, when an INVITE or an offer of the peer is under way (RFC 3261 section 14.1)."""
        if leg.call.is_over or leg.dialog is None or leg.session is None:
            return
        if leg.acceptance is not None or leg.session.offering:
            self._try_later(leg, renewal, 491, now)
            return
        leg.session.negotiation.direction = renewal.direction
        body = leg.session.offer()
        fields = [self._line.contact(leg), ("Allow", ALLOW), ("Content-Type", SDP)]
        invite = self._line.within(leg, leg.dialog, "INVITE", fields, body)
        self._send(leg, renewal, invite, now)

    def _send(self, leg: Leg, renewal: Renewal, invite: Request, now: float) -> None:
        renewal.invite = invite
        self._line.send(leg, invite, now, self)

    def response(self, leg: Leg, request: Request, response: Response, now: float) -> None:
        """Take a response to a re-INVITE.

        Raises:
            RemoteProtocolError: Something in it that is needed cannot be read.
        """
        renewal = leg.renewal
        if response.status < 200 or renewal is None or request is not renewal.invite:
            return
        if response.status < 300:
            self._accepted(leg, renewal, response, now)
        elif renewal.is_over or leg.call.is_over:
            return
        elif response.status in AUTHORIZATION and not leg.credentials.accept(response) and leg.dialog:
            leg.dialog.local_sequence += 1
            self._send(leg, renewal, self._line.again(leg, request, leg.dialog.local_sequence), now)
        elif response.status == 491:
            self._withdraw(leg, renewal)
            self._try_later(leg, renewal, 491, now)
        else:
            self._refused(leg, renewal, response.status, now)

    def lost(self, leg: Leg, request: Request, status: int, now: float) -> None:
        """Take note that no final response came to a re-INVITE."""
        if leg.renewal is not None and request is leg.renewal.invite and not leg.renewal.is_over:
            self._refused(leg, leg.renewal, status, now)
            self._book.hang_up(leg, "failed", f"a re-INVITE: {self._line.why_lost(status)}", now)

    def _accepted(self, leg: Leg, renewal: Renewal, response: Response, now: float) -> None:
        if renewal.ack is not None:
            # The 2xx came again, because the ACK was lost.
            self._line.do(renewal.ack)
            return
        if leg.dialog is None or leg.session is None or renewal.invite is None:
            return
        leg.dialog.refresh_target(response)
        renewal.ack = self._acknowledgement(leg, renewal.invite)
        self._line.do(renewal.ack)
        renewal.is_over = True
        if leg.call.is_over:
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
        renewal.invite = None
        if leg.session is not None:
            leg.session.negotiation.withdraw()
            leg.session.negotiation.direction = renewal.before

    def _try_later(self, leg: Leg, renewal: Renewal, status: int, now: float) -> None:
        """Offer again after the pause of RFC 3261 section 14.1, which differs so that the two ends do not meet again."""
        renewal.glares += 1
        if renewal.glares > MOST_GLARES:
            self._refused(leg, renewal, status, now)
            return
        pause = glare_pause(self._line.number(), is_owner=not leg.call.caller)
        self._line.note(leg.call.call_id, "waiting", f"{status} Request Pending, {pause:.2f} s", now)
        self._line.alarms.set(now + pause, partial(self._offer, leg, renewal))
