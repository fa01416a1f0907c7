"""Bytes to messages: datagrams, start lines, folded lines, and what every message must have."""

from __future__ import annotations

import re
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.cseq import CSeq
from sipdomain.sip.grammar import TOKEN
from sipdomain.sip.headers import USUAL, Headers
from sipdomain.sip.message import Message, Request, Response
from sipdomain.sip.methods import METHODS

MAX_MESSAGE: Final = 65_535
"""The largest message accepted, in bytes: what one UDP datagram can carry."""
MAX_HEADERS: Final = 400
"""The largest number of header fields accepted in one message."""

BAD_LINE_ENDS: Final = "the lines of a message on a stream do not all end with CR LF"

_STRAY: Final = re.compile(r"\r(?!\n)|(?<!\r)\n")
_FOLD: Final = re.compile(r"\r?\n[ \t]+")
_HEAD_END: Final = re.compile(rb"\n\r?\n")
_REQUEST_LINE: Final = re.compile(r"([A-Za-z0-9\-.!%*_+`'~]+) (\S+) (SIP/\d+\.\d+)", re.IGNORECASE | re.ASCII)
_STATUS_LINE: Final = re.compile(r"(SIP/\d+\.\d+) ([1-6]\d\d)(?: (.*))?", re.IGNORECASE | re.ASCII)
_CALL_ID: Final = re.compile(rb"\n(?:call-id|i)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE)
_USUAL_NAMES: Final = frozenset(name.lower() for name in USUAL)
_ONCE: Final = frozenset({"call-id", "cseq", "from", "to", "max-forwards", "content-length"})


def parse(data: bytes) -> Request | Response:
    """Parse one message: a whole datagram, or what the framing cut out of a stream.

    Header fields are kept as they came; only the shape is checked here, so that an odd
    header field cannot sink a message. `check` says whether it can be worked with.

    Raises:
        RemoteProtocolError: It has no start line, or is too large.
    """
    if len(data) > MAX_MESSAGE:
        raise RemoteProtocolError("message too large", status_hint=513)
    start = 0
    while data[start : start + 1] in {b"\r", b"\n"}:
        start += 1  # RFC 3261 section 7.5: empty lines before the start line do not count.
    end = data.find(b"\r\n\r\n", start)
    if end < 0 or data.find(b"\n\n", start, end) >= 0:
        head, body = _split_lenient(data, start)
    else:
        head, body = data[start:end], data[end + 4 :]
    text = head.decode("utf-8", "surrogateescape")
    lines = text.split("\r\n")
    if min(lines) < "!":  # A line that begins with a blank continues the one before.
        text = _FOLD.sub(" ", text)
        lines = text.split("\r\n")
    if text.count("\n") >= len(lines) or text.count("\r") >= len(lines):
        # Nothing of ours may repeat them: to whoever reads lines more leniently they would begin another field.
        lines = _STRAY.sub(" ", text).split("\r\n")
        headers = Headers.from_lines(lines[1:])
        headers.flaw = "CR and LF that are not together end no line"
        return _start(lines[0], headers, body, data)
    return _start(lines[0], Headers.from_lines(lines[1:]), body, data)


def call_id_of(data: bytes) -> str:
    """Return the Call-ID of a message that is not parsed otherwise, or ""."""
    found = _CALL_ID.search(data)
    return found[1].rstrip().decode("utf-8", "surrogateescape") if found is not None else ""


def _split_lenient(data: bytes, start: int) -> tuple[bytes, bytes]:
    """Split a message that ends its lines with LF alone, or whose header fields do not end; its body stays as it is."""
    gap = _HEAD_END.search(data, start)
    if gap is None:
        head, body = data[start:].rstrip(b"\r\n"), b""
    else:
        head, body = data[start : gap.start()].removesuffix(b"\r"), data[gap.end() :]
    return head.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), body


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
    target, _, version = rest.rstrip(" \t").rpartition(" ")
    if not TOKEN.fullmatch(method) or not version.upper().startswith("SIP/"):
        raise RemoteProtocolError(f"not a start line: {line[:60]!r}")
    return Request(method, target, headers, body, raw=raw, version=version)


