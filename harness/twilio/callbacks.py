"""The status callbacks of one call: one at a time, in order, never in the way of the call."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from harness.journal import Alert
from harness.twilio.cloud import Cloud, Turn
from harness.twilio.webhooks import Exchange, FetchFailed, Finished, Parameters, ordered

if TYPE_CHECKING:
    from harness.twilio.leg import Leg


class Callbacks:
    """Tells the status callback URL of a call's progress: at most once of each event."""

    __slots__ = ("_asked", "_busy", "_call", "_cloud", "_sequence", "_waiting")

    def __init__(self, cloud: Cloud, call: Leg) -> None:
        self._cloud = cloud
        self._call = call
        self._waiting: deque[Parameters] = deque()
        self._busy = False
        self._asked: Exchange | None = None
        self._sequence = 0

    def tell(self, event: str, status: str, turn: Turn) -> None:
        """Queue the callback for an event, if it is wanted and there is a URL.

        Args:
            event: "initiated", "ringing", "answered" or "completed".
            status: The CallStatus to send.
            turn: Now, and where outputs go.
        """
        call = self._call
        if not call.handling.status_callback or event not in call.handling.events:
            return
        extra = {
            "CallStatus": status,
            "CallbackSource": "call-progress-events",
            "SequenceNumber": str(self._sequence),
            "Timestamp": timestamp(int(self._cloud.wall(turn.now))),
        }
        if event == "completed":
            seconds = call.duration(turn.now)
            extra["CallDuration"] = str(seconds)
            extra["Duration"] = str(-(-seconds // 60))
            extra |= call.recorder.parameters
        self._sequence += 1
        self._waiting.append(ordered({**call.parameters, **extra}, call.sip_headers))
        self._next(turn)

    def _next(self, turn: Turn) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        handling = self._call.handling
        exchange = self._asked = Exchange(
            self._call.identity, "status", handling.status_callback_method,
            handling.status_callback, self._waiting.popleft(),
            new_token=self._cloud.new_token, idempotency=self._cloud.new_uuid(),
        )  # fmt: skip
        self._cloud.exchange(exchange, self._done, turn)

    def _done(self, finished: Finished, turn: Turn) -> None:
        self._busy = False
        if isinstance(finished, FetchFailed):
            identity = self._call.identity
            turn.out.append(
                Alert(
                    at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id, code=15003,
                    level="warning", text=f"status callback {finished.url}: {finished.reason}",
                    token=self._asked.token if self._asked is not None else 0,
                )
            )  # fmt: skip
        self._next(turn)


@lru_cache(maxsize=64)
def timestamp(second: int) -> str:
    """Return whole Unix seconds as in RFC 2822."""
    return format_datetime(datetime.fromtimestamp(second, UTC))
