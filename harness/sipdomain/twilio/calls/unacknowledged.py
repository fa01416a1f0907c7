"""A 200 of ours to an INVITE that is not acknowledged yet, and is sent again until it is."""

from __future__ import annotations

from sipdomain.sip.invite_server import Acceptance
from sipdomain.sip.message import Request, Response
from sipdomain.sip.transactions import Transaction
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Then, Turn
from sipdomain.twilio.signalling.user_agent import UserAgent


class Unacknowledged:
    """One 200 on its way to its ACK."""

    __slots__ = ("_acceptance", "_agent", "_alarm", "_engine", "_give_up", "_transaction")

    def __init__(
        self, engine: Engine, agent: UserAgent, transaction: Transaction, response: Response, give_up: Then, turn: Turn,
    ) -> None:  # fmt: skip
        """Send it; `give_up` is called when its time is over."""
        self._engine = engine
        self._agent = agent
        self._transaction = transaction
        self._give_up = give_up
        self._acceptance = Acceptance(response, engine.settings.timers, turn.now)
        agent.respond(transaction, response, turn)
        self._alarm = engine.alarms.set(self._acceptance.at, self._again)

    def _again(self, turn: Turn) -> None:
        if not self._acceptance.due(turn.now):
            self._give_up(turn)
            return
        self._agent.respond(self._transaction, self._acceptance.response, turn)
        self._alarm = self._engine.alarms.set(self._acceptance.at, self._again)

    def is_acknowledged_by(self, ack: Request) -> bool:
        """Return whether an ACK within the dialog is this 200's."""
        return self._acceptance.is_acknowledged_by(ack)

    def stop(self) -> None:
        """Send it no more."""
        self._engine.alarms.cancel(self._alarm)
