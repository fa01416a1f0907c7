"""The connections of the HTTP server: how many there are, and how long one may be idle. Imported late: aiohttp is large."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from aiohttp import web

MOST_CONNECTIONS: Final = 512
"""How many may be open at once; one more is closed as soon as it is there."""
IDLE: Final = 75.0
"""How long a connection may stay open on which nothing is asked, in seconds."""


class Connections(web.Server):
    """A server that has at most so many."""

    def __init__(self, handler: Any, **options: Any) -> None:
        """Make one; the arguments are those of `aiohttp.web.Server`."""
        super().__init__(handler, keepalive_timeout=IDLE, **options)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Take a connection, or close it."""
        super().connection_made(handler, transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
