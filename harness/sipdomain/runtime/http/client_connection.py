"""One HTTP/1.1 connection to a customer's server: a request out, its answer in, again and again."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Final, cast

import httptools

from sipdomain.runtime.http.content_coding import CodingError, codings_of, unpacked
from sipdomain.runtime.http.gate import is_self
from sipdomain.sip.outputs import Address
from sipdomain.twilio.webhooks.http import HttpFailure, HttpResponse, HttpResult

_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n")
_TLS_ALERT: Final = b"\x15\x03"
"""How a server that speaks TLS answers a plain request (RFC 8446 section 6)."""
_GIVEN_UP: Final = (b"HTTP/1.1 408", b"HTTP/1.0 408")
"""How a server says that it closes an idle connection (RFC 9110 section 15.5.9)."""
_SPEAKS_TLS: Final = "the server speaks TLS; is the URL https: rather than http:?"
MOST_HEAD: Final = 64 * 1024
"""The largest header section accepted, in bytes."""

Answered = Callable[["HttpConnection", HttpResult], None]


class HttpConnection(asyncio.Protocol):
    """Carries one request at a time. What comes behind the end of an answer is never a part of the next one.

    Attributes:
        is_own: Whether it leads to this process itself; the owner sets it.
        idle_since: When its last answer was complete, in seconds of the loop's clock; the owner sets it.
        active_at: When the request was sent or the last bytes of its answer came, in seconds of the loop's clock.
        reusable: Whether it can carry another request.
        used: How many answers it has carried.
        answering: Whether an answer to the present request has begun: its status line was read.
    """

    def __init__(
        self, lost: Callable[[HttpConnection], None], excess: Callable[[HttpConnection, int], None]
    ) -> None:
        """Make a protocol for `create_connection`.

        Args:
            lost: Told once that the connection is gone.
            excess: Told how many bytes came though nothing was asked: behind the end of the last answer.
        """
        self.idle_since = self.active_at = 0.0
        self.reusable = self.answering = False
        self.used = 0
        self.is_own = False
        self._lost = lost
        self._excess = excess
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._answered: Answered | None = None
        self._parser = httptools.HttpResponseParser(self)
        # RFC 9112 section 5.2: a folded field in an answer is read as if it were not folded.
        self._parser.set_dangerous_leniencies(lenient_headers=True)
        self._most = self._most_audio = 0
        self._fields: list[tuple[str, str]] = []
        self._body = bytearray()
        self._head = 0
        self._tail = b""
        self._left: int | None = None
        self._in_body = False
        self._complete = self._keeps_alive = False

    def ask(self, data: bytes, most: int, most_audio: int, answered: Answered) -> None:
        """Send a request.

        Args:
            data: The whole request.
            most: The largest body accepted, in bytes.
            most_audio: The same for one whose Content-Type is audio.
            answered: Called once with the answer, or with why there is none.
        """
        assert self._transport is not None  # noqa: S101 - asked only once connected
        self._answered = answered
        self._most, self._most_audio = most, max(most, most_audio)
        self._begin()
        self.reusable = self.answering = False
        self.active_at = self._loop.time()
        self._transport.write(data)

    def leads_to(self, own: Address) -> bool:
        """Return whether this process listens at its other end, at an address or at all of them."""
        assert self._transport is not None  # noqa: S101 - asked only once connected
        peer, local = (self._transport.get_extra_info(each) for each in ("peername", "sockname"))
        return bool(peer[1] == own.port and is_self(peer[0], local[0], own.host))

    def _begin(self) -> None:
        self._fields = []
        self._body = bytearray()
        self._head, self._tail, self._left = 0, b"", None
        self._in_body = self._complete = False

    def close(self) -> None:
        """Close it; whoever waits for an answer is not notified."""
        self._answered = None
        self.reusable = False
        if self._transport is not None:
            self._transport.abort()

    # --- asyncio.Protocol --------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport."""
        # uvloop's transports are not subclasses of asyncio's.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes."""
        if self._answered is None:
            if self.reusable and data.strip() and not data.startswith(_GIVEN_UP):
                self._excess(self, len(data))
            self.close()
            return
        self.active_at = self._loop.time()
        broken, begun = False, data[:2]
        try:
            while data and not self._complete:
                data = self._feed(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
            if not self._complete:
                words = str(error) or "the answer is not HTTP/1.1"
                self._end(HttpFailure("protocol", _SPEAKS_TLS if begun.startswith(_TLS_ALERT) else words))
                return
            broken = True  # What came behind the last chunk is not an answer.
        if self._complete:
            self.used += 1
            self.reusable = self._keeps_alive and not data and not broken
            self._end(self._response(excess=len(data) if self._left is not None else 0))
        elif len(self._body) > self._most:
            self._end(HttpFailure("too-large", f"the body has more than {self._most} bytes"))
        elif not self._in_body and self._head > MOST_HEAD:
            self._end(HttpFailure("protocol", f"the header section has more than {MOST_HEAD} bytes"))

    def _feed(self, data: bytes) -> bytes:
        """Parse as far as the header section or the counted body goes; return what is left over."""
        if self._in_body:
            end = len(data) if self._left is None else min(self._left, len(data))
            if self._left is not None:
                self._left -= end
        else:
            # The last bytes of what came before may be the first of the blank line.
            match = _BLANK_LINE.search(self._tail + data)
            end = len(data) if match is None else match.end() - len(self._tail)
            self._tail = (self._tail + data[:end])[-3:] if match is None else b""
            self._head += end
        self._parser.feed_data(data[:end])
        return data[end:]

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
            self._end(self._response() if whole else self._gone(exc))
        self._lost(self)

    def _gone(self, error: Exception | None) -> HttpFailure:
        """Say how much of an answer came before the connection was gone."""
        if self._in_body and self._left is not None:
            came = len(self._body)
            return HttpFailure("cut-off", f"{came} bytes of its Content-Length of {came + self._left} came")
        if self._in_body:
            return HttpFailure("cut-off", f"{len(self._body)} bytes of the body came, and not its end")
        if self.answering:
            return HttpFailure("cut-off", "the header section has no end")
        return HttpFailure("disconnected", str(error or "the server closed the connection without an answer"))

    def _response(self, *, excess: int = 0) -> HttpResult:
        if len(self._body) > self._most:
            return HttpFailure("too-large", f"the body has more than {self._most} bytes")
        try:
            body = unpacked(bytes(self._body), codings_of(self._fields), self._most)
        except CodingError as error:
            return HttpFailure("coding", f"the body is not what its Content-Encoding says: {error}")
        if len(body) > self._most:
            return HttpFailure("too-large", f"the body unpacks to more than {self._most} bytes")
        return HttpResponse(self._parser.get_status_code(), tuple(self._fields), body, excess)

    def _end(self, result: HttpResult) -> None:
        answered, self._answered = self._answered, None
        if not self.reusable and self._transport is not None:
            self._transport.abort()
        if answered is not None:
            answered(self, result)

    # --- httptools ---------------------------------------------------------------------------------------

    def on_status(self, _: bytes) -> None:
        """Take the reason phrase: the status line could be read."""
        self.answering = True

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header field."""
        if not self._complete:
            self.answering = True
            self._fields.append((_text(name), _text(value)))

    def on_headers_complete(self) -> None:
        """Take the end of the header section."""
        self._in_body = self.answering = True
        fields = {name.lower(): value for name, value in self._fields}
        length = fields.get("content-length", "")
        if "transfer-encoding" not in fields and length.isdecimal():
            self._left = int(length)
        if fields.get("content-type", "").lstrip().lower().startswith("audio/"):
            self._most = self._most_audio

    def on_body(self, body: bytes) -> None:
        """Take a part of the body; past the limit it is dropped."""
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
