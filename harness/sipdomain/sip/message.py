"""Requests and responses: raw header fields, with typed views made when first asked for."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import Final

from sipdomain.errors import LocalProtocolError, RemoteProtocolError
from sipdomain.sip.address import NameAddress, parse_address
from sipdomain.sip.cseq import CSeq, parse_cseq
from sipdomain.sip.grammar import split_list
from sipdomain.sip.headers import Headers, key_of
from sipdomain.sip.status import reason_phrase
from sipdomain.sip.uri import Uri, parse_uri
from sipdomain.sip.via import Via

_ROUTED: Final = frozenset({"INVITE", "SUBSCRIBE", "REFER", "NOTIFY"})
"""Methods that can begin a dialog, so that their answers carry the Record-Route."""


class Message:
    """What requests and responses have in common.

    Attributes:
        headers: The header fields.
        body: The body's bytes.
        raw: The bytes it was parsed from, or None for one of ours.
    """

    __slots__ = ("_call_id", "_cseq", "_from", "_to", "_via", "body", "headers", "raw")

    def __init__(
        self, headers: Headers | Iterable[tuple[str, str]], body: bytes = b"", raw: bytes | None = None
    ) -> None:
        self.headers = headers if isinstance(headers, Headers) else Headers(headers)
        self.body = body
        self.raw = raw
        self._via: Via | None = None
        self._from: NameAddress | None = None
        self._to: NameAddress | None = None
        self._cseq: CSeq | None = None
        self._call_id: str | None = None

    def require(self, name: str) -> str:
        """Return a header field that every message has.

        Raises:
            RemoteProtocolError: It is missing.
        """
        value = self.headers.get(name)
        if value is None:
            raise RemoteProtocolError(f"no {name} header field")
        return value

    @property
    def via(self) -> Via:
        """The topmost Via. Raises RemoteProtocolError when there is none or it is broken."""
        if self._via is None:
            text = self.require("via")
            self._via = Via.parse(split_list(text)[0] if "," in text else text)
        return self._via

    @via.setter
    def via(self, value: Via) -> None:
        """Replace the topmost Via; those below it keep their text. Raises RemoteProtocolError as reading does."""
        old = self.require("via")
        rest = split_list(old)[1:] if "," in old else []
        self.headers.rewrite("via", ", ".join((str(value), *rest)))
        self._via = value

    @property
    def from_(self) -> NameAddress:
        """The From header field. Raises RemoteProtocolError when it is missing or broken."""
        if self._from is None:
            self._from = parse_address(self.require("from"))
        return self._from

    @property
    def to(self) -> NameAddress:
        """The To header field. Raises RemoteProtocolError when it is missing or broken."""
        if self._to is None:
            self._to = parse_address(self.require("to"))
        return self._to

    @property
    def cseq(self) -> CSeq:
        """The CSeq header field. Raises RemoteProtocolError when it is missing or broken."""
        if self._cseq is None:
            self._cseq = parse_cseq(self.require("cseq"))
        return self._cseq

    @property
    def call_id(self) -> str:
        """The Call-ID. Raises RemoteProtocolError when it is missing."""
        if self._call_id is None:
            self._call_id = self.require("call-id")
        return self._call_id

    @property
    def contact(self) -> NameAddress | None:
        """The first Contact that is an address, or None (also for `*`).

        Raises:
            RemoteProtocolError: It is broken.
        """
        text = self.headers.get("contact")
        return None if text is None or text == "*" else parse_address(split_list(text)[0])

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters, or ""."""
        return (self.headers.get("content-type") or "").partition(";")[0].strip().lower()

    @abstractmethod
    def _start_line(self) -> str:
        """Return the first line, without its end."""

    def __bytes__(self) -> bytes:
        """Serialise, with a Content-Length of our own as the last header field.

        Raises:
            LocalProtocolError: A line break inside a header field or the start line would forge another.
        """
        lines = [
            self._start_line(),
            *[
                f"{name}: {value}"
                for name, value in self.headers
                if len(name) not in {1, 14} or key_of(name) != "content-length"
            ],
            f"Content-Length: {len(self.body)}\r\n\r\n",
        ]
        text = "\r\n".join(lines)
        if text.count("\n") > len(lines) + 1 or text.count("\r") > len(lines) + 1:
            raise LocalProtocolError("line break inside a header field")
        return text.encode("utf-8", "surrogateescape") + self.body

    def __repr__(self) -> str:
        return f"<{self._start_line()}>"


