"""Callbacks of a call's progress."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sipdomain.twilio.calls.call_webhooks import CallWebhooks
from sipdomain.twilio.calls.recorder import Recorder
from sipdomain.twilio.engine.callback_queue import CallbackQueue, timestamp
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.webhooks.exchange import CallIdentity, ordered


class Reported(Protocol):
    """The call whose progress is reported."""

    @property
    def identity(self) -> CallIdentity:
        """What its webhooks need to know."""

    @property
    def webhooks(self) -> CallWebhooks:
        """Its webhooks."""

    @property
    def parameters(self) -> Mapping[str, str]:
        """The provider's parameters that stay the same, CallStatus excepted."""

    @property
    def sip_headers(self) -> tuple[tuple[str, str], ...]:
        """The `SipHeader_` parameters."""

    @property
    def recorder(self) -> Recorder:
        """Its recordings."""

    def duration(self, now: float) -> int:
        """Return the seconds since the answer."""


class Callbacks:
    """Tells the status callback URL of a call's progress: at most once of each event."""

    __slots__ = ("_call", "_engine", "_queue", "_sequence")

    def __init__(self, engine: Engine, call: Reported) -> None:
        self._engine = engine
        self._call = call
        self._queue = CallbackQueue(engine, call.identity, "status")
        self._sequence = 0

    def notify(self, event: str, status: str, turn: Turn) -> None:
        """Queue the callback for an event, if it is wanted and there is a URL.

        Args:
            event: "initiated", "ringing", "answered" or "completed".
            status: The CallStatus to send.
            turn: Now, and where outputs go.
        """
        call, webhooks = self._call, self._call.webhooks
        if not webhooks.status_callback or event not in webhooks.events:
            return
        extra = {
            "CallStatus": status,
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self._sequence),
            "Timestamp": timestamp(int(self._engine.wall(turn.now))),
        }
        if event == "completed":
            seconds = call.duration(turn.now)
            extra["CallDuration"] = str(seconds)
            extra["Duration"] = str(-(-seconds // 60))
            extra |= call.recorder.parameters
        self._sequence += 1
        parameters = ordered({**call.parameters, **extra}, call.sip_headers)
        self._queue.put(webhooks.status_callback_method, webhooks.status_callback, parameters, turn)