def check(message: Message, *, telephone: bool = False) -> None:
    """Check what the rest of the program takes for granted, and trim the body to Content-Length.

    Args:
        message: What came.
        telephone: Whether a tel URI may stand in the request line, of any method but REGISTER.

    Raises:
        RemoteProtocolError: With the status to answer with: 400; 505 for another version, 513 for too many
            header fields or too large a body, 501 for a method that nobody knows and CSeq
            contradicts, 416 for a Request-URI of another scheme.
    """
    if isinstance(message, Request) and message.version != "SIP/2.0" and message.version.upper() != "SIP/2.0":
        # First: what another version means by its header fields is not ours to judge.
        raise RemoteProtocolError(f"SIP version {message.version}", status_hint=505)
    if not message.body and _ends_early(message.raw):
        raise RemoteProtocolError("no empty line after the header fields")
    if message.headers.flaw:
        raise RemoteProtocolError(message.headers.flaw)
    if message.via.branch == "":
        raise RemoteProtocolError("empty branch in Via")
    cseq, _from, _to = message.cseq, message.from_, message.to
    if not message.call_id:
        raise RemoteProtocolError("empty Call-ID")
    headers = message.headers
    if len(headers) > MAX_HEADERS:
        raise RemoteProtocolError(f"more than {MAX_HEADERS} header fields", status_hint=513)
    if headers.repeated and not _ONCE.isdisjoint(headers.repeated):
        raise RemoteProtocolError(f"more than one {min(_ONCE & headers.repeated)} header field")
    for name in headers.names - _USUAL_NAMES:
        if not TOKEN.fullmatch(name):
            raise RemoteProtocolError(f"not a header field name: {name[:40]!r}")
    if isinstance(message, Request):
        _check_request(message, cseq, telephone=telephone)
    _trim(message)


def _ends_early(raw: bytes | None) -> bool:
    """Return whether a message without a body ends before the empty line that RFC 3261 section 7 puts after its fields."""
    return raw is not None and not raw.endswith(b"\r\n\r\n") and _HEAD_END.search(raw.lstrip(b"\r\n")) is None


def bytes_beyond(message: Message) -> int:
    """Return how many bytes of its datagram a message left behind, because they are beyond its Content-Length."""
    if message.raw is None:
        return 0
    gap = _HEAD_END.search(message.raw.lstrip(b"\r\n"))
    return len(message.raw.lstrip(b"\r\n")) - gap.end() - len(message.body) if gap is not None else 0


def check_on_stream(message: Message) -> None:
    """Check what a message on a stream needs besides (RFC 3261 section 18.3).

    Raises:
        RemoteProtocolError: It has no Content-Length, or its header fields have line ends by which it cannot be cut out.
    """
    if message.raw is not None and b"\r\n\r\n" not in message.raw:
        raise RemoteProtocolError(BAD_LINE_ENDS)
    if "content-length" not in message.headers:
        raise RemoteProtocolError("no Content-Length in a message on a stream")


def _check_request(request: Request, cseq: CSeq, *, telephone: bool) -> None:
    if cseq.method != request.method:
        hint = 400 if request.method in METHODS else 501
        raise RemoteProtocolError(
            f"CSeq says {cseq.method}, the request line {request.method}", status_hint=hint
        )
    uri = request.uri
    if not uri.is_sip and not (telephone and uri.scheme == "tel" and request.method != "REGISTER"):
        raise RemoteProtocolError(f"Request-URI of the scheme {uri.scheme}", status_hint=416)
    if uri.headers is not None:
        raise RemoteProtocolError("header fields in the Request-URI")  # RFC 3261 section 19.1.1


def _trim(message: Message) -> None:
    text = message.headers.get("content-length")
    if text is None:
        return
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise RemoteProtocolError(f"not a Content-Length: {text[:20]!r}")
    length, brought = int(text), len(message.body)
    if length > MAX_MESSAGE:
        raise RemoteProtocolError(f"a body of {length} bytes is too large", status_hint=513)
    if length > brought:
        raise RemoteProtocolError(f"Content-Length says {length}, the body has {brought} bytes")
    if length < brought:
        # RFC 3261 section 18.3: bytes past the Content-Length of a datagram are discarded.
        message.body = message.body[:length]