class Request(Message):
    """A SIP request.

    Attributes:
        method: As written; methods are case-sensitive.
        target: The Request-URI as written.
        version: Usually "SIP/2.0".
    """

    __slots__ = ("_uri", "method", "target", "version")

    def __init__(
        self,
        method: str,
        target: str,
        headers: Headers | Iterable[tuple[str, str]],
        body: bytes = b"",
        *,
        raw: bytes | None = None,
        version: str = "SIP/2.0",
    ) -> None:
        Message.__init__(self, headers, body, raw)
        self.method = method
        self.target = target
        self._uri: Uri | None = None
        self.version = version

    @property
    def uri(self) -> Uri:
        """The Request-URI. Raises RemoteProtocolError when it is broken."""
        if self._uri is None:
            try:
                self._uri = parse_uri(self.target)
            except RemoteProtocolError as error:
                raise RemoteProtocolError(
                    f"the Request-URI is {error}", status_hint=error.status_hint
                ) from None
        return self._uri

    def _start_line(self) -> str:
        return f"{self.method} {self.target} {self.version}"


class Response(Message):
    """A SIP response.

    Attributes:
        status: 100 to 699.
        reason: The reason phrase.
    """

    __slots__ = ("reason", "status", "version")

    def __init__(
        self,
        status: int,
        reason: str | None,
        headers: Headers | Iterable[tuple[str, str]],
        body: bytes = b"",
        *,
        raw: bytes | None = None,
        version: str = "SIP/2.0",
    ) -> None:
        Message.__init__(self, headers, body, raw)
        self.status = status
        self.reason = reason_phrase(status) if reason is None else reason
        self.version = version

    def _start_line(self) -> str:
        return f"{self.version} {self.status} {self.reason}"


def respond(
    request: Request,
    status: int,
    reason: str | None = None,
    *,
    tag: str | None = None,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
) -> Response:
    """Build a response to a request (RFC 3261 section 8.2.6): Via, From, To, Call-ID, CSeq are copied.

    So are Record-Route where the response can begin a dialog (section 12.1.1), unless `headers` bring
    their own, and Timestamp in a 100.

    Args:
        request: The request.
        status: The status code.
        reason: The reason phrase; None for the usual one.
        tag: Put on To when it has none and the status is not 100.
        headers: Further header fields.
        body: The body; its Content-Type is one of `headers`.
    """
    given = request.headers
    items = [("Via", value) for value in given.all("via")]
    further = tuple(headers)
    routed = "record-route" in given and 100 < status < 300 and request.method in _ROUTED
    if routed and all(key_of(name) != "record-route" for name, _ in further):
        items += [("Record-Route", value) for value in given.all("record-route")]
    to = given.get("to")
    if to and tag and status != 100 and not _has_tag(request):
        to = f"{to};tag={tag}"
    copied = (
        ("From", given.get("from")),
        ("To", to),
        ("Call-ID", given.get("call-id")),
        ("CSeq", given.get("cseq")),
        ("Timestamp", given.get("timestamp") if status == 100 else None),
    )
    items += [(name, value) for name, value in copied if value]
    items += further
    return Response(status, reason, Headers(items), body)


def _has_tag(request: Request) -> bool:
    try:
        return request.to.tag is not None
    except RemoteProtocolError:
        return True  # A broken To goes back as it came.
