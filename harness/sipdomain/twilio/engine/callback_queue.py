"""Callbacks to one URL: one at a time, in order, never in the way of the call."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Final, Literal

from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.evidence import alert
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.webhooks.exchange import CallIdentity, Exchange, FetchFailed, Finished
from sipdomain.twilio.webhooks.urls import Parameters

CallbackPurpose = Literal["recording", "status", "conference", "stream", "partial", "transcription", "siprec"]
MOST_WAITING: Final = 1_000
"""How many requests may wait for those before them; one more is dropped, and reported."""


class CallbackQueue:
    """Asks callback URLs: one request at a time, in order; one that fails is reported, and the next goes out."""

    __slots__ = ("_asked", "_code", "_engine", "_identity", "_purpose", "_waiting")

    def __init__(
        self,
        engine: Engine,
        identity: CallIdentity,
        purpose: CallbackPurpose,
        code: int = 15003,
    ) -> None:
        """Ask nothing yet.

        Args:
            engine: Where URLs are asked.
            identity: The call they are about.
            purpose: What the journal says of the requests.
            code: The provider's warning for one that fails.
        """
        self._code = code
        self._engine = engine
        self._identity = identity
        self._purpose: CallbackPurpose = purpose
        self._waiting: deque[Exchange] = deque()
        self._asked: Exchange | None = None

    def put(self, method: str, url: str, parameters: Parameters, turn: Turn) -> None:
        """Queue a request: a call and a recording have four at most, others any number."""
        engine = self._engine
        if len(self._waiting) >= MOST_WAITING:
            self._alert(15002, f"{MOST_WAITING} callbacks wait already: one to {url} is dropped", 0, turn)
            return
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
            text = f"{self._purpose} callback {finished.url}: {finished.reason}"
            self._alert(self._code, text, asked.token if asked is not None else 0, turn)
        self._next(turn)

    def _alert(self, code: int, text: str, token: int, turn: Turn) -> None:
        alert(self._identity, code, "warning", text, turn, token=token)


@lru_cache(maxsize=64)
def timestamp(second: int) -> str:
    """Return whole Unix seconds as in RFC 2822."""
    return format_datetime(datetime.fromtimestamp(second, UTC))


def iso_timestamp(wall: float) -> str:
    """Return Unix seconds as "2015-07-20T17:27:10.123Z"."""
    return f"{datetime.fromtimestamp(wall, UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
