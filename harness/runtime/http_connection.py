"""One HTTP/1.1 connection to a customer's server: a request out, its answer in, again and again."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from typing import Final, cast

import httptools

from harness.twilio.http import HttpFailure, HttpResponse, HttpResult

_ZIPPED: Final = frozenset({"gzip", "x-gzip", "deflate"})
MOST_HEAD: Final = 64 * 1024
"""The largest header section accepted, in bytes."""

Answered = Callable[["HttpConnection", HttpResult], None]


class HttpConnection(asyncio.Protocol):
    """Carries one request at a time.

    Attributes:
        idle_since: When its last answer was complete, in seconds of the owner's clock; the owner sets it.
        reusable: Whether it can carry another request.
    """

    def __init__(self, lost: Callable[[HttpConnection], None]) -> None:
        """Make a protocol for `create_connection`; `lost` is told once that the connection is gone."""
        self.idle_since = 0.0
        self.reusable = False
        self._lost = lost
        self._transport: asyncio.Transport | None = None
        self._answered: Answered | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._most = 0
        self._fields: list[tuple[str, str]] = []
        self._body = bytearray()
        self._head = 0
        self._in_body = False
        self._complete = False
        self._keeps_alive = self._unasked = False

    def ask(self, data: bytes, most: int, answered: Answered) -> None:
        """Send a request.

        Args:
            data: The whole request.
            most: The largest body accepted, in bytes.
            answered: Called once with the answer, or with why there is none.
        """
        assert self._transport is not None  # noqa: S101 - asked only once connected
        self._answered = answered
        self._most = most
        self._begin()
        self.reusable = False
        self._transport.write(data)

    def _begin(self) -> None:
        self._fields = []
        self._body = bytearray()
        self._head = 0
        self._in_body = self._complete = False

    def close(self) -> None:
        """Close it; whoever waits for an answer is not told."""
        self._answered = None
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()

    # --- asyncio.Protocol --------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        # uvloop's transports are no subclasses of asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes."""
        if self._answered is None:
            self.close()  # Nothing was asked.
            return
        if not self._in_body:
            self._head += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            self._end(HttpFailure("protocol", str(error) or "the answer is not HTTP/1.1"))
            return
        if self._complete:
            self.reusable = self._keeps_alive and not self._unasked
            self._end(self._response())
        elif len(self._body) > self._most:
            self._end(HttpFailure("too-large", f"the body has more than {self._most} bytes"))
        elif not self._in_body and self._head > MOST_HEAD:
            self._end(HttpFailure("protocol", f"the header section has more than {MOST_HEAD} bytes"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Take the news that it is gone."""
        self.reusable = False
        self._transport = None
        if self._answered is not None:
            # RFC 9112 section 6.3: without a length, the body lasts until the connection closes.
            names = {name.lower() for name, _ in self._fields}
            whole = (
                self._in_body and exc is None and names.isdisjoint({"content-length", "transfer-encoding"})
            )
            gone = HttpFailure(
                "disconnected", str(exc or "the server closed the connection without an answer")
            )
            self._end(self._response() if whole else gone)
        self._lost(self)

    def _response(self) -> HttpResult:
        if len(self._body) > self._most:
            return HttpFailure("too-large", f"the body has more than {self._most} bytes")
        body = bytes(self._body)
        if any(
            name.lower() == "content-encoding" and value.strip().lower() in _ZIPPED
            for name, value in self._fields
        ):
            try:
                body = zlib.decompressobj(wbits=47).decompress(body, self._most + 1)
            except zlib.error as error:
                return HttpFailure("protocol", f"the body is not what its Content-Encoding says: {error}")
            if len(body) > self._most:
                return HttpFailure("too-large", f"the body unpacks to more than {self._most} bytes")
        return HttpResponse(self._parser.get_status_code(), tuple(self._fields), body)

    def _end(self, result: HttpResult) -> None:
        answered, self._answered = self._answered, None
        if not self.reusable and self._transport is not None:
            self._transport.abort()
        if answered is not None:
            answered(self, result)

    # --- httptools ---------------------------------------------------------------------------------------

    def on_message_begin(self) -> None:
        """Take the begin of an answer; one more than was asked for spoils the connection."""
        self._unasked = self._unasked or self._complete

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field."""
        if not self._complete:
            self._fields.append((_text(name), _text(value)))

    def on_headers_complete(self) -> None:
        """Take the end of the header section."""
        self._in_body = True

    def on_body(self, body: bytes) -> None:
        """Take a part of the body; past the limit it is let go."""
        if not self._complete and len(self._body) <= self._most:
            self._body += body

    def on_message_complete(self) -> None:
        """Take the end of an answer; an interim one (RFC 9110 section 15.2) is passed over."""
        if self._parser.get_status_code() < 200:
            self._begin()
        else:
            self._complete = True
            self._keeps_alive = self._parser.should_keep_alive()


def _text(field: bytes) -> str:
    return field.decode("utf-8", "surrogateescape")
