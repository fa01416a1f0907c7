"""Bytes to messages: datagrams, start lines, folded lines, and what every message must have."""

from __future__ import annotations

import re
from typing import Final

from harness.errors import RemoteProtocolError
from harness.sip.headers import Headers
from harness.sip.message import Message, Request, Response

MAX_MESSAGE: Final = 65_535
"""The largest message accepted, in bytes: what one UDP datagram can carry."""
MAX_HEADERS: Final = 400
"""The largest number of header fields accepted in one message."""

_FOLD: Final = re.compile(r"[ \t]*\r?\n[ \t]+")
_BARE_LINE_FEED: Final = re.compile(rb"(?<!\r)\n")
_REQUEST_LINE: Final = re.compile(r"([A-Za-z0-9\-.!%*_+`'~]+) (\S+) (SIP/\d+\.\d+)", re.IGNORECASE)
_STATUS_LINE: Final = re.compile(r"(SIP/\d+\.\d+) ([1-6]\d\d)(?: (.*))?", re.IGNORECASE)
_USUAL_NAMES: Final = frozenset(
    {
        "Via", "Max-Forwards", "Contact", "To", "From", "Call-ID", "CSeq", "Allow", "Supported",
        "Content-Type", "User-Agent", "Proxy-Authorization", "Content-Length", "Expires",
        "Route", "Record-Route", "Require",
    }
)  # fmt: skip
_ONCE: Final = ("call-id", "cseq", "from", "to", "max-forwards", "content-length")
_NAME: Final = re.compile(r"[A-Za-z0-9\-.!%*_+`'~]+")


def parse(data: bytes) -> Request | Response:
    """Parse one message: a whole datagram, or what the framing cut out of a stream.

    Header fields are kept as they came; only the shape is checked here, so that an odd
    header field cannot sink a message. `check` says whether it can be worked with.

    Raises:
        RemoteProtocolError: It has no start line, no header fields, or is too large.
    """
    if len(data) > MAX_MESSAGE:
        raise RemoteProtocolError("message too large", status_hint=513)
    head, gap, body = data.partition(b"\r\n\r\n")
    if not gap:
        # Lenient in what we accept: a message that ends its lines with LF alone.
        head, gap, body = _BARE_LINE_FEED.sub(b"\r\n", data).partition(b"\r\n\r\n")
        if not gap:
            raise RemoteProtocolError("no empty line after the header fields")
    text = head.decode("utf-8", "surrogateescape").lstrip("\r\n")
    if "\n " in text or "\n\t" in text:
        text = _FOLD.sub(" ", text)
    lines = text.split("\r\n")
    if len(lines) > MAX_HEADERS:
        raise RemoteProtocolError(f"more than {MAX_HEADERS} header fields", status_hint=513)
    items: list[tuple[str, str]] = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            raise RemoteProtocolError(f"not a header field: {line[:60]!r}")
        items.append((name.rstrip(), value.strip()))
    return _start(lines[0], Headers(items), body, data)


def _start(line: str, headers: Headers, body: bytes, raw: bytes) -> Request | Response:
    status = _STATUS_LINE.fullmatch(line)
    if status is not None:
        return Response(int(status[2]), status[3] or "", headers, body, raw=raw, version=status[1])
    request = _REQUEST_LINE.fullmatch(line)
    if request is None:
        return _broken_request(line, headers, body, raw)
    return Request(request[1], request[2], headers, body, raw=raw, version=request[3])


def _broken_request(line: str, headers: Headers, body: bytes, raw: bytes) -> Request:
    """Save what can be answered with 400: a request line with blanks in or round its URI."""
    method, _, rest = line.partition(" ")
    target, _, version = rest.rstrip().rpartition(" ")
    if not _NAME.fullmatch(method) or not version.upper().startswith("SIP/"):
        raise RemoteProtocolError(f"not a start line: {line[:60]!r}")
    return Request(method, target, headers, body, raw=raw, version=version)


def check(message: Message) -> None:
    """Check what the rest of the program takes for granted, and trim the body to Content-Length.

    Raises:
        RemoteProtocolError: With the status to answer with: 400, or 505 for another version.
    """
    if message.via.branch == "":
        raise RemoteProtocolError("empty branch in Via")
    cseq, _from, _to = message.cseq, message.from_, message.to
    if not message.call_id:
        raise RemoteProtocolError("empty Call-ID")
    for name in _ONCE:
        if len(message.headers.all(name)) > 1:
            raise RemoteProtocolError(f"more than one {name} header field")
    for name, _value in message.headers:
        if name not in _USUAL_NAMES and not _NAME.fullmatch(name):
            raise RemoteProtocolError(f"not a header field name: {name[:40]!r}")
    if isinstance(message, Request):
        if message.version.upper() != "SIP/2.0":
            raise RemoteProtocolError(f"SIP version {message.version}", status_hint=505)
        if cseq.method != message.method:
            raise RemoteProtocolError(f"CSeq says {cseq.method}, the request line {message.method}")
        _ = message.uri
    _trim(message)


def _trim(message: Message) -> None:
    text = message.headers.get("content-length")
    if text is None:
        return
    if not text.isascii() or not text.isdigit():
        raise RemoteProtocolError(f"not a Content-Length: {text[:20]!r}")
    length = int(text[:7])
    if length > len(message.body):
        raise RemoteProtocolError(f"Content-Length says {length}, the body has {len(message.body)} bytes")
    # RFC 3261 section 18.3: bytes past the Content-Length of a datagram are discarded.
    message.body = message.body[:length]
