"""A path's replies, and the HTTP responses they become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from flask import Response

from mock_webhooks import delay


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply, checked.

    Attributes:
        status: 200 to 599.
        body: What to send; unused when there is a file.
        content_type: "" for none.
        headers: Further header fields.
        delay: Seconds to wait first.
        file: A file whose bytes are read anew for each request.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    file: Path | None = None

    def respond(self) -> Response:
        """Return the HTTP response; a file that has gone since gives 404."""
        body = self.body
        if self.file is not None:
            try:
                body = self.file.read_bytes()
            except OSError:
                return Response(f"{self.file.name} is gone", 404, content_type="text/plain")
        response = Response(body, self.status, self.headers, content_type=self.content_type)
        if not self.content_type:
            del response.headers["Content-Type"]
        if self.delay:
            response.headers[delay.HEADER] = f"{self.delay:g}"
        return response


class Script:
    """The replies of one path, handed out in turn; the last one stays. Safe to use from several threads.

    Args:
        replies: At least one.
    """

    def __init__(self, replies: Sequence[Reply]) -> None:
        self._lock = Lock()
        self._replies = tuple(replies)
        self._next = 0

    def respond(self) -> Response:
        """Return the response to the next request."""
        with self._lock:
            reply = self._replies[self._next]
            self._next = min(self._next + 1, len(self._replies) - 1)
        return reply.respond()
