"""Wait as long as a response asks for in `X-Mock-Delay`, so that no view ever sleeps itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HEADER: Final = "X-Mock-Delay"
"""Seconds to wait before the response goes out."""

LONGEST: Final = 60.0

VIRTUAL_TIME: Final = "mock_webhooks.virtual_time"
"""The WSGI environment key by which an in-process caller says that it keeps time itself."""


class DelayMiddleware:
    """Wait, then answer without the header; under virtual time, answer at once and leave the header.

    Args:
        app: The application.
        sleep: Waits for some seconds; `time.sleep` in a server.
    """

    def __init__(self, app: WSGIApplication, *, sleep: Callable[[float], object]) -> None:
        self._app = app
        self._sleep = sleep

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        if environ.get(VIRTUAL_TIME):
            return self._app(environ, start_response)

        def start_later(status: str, headers: list[tuple[str, str]], *args: Any) -> Callable[[bytes], object]:
            delays = [value for name, value in headers if name.lower() == HEADER.lower()]
            for delay in map(seconds, delays[:1]):
                self._sleep(delay)
            kept = [(name, value) for name, value in headers if name.lower() != HEADER.lower()]
            return start_response(status, kept, *args)

        return self._app(environ, start_later)


def seconds(text: str) -> float:
    """Return the seconds that a text names, between 0 and 60; 0 when it names none."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return 0.0 if math.isnan(value) else min(max(value, 0.0), LONGEST)
