"""Callbacks, of a call's progress or of a recording's: one at a time, in order, never in the way of the call."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from sipdomain.entries import Alert
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.webhooks.exchange import CallIdentity, Exchange, FetchFailed, Finished, ordered
from sipdomain.twilio.webhooks.urls import Parameters

if TYPE_CHECKING:
    from sipdomain.twilio.calls.leg import Leg


class CallbackQueue:
    """Asks callback URLs: one request at a time, in order; one that fails is told, and the next goes out."""

    __slots__ = ("_asked", "_engine", "_identity", "_purpose", "_waiting")

    def __init__(
        self, engine: Engine, identity: CallIdentity, purpose: Literal["recording", "status"]
    ) -> None:
        self._engine = engine
        self._identity = identity
        self._purpose: Literal["recording", "status"] = purpose
        self._waiting: deque[Exchange] = deque()
        self._asked: Exchange | None = None

    def put(self, method: str, url: str, parameters: Parameters, turn: Turn) -> None:
        """Queue a request; each call and each recording has at most four."""
        engine = self._engine
        self._waiting.append(
            Exchange(
                self._identity, self._purpose, method, url, parameters,
                new_token=engine.identifiers.new_token, idempotency=engine.identifiers.new_uuid(),
            )
        )  # fmt: skip
        self._next(turn)

    def _next(self, turn: Turn) -> None:
        if self._asked is None and self._waiting:
            self._asked = self._waiting.popleft()
            self._engine.exchanges.begin(self._asked, self._done, turn)

    def _done(self, finished: Finished, turn: Turn) -> None:
        asked, self._asked = self._asked, None
        if isinstance(finished, FetchFailed):
            identity = self._identity
            turn.out.append(
                Alert(
                    at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id, code=15003,
                    level="warning", text=f"{self._purpose} callback {finished.url}: {finished.reason}",
                    token=asked.token if asked is not None else 0,
                )
            )  # fmt: skip
        self._next(turn)


class Callbacks:
    """Tells the status callback URL of a call's progress: at most once of each event."""

    __slots__ = ("_call", "_engine", "_queue", "_sequence")

    def __init__(self, engine: Engine, call: Leg) -> None:
        self._engine = engine
        self._call = call
        self._queue = CallbackQueue(engine, call.identity, "status")
        self._sequence = 0

    def tell(self, event: str, status: str, turn: Turn) -> None:
        """Queue the callback for an event, if it is wanted and there is a URL.

        Args:
            event: "initiated", "ringing", "answered" or "completed".
            status: The CallStatus to send.
            turn: Now, and where outputs go.
        """
        call, handling = self._call, self._call.handling
        if not handling.status_callback or event not in handling.events:
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
        self._queue.put(handling.status_callback_method, handling.status_callback, parameters, turn)


@lru_cache(maxsize=64)
def timestamp(second: int) -> str:
    """Return whole Unix seconds as in RFC 2822."""
    return format_datetime(datetime.fromtimestamp(second, UTC))
