"""A 200 to an INVITE, sent again until its ACK comes (RFC 3261 section 13.3.1.4)."""

from __future__ import annotations

from sipdomain.sip.message import Response
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.signalling.user_agent import UserAgent


class Acceptance:
    """One 200 on its way to its ACK: after T1, then twice as long each time, at most T2, for 64 T1.

    Also over TCP and TLS: a proxy on the way may have lost it.

    Attributes:
        number: The CSeq number of the INVITE, which the ACK repeats.
    """

    __slots__ = (
        "_agent", "_alarm", "_engine", "_give_up", "_interval", "_response", "_transaction", "_until", "number",
    )  # fmt: skip

    def __init__(
        self, engine: Engine, agent: UserAgent, transaction: Transaction, response: Response, give_up: Then, turn: Turn,
    ) -> None:  # fmt: skip
        """Send it; `give_up` is called when its time is over."""
        timers = engine.settings.timers
        self.number = response.cseq.number
        self._engine = engine
        self._agent = agent
        self._transaction = transaction
        self._response = response
        self._give_up = give_up
        self._interval = timers.t1
        self._until = turn.now + 64 * timers.t1
        agent.respond(transaction, response, turn)
        self._alarm = engine.alarms.set(turn.now + self._interval, self._again)

    def _again(self, turn: Turn) -> None:
        if turn.now >= self._until:
            self._give_up(turn)
            return
        engine, agent = self._engine, self._agent
        agent.respond(self._transaction, self._response, turn)
        self._interval = min(self._interval * 2, engine.settings.timers.t2)
        self._alarm = engine.alarms.set(min(turn.now + self._interval, self._until), self._again)

    def stop(self) -> None:
        """Send it no more."""
        self._engine.alarms.cancel(self._alarm)
