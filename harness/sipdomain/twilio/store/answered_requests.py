"""The HTTP requests about calls, and their answers: what webhooks were asked, and what changed a call by the REST API."""

from __future__ import annotations

from itertools import chain
from typing import Final

from sipdomain.twilio.store.bounded import Bounded
from sipdomain.values import lean_value

MOST: Final = 2_000
"""How many requests about calls are kept; past that the oldest goes first."""
MOST_BYTES: Final = 16 * 1024 * 1024
"""How many bytes they may have in all; past that the oldest goes first."""
LONGEST_BODY: Final = 4_096
"""How many bytes of an answer's body are kept: the rest is cut off."""


@lean_value
class Exchange:
    """A request that was answered, or was not to be.

    Attributes:
        number: Counts up in the order of the answers.
        call_sid: The call.
        created_at: When the answer came, in Unix seconds.
        duration: How long that took, in seconds.
        method: "GET" or "POST".
        url: The whole URL.
        parameters: In the order sent.
        status: The HTTP status, or 0 without an answer.
        content_type: Of the answer, or "".
        body: The begin of the answer's body.
    """

    number: int
    call_sid: str
    created_at: float
    duration: float
    method: str
    url: str
    parameters: tuple[tuple[str, str], ...]
    status: int
    content_type: str
    body: bytes

    @property
    def size(self) -> int:
        """How much it takes, in characters and bytes."""
        parameters = sum(map(len, chain.from_iterable(self.parameters)))
        return len(self.url) + len(self.content_type) + len(self.body) + parameters


class Exchanges:
    """The latest exchanges of all calls, in the order of the answers."""

    __slots__ = ("_kept", "_last")

    def __init__(self) -> None:
        self._kept: Bounded[int, Exchange] = Bounded(MOST, MOST_BYTES)
        self._last = 0

    def add(
        self, call_sid: str, *, at: float, duration: float, method: str, url: str,
        parameters: tuple[tuple[str, str], ...], status: int, content_type: str, body: bytes,
    ) -> None:  # fmt: skip
        """Keep an exchange; the fields are those of `Exchange`."""
        self._last += 1
        made = Exchange(
            self._last,
            call_sid,
            at,
            duration,
            method,
            url,
            parameters,
            status,
            content_type,
            body[:LONGEST_BODY],
        )
        self._kept.put(made.number, made, made.size)

    def of(self, call_sid: str) -> list[Exchange]:
        """Return a call's, the first answer coming first."""
        return [each for each in self._kept if each.call_sid == call_sid]

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
