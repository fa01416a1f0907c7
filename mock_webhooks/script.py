"""A path's replies, and the HTTP responses they become."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from flask import Request, Response, request

from mock_webhooks import delay

UNMATCHED: Final = "X-Mock-Unmatched"
"""The header field of the answer to a request that no reply is for; it names the request."""
_LONGEST_NAMED: Final = 200
Value = str | Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class When:
    """What a request must be for a reply to be its answer.

    Attributes:
        method: "GET" or "POST", or "" for either.
        parameters: Those that it must have, each with its value, or with what says whether a value will do.
        headers: Header fields that it must have, likewise.
    """

    method: str = ""
    parameters: tuple[tuple[str, Value], ...] = ()
    headers: tuple[tuple[str, Value], ...] = ()

    def holds(self, asked: Request) -> bool:
        """Return whether a request is so."""
        return (
            self.method in ("", asked.method)
            and all(_has(value, asked.values.getlist(name)) for name, value in self.parameters)
            and all(_has(value, asked.headers.getlist(name)) for name, value in self.headers)
        )


def _has(value: Value, got: Sequence[str]) -> bool:
    return any(each == value if isinstance(value, str) else value(each) for each in got)


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
        when: For which requests it is; None for all.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0.0
    file: Path | None = None
    when: When | None = None

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
    """The replies of one path. Safe to use from several threads.

    The first whose `when` is met is the answer; else those without `when` are, in turn, of which the last one stays.

    Args:
        replies: At least one.
    """

    def __init__(self, replies: Sequence[Reply]) -> None:
        self._lock = Lock()
        self._chosen = tuple((each.when, each) for each in replies if each.when is not None)
        self._replies = tuple(each for each in replies if each.when is None)
        self._next = 0

    def respond(self) -> Response:
        """Return the response to the next request; 500, and which request it is, where no reply is for it."""
        for when, reply in self._chosen:
            if when.holds(request):
                return reply.respond()
        if not self._replies:
            return self._unmatched()
        with self._lock:
            reply = self._replies[self._next]
            self._next = min(self._next + 1, len(self._replies) - 1)
        return reply.respond()

    def _unmatched(self) -> Response:
        named = dict.fromkeys(name for when, _ in self._chosen for name, _ in when.parameters)
        fields = dict.fromkeys(name for when, _ in self._chosen for name, _ in when.headers)
        got = [f"{name}={request.values.get(name, '(none)')}" for name in named]
        got += [f"{name}: {request.headers.get(name, '(none)')}" for name in fields]
        said = f"{request.method} {request.path}{' with ' if got else ''}{', '.join(got)}"
        line = "".join(each if " " <= each <= "~" else "?" for each in said)[:_LONGEST_NAMED]
        response = Response(f"No reply is for {line}\n", 500, content_type="text/plain; charset=utf-8")
        response.headers[UNMATCHED] = line
        return response
