"""Remember what was asked of the app: the latest requests, up to a cap."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass, replace
from threading import Lock
from typing import Any, Final

from flask import Request

from mock_webhooks.parameters import read_parameters
from mock_webhooks.signature import Verdict, requested_url

CAPACITY: Final = 1000
"""How many requests are kept; past that the oldest goes."""
MOST_BODY: Final = 64 * 1024
"""How many bytes of a body are kept; of a longer one nothing."""
MOST_BYTES: Final = 16 * 1024 * 1024
"""How many bytes they may have; past that the oldest goes, the latest never."""


@dataclass(frozen=True, slots=True)
class RecordedRequest:
    """One request.

    Attributes:
        index: 0 for the first since the start, or since the recorder was cleared.
        at: The moment, in seconds of the app's clock.
        method: Such as "POST".
        path: Decoded, without the query.
        url: As requested, query included.
        parameters: Those of the query, then those of the form, in the order sent.
        headers: As WSGI hands them on: a repeated field is joined by commas. The secret part of
            Authorization is masked.
        body: The body as it came, read as UTF-8; None when it has more than `MOST_BODY` bytes or was refused.
        body_size: Bytes.
        signature: Whether the provider's signature was right.
    """

    index: int
    at: float
    method: str
    path: str
    url: str
    parameters: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: str | None
    body_size: int
    signature: Verdict

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        fields = sum(100 + len(name) + len(value) for name, value in (*self.parameters, *self.headers))
        return 500 + len(self.path) + len(self.url) + fields + len(self.body or "")


class Recorder:
    """A bounded list of requests, safe to use from several threads; past its capacity the oldest goes.

    Args:
        capacity: How many requests are kept.
        most_bytes: How many bytes they may have.
    """

    def __init__(self, capacity: int = CAPACITY, most_bytes: int = MOST_BYTES) -> None:
        self._lock = Lock()
        self._capacity = capacity
        self._most_bytes = most_bytes
        self._size = 0
        self._requests: deque[RecordedRequest] = deque()
        self._count = 0

    def record(self, request: Request, *, at: float, body: bytes, verdict: Verdict) -> None:
        """Keep a request.

        Args:
            request: The request as Flask sees it.
            at: The moment.
            body: Its body, or b"" when it was refused as too large.
            verdict: Whether its signature is right.
        """
        body_size = len(body) or request.content_length or 0
        entry = RecordedRequest(
            index=0,
            at=at,
            method=request.method,
            path=request.path,
            url=requested_url(request),
            parameters=read_parameters(request, body),
            headers=tuple((name, _masked(name, value)) for name, value in request.headers),
            body=_kept(body, body_size),
            body_size=body_size,
            signature=verdict,
        )
        with self._lock:
            self._requests.append(replace(entry, index=self._count))
            self._size += entry.size
            self._count += 1
            kept = self._requests
            while len(kept) > self._capacity or (self._size > self._most_bytes and len(kept) > 1):
                self._size -= kept.popleft().size

    def requests(self, path: str | None = None) -> tuple[RecordedRequest, ...]:
        """Return the requests kept, oldest first; only those to `path` when it is given."""
        with self._lock:
            return tuple(entry for entry in self._requests if path is None or entry.path == path)

    @property
    def dropped(self) -> int:
        """How many requests were dropped."""
        with self._lock:
            return self._count - len(self._requests)

    def clear(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._requests.clear()
            self._count = self._size = 0

    def as_json(self) -> dict[str, Any]:
        """Return all of it as values that JSON can hold."""
        return {"dropped": self.dropped, "requests": [asdict(entry) for entry in self.requests()]}


def _kept(body: bytes, size: int) -> str | None:
    return body.decode("utf-8", "replace") if size == len(body) <= MOST_BODY else None


def _masked(name: str, value: str) -> str:
    """Return a header field's value without a password in it."""
    return f"{value.partition(' ')[0]} ***" if name.lower() == "authorization" else value
