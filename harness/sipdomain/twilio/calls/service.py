"""What calls stand on and methods work with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

from sipdomain.twilio.calls.table import C, LiveCalls
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.interpreter.voice import Conferences, Dialler, Queues
from sipdomain.twilio.signalling.user_agent import UserAgent


@dataclass(frozen=True, slots=True)
class ServiceOf(Generic[C]):
    """The parts of one emulator, put together; `Service` in `calls.leg` is that of legs.

    Attributes:
        engine: Settings, stores, alarms, and what is waited for.
        agent: Speaks SIP.
        calls: The calls that are not over.
        conferences: Where calls meet.
        queues: Where calls wait.
        dialler: Calls others for a call.
    """

    engine: Engine
    agent: UserAgent
    calls: LiveCalls[C]
    conferences: Conferences
    queues: Queues
    dialler: Dialler
