"""The connections of the HTTP server: how many there are, and how long one may be idle. Imported late: aiohttp is large."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Final, cast

from aiohttp import web

from sipdomain.sip.sources import Shares, source_of

MOST_CONNECTIONS: Final = 512
"""How many one source may have open while there are no others; one more gets 503 and is closed."""
MOST_IN_ALL: Final = 682
"""How many may be open in all; of several sources each may have at most three times what is free."""
IDLE: Final = 75.0
"""How long a connection may stay open on which nothing is asked, in seconds."""
MOST_REFUSED: Final = 64
"""How many refused clients may still read their 503; past that one more is cut off."""
REFUSED_WITHIN: Final = 1.0
"""How long a refused client may take to read it, in seconds."""
_BODY: Final = f"sipdomain: {MOST_CONNECTIONS} connections are open, which is the most\n".encode()
_FULL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nRetry-After: 1\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(_BODY), _BODY)
)
_WRONG: Final = {
    400: "this is not valid HTTP: send a request line, header fields and a body as RFC 9112 has them",
    413: "the body is too large",
    431: "the request line or the header fields are too long",
    500: "the request could not be answered; the log of `serve` says why",
}


class Connections(web.Server):
    """A server that has at most so many."""

    def __init__(self, handler: Any, **options: Any) -> None:
        """Make one; the arguments are those of `aiohttp.web.Server`."""
        super().__init__(handler, keepalive_timeout=IDLE, **options)
        self._refused: set[asyncio.Transport] = set()
        self._shares = Shares(MOST_IN_ALL)
        self._sources: dict[web.RequestHandler, str] = {}

    def __call__(self) -> web.RequestHandler:
        """Return what serves a further connection: who that is for is known when it is there."""
        return cast(web.RequestHandler, _Arriving(self._choose))

    def _serving(self) -> web.RequestHandler:
        return _Handler(self, loop=self._loop, **self._kwargs)

    def _choose(self, source: str) -> asyncio.Protocol:
        if not self._shares.allows(source):
            return _Full(self._refused)
        handler = self._serving()
        self._shares.take(source)
        self._sources[handler] = source
        return handler

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        """Take the news that one is gone."""
        super().connection_lost(handler, exc)
        source = self._sources.pop(handler, None)
        if source is not None:
            self._shares.give_back(source)

    async def shutdown(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - the signature is aiohttp's
        """End every connection."""
        for transport in tuple(self._refused):
            transport.abort()
        await super().shutdown(timeout)


class _Handler(web.RequestHandler):
    """Serves one connection; what is wrong with a request is said in our own words."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Log what went wrong, as the library does, and answer."""
        super().handle_error(request, status, exc, message)
        said = _WRONG.get(status, _WRONG[400] if status < 500 else _WRONG[500])
        response = web.Response(status=status, text=f"sipdomain: {said}\n")
        response.force_close()
        return response


class _Arriving(asyncio.Protocol):
    """Looks who is there, and hands over to whom serves or refuses them."""

    def __init__(self, choose: Callable[[str], asyncio.Protocol]) -> None:
        self._choose = choose

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hand over."""
        peer = transport.get_extra_info("peername")
        chosen = self._choose(source_of(str(peer[0])) if peer else "")
        transport.set_protocol(chosen)
        chosen.connection_made(transport)


class _Full(asyncio.Protocol):
    """Tells a client that there is no place for it, and lets it read that though it may be writing."""

    def __init__(self, refused: set[asyncio.Transport]) -> None:
        self._refused = refused
        self._transport: asyncio.Transport
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answer, and say that this is the end."""
        self._transport = writing = cast(asyncio.Transport, transport)
        if len(self._refused) >= MOST_REFUSED:
            writing.abort()
            return
        self._refused.add(writing)
        self._timer = asyncio.get_running_loop().call_later(REFUSED_WITHIN, writing.abort)
        writing.write(_FULL)
        if writing.can_write_eof():
            writing.write_eof()
        else:
            writing.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the signature is asyncio's
        """Take the news that it is gone."""
        self._refused.discard(self._transport)
        if self._timer is not None:
            self._timer.cancel()
