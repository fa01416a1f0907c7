"""How much an emulator keeps in mind, so that a test can see that nothing of past calls is left."""

from __future__ import annotations

from typing import NamedTuple

from sipdomain.twilio.calls.leg import Service


class Census(NamedTuple):
    """What is open at a moment.

    Attributes:
        calls: Calls that are not over.
        dialogs: Their dialogs, those whose BYE is not answered, recording sessions, and INVITEs of the cloud's own.
        transactions: SIP transactions that are not over.
        exchanges: URLs being asked.
        prompts: Prompts being rendered.
        sockets: WebSockets open or being opened, and media streams that are not counted yet.
        alarms: Moments waited for, SIP's own timers excepted.
    """

    calls: int
    dialogs: int
    transactions: int
    exchanges: int
    prompts: int
    sockets: int
    alarms: int


def take_census(service: Service) -> Census:
    """Return what is open now."""
    engine, agent, calls = service.engine, service.agent, service.calls
    return Census(
        calls=len(calls),
        dialogs=calls.dialogs + len(calls.siprecs) + agent.pending.invites,
        transactions=len(agent.layer),
        exchanges=len(engine.exchanges),
        prompts=len(engine.prompts),
        sockets=len(engine.sockets) + len(engine.streams),
        alarms=len(engine.alarms),
    )
