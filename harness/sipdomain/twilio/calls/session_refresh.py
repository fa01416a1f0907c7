"""The session timer of one call: we refresh by a re-INVITE that changes nothing, or end what nobody refreshes (RFC 4028).

That the service keeps such timers is assumed (rule session-timer): INVITEs of its own have `Supported: timer` and a Min-SE.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from sipdomain.errors import LocalProtocolError
from sipdomain.media.negotiation import Negotiation
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Flow, Send
from sipdomain.sip.reinvite import GONE, Accepted, Postponed, Refused, Reinvite
from sipdomain.sip.session_timer import TIMER, SessionExpires, read
from sipdomain.sip.timers import Alarm
from sipdomain.sip.transactions.transaction import Key
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.signalling.fields import ALLOW, USER_AGENT
from sipdomain.twilio.signalling.user_agent import UserAgent

LEAST: Final = 120
"""The shortest interval taken, in seconds: the Min-SE of an INVITE of the service seen in 2017."""
MIN_SE: Final = ("Min-SE", str(LEAST))
SUPPORTED: Final = ("Supported", TIMER)


class Session(Protocol):
    """The call that a timer belongs to."""

    @property
    def dialog(self) -> Dialog:
        """The dialog with the phone."""

    @property
    def over(self) -> bool:
        """Whether the call has ended."""

    @property
    def negotiation(self) -> Negotiation:
        """Its offers and answers."""

    def refreshed(self, response: Response, turn: Turn) -> None:
        """Take the answer to a refresh of ours."""

    def session_ended(self, reason: str, turn: Turn) -> None:
        """End the call."""

    def next_flow(self) -> Flow:
        """Return the flow for a request of ours."""


class SessionTimer:
    """When the next refresh is due, and the re-INVITE that is under way."""

    __slots__ = (
        "_agent",
        "_agreed",
        "_alarm",
        "_engine",
        "_is_owner",
        "_key",
        "_least",
        "_reinvite",
        "_session",
    )

    def __init__(self, engine: Engine, agent: UserAgent, session: Session, *, is_owner: bool) -> None:
        """Begin without a timer.

        Args:
            engine: Sets alarms.
            agent: Sends the re-INVITEs.
            session: The call.
            is_owner: Whether we made its Call-ID.
        """
        self._engine = engine
        self._agent = agent
        self._session = session
        self._is_owner = is_owner
        self._agreed: SessionExpires | None = None
        self._alarm: Alarm[Then] | None = None
        self._reinvite: Reinvite | None = None
        self._key: Key | None = None
        self._least = LEAST

    @property
    def pending(self) -> bool:
        """Whether a re-INVITE of ours has no final response yet."""
        return self._reinvite is not None and self._reinvite.is_under_way

    def start(self, agreed: SessionExpires | None, *, ours: bool, turn: Turn) -> None:
        """Take up what a 2xx says, from now on.

        Args:
            agreed: The session timer, or None for none.
            ours: Whether we refresh.
            turn: Now, and where outputs go.
        """
        self.stop()
        self._agreed = agreed
        if agreed is not None:
            after = agreed.refreshes_after if ours else agreed.ends_after
            self._set(after, self._refresh if ours else self._expired, turn)

    def stop(self) -> None:
        """Wait for nothing any more."""
        self._engine.alarms.cancel(self._alarm)
        self._alarm = None

    def _set(self, after: float, then: Callable[[Turn], None], turn: Turn) -> None:
        self._alarm = self._engine.alarms.set(turn.now + after, then)

    def _expired(self, turn: Turn) -> None:
        self._alarm = None
        seconds = 0 if self._agreed is None else self._agreed.interval
        self._session.session_ended(f"nobody refreshed the session within its {seconds} s", turn)

    # --- our refresh -------------------------------------------------------------------------------------

    def _refresh(self, turn: Turn) -> None:
        """Begin a refresh."""
        draw = partial(self._engine.rng.getrandbits, 31)
        self._reinvite = Reinvite(draw, is_owner=self._is_owner)
        self._invite(self._reinvite, turn)

    def _invite(self, reinvite: Reinvite, turn: Turn) -> None:
        """Send the INVITE again, with the description that stands (section 7.4)."""
        self._alarm = None
        session, agent, agreed = self._session, self._agent, self._agreed
        if session.over or agreed is None or session.negotiation.latest is None:
            return
        flow = session.next_flow()
        contact = agent.target_fields(flow)[-1]
        fields = [
            contact, ALLOW, USER_AGENT, SUPPORTED, ("Min-SE", str(self._least)),
            ("Session-Expires", f"{max(agreed.interval, self._least)};refresher=uac"),
            ("Content-Type", "application/sdp"),
        ]  # fmt: skip
        try:
            request = session.dialog.request(
                "INVITE", agent.new_via(flow), headers=fields, body=bytes(session.negotiation.latest)
            )
            key = agent.request(request, flow, self, turn)
        except LocalProtocolError:
            self._set(agreed.ends_after - agreed.refreshes_after, self._expired, turn)
            return
        self._key = key
        reinvite.sent(request)
        # Twice as long as an INVITE waits for its first response: no timer of SIP's ends one that got a provisional one.
        self._engine.alarms.set(turn.now + 128 * self._engine.settings.timers.t1, partial(self._give_up, key))

    def _give_up(self, key: Key, turn: Turn) -> None:
        """Wait no more for the final response to an INVITE."""
        self._agent.abandon(key)
        if key == self._key:
            self.unanswered(408, turn)

    def responded(self, response: Response, turn: Turn) -> None:
        """Take a response to our INVITE."""
        reinvite, session = self._reinvite, self._session
        if reinvite is None:
            return
        match reinvite.received(response, session.dialog, self._acknowledgement):
            case Accepted(ack, is_first):
                turn.out.append(ack)
                if is_first:
                    self._accepted(response, turn)
            case Postponed(pause) if not session.over:
                self._set(pause, partial(self._invite, reinvite), turn)
            case Refused() if not session.over and self._agreed is not None:
                self._refused(reinvite, self._agreed, response, turn)
            case _:
                pass

    def _accepted(self, response: Response, turn: Turn) -> None:
        self._session.refreshed(response, turn)
        if not self._session.over:
            granted = read(response)
            ours = granted is None or granted.refresher != "uas"
            self.start(granted or self._agreed, ours=ours, turn=turn)

    def _refused(self, reinvite: Reinvite, agreed: SessionExpires, response: Response, turn: Turn) -> None:
        if response.status in GONE:
            self._session.session_ended(f"the phone answered a refresh with {response.status}", turn)
        elif response.status == 422 and (least := _seconds(response.headers.get("min-se"))) > self._least:
            self._least = least
            self._agreed = SessionExpires(max(agreed.interval, self._least), "uac")
            self._invite(reinvite, turn)
        else:
            # The session goes on to its end; RFC 4028 section 10 has it ended before that.
            self._set(agreed.ends_after - agreed.refreshes_after, self._expired, turn)

    def unanswered(self, status: int, turn: Turn) -> None:
        """No answer came (408), or the way is broken (503)."""
        if self._reinvite is not None and self._reinvite.lost() and not self._session.over:
            self._session.session_ended(f"the phone did not answer a refresh ({status})", turn)

    def _acknowledgement(self, invite: Request) -> Send:
        flow = self._session.next_flow()
        ack = self._session.dialog.acknowledge(invite, self._agent.new_via(flow), headers=(USER_AGENT,))
        return Send(flow, bytes(ack))


def _seconds(text: str | None) -> int:
    digits = (text or "").partition(";")[0].strip()
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= 6 else LEAST
