"""Bodies of several parts (RFC 2046 section 5.1, RFC 5621): taken apart, parts within parts too."""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.grammar import BLANKS, parse_parameters, unquote
from sipdomain.sip.message import Message

SDP: Final = "application/sdp"
MOST_PARTS: Final = 32
"""How many parts a body may have, those within parts counted."""
DEEPEST: Final = 4
"""How deep parts may stand within parts."""
_HEAD_END: Final = re.compile(rb"\r?\n\r?\n")
_FOLD: Final = re.compile(r"\r?\n[ \t]+")
_KINDS: Final = ("multipart/mixed", "multipart/alternative", "multipart/related")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a body that is not made of parts itself.

    Attributes:
        media_type: In lower case, without parameters; "text/plain" where none is given (RFC 2046 section 5.2).
        disposition: In lower case, without parameters, or "".
        is_required: Whether Content-Disposition says `handling=required` in so many words.
        data: Its bytes, with their transfer encoding undone.
    """

    media_type: str
    disposition: str
    is_required: bool
    data: bytes


def is_multipart(content_type: str) -> bool:
    """Return whether a Content-Type is one that `parts` takes apart."""
    return content_type.partition(";")[0].strip(BLANKS).lower() in _KINDS


def description(message: Message) -> bytes:
    """Return the session description in a message's body: the body, or its part with one (rule multipart); else b"".

    A body without a Content-Type counts as a session description.

    Raises:
        RemoteProtocolError: The parts cannot be separated, none is a session description, or another has to be read.
    """
    kind = message.headers.get("content-type") or ""
    if not message.body or not is_multipart(kind):
        return message.body
    found = parts(kind, message.body)
    ours = next(
        (each for each in found if each.media_type == SDP and each.disposition in {"", "session"}), None
    )
    if ours is None:
        raise RemoteProtocolError(f"{message.content_type} with {_listed(found)}")
    needed = [each for each in found if each.is_required and each.media_type != SDP]
    if needed:
        raise RemoteProtocolError(f"{message.content_type} in which {_listed(needed)} has handling=required")
    return ours.data


def _listed(found: list[Part]) -> str:
    return ", ".join(dict.fromkeys(each.media_type[:60] for each in found))


def parts(content_type: str, body: bytes) -> list[Part]:
    """Take a body apart.

    Args:
        content_type: The whole value of Content-Type.
        body: The body.

    Returns:
        The parts in their order, where parts stand within parts those in place of them.

    Raises:
        RemoteProtocolError: There is no boundary, no part, or there are too many, or too deep.
    """
    found: list[Part] = []
    for part in _walk(content_type, body, 1):
        found.append(part)
        if len(found) > MOST_PARTS:
            raise RemoteProtocolError(f"more than {MOST_PARTS} parts in a body")
    return found


def _walk(content_type: str, body: bytes, depth: int) -> Iterator[Part]:
    if depth > DEEPEST:
        raise RemoteProtocolError(f"parts within parts deeper than {DEEPEST}")
    for raw in _split(content_type, body):
        fields, data = _fields(raw)
        inner = fields.get("content-type", "text/plain")
        if is_multipart(inner):
            yield from _walk(inner, data, depth + 1)
            continue
        disposition, semicolon, rest = fields.get("content-disposition", "").partition(";")
        handling = parse_parameters(semicolon + rest).get("handling") or ""
        yield Part(
            inner.partition(";")[0].strip(BLANKS).lower(), disposition.strip(BLANKS).lower(),
            unquote(handling).lower() == "required",
            _decoded(fields.get("content-transfer-encoding", ""), data),
        )  # fmt: skip


def _split(content_type: str, body: bytes) -> list[bytes]:
    """Return what stands between the boundaries; the line break before a boundary belongs to it."""
    _, semicolon, rest = content_type.partition(";")
    boundary = unquote(parse_parameters(semicolon + rest).get("boundary") or "")
    if not 0 < len(boundary) <= 70:
        raise RemoteProtocolError("a multipart body without a boundary in Content-Type")
    mark = re.escape(boundary.encode("utf-8", "surrogateescape"))
    delimiter = re.compile(rb"(?:\A|\r?\n)--" + mark + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    found, start = [], None
    for match in delimiter.finditer(body):
        if start is not None:
            found.append(body[start : match.start()] if match.start() > start else b"")
        if match[1]:
            start = None
            break
        start = match.end()
    if start is not None:
        found.append(body[start:])  # The last boundary is missing; what came is taken.
    if not found:
        raise RemoteProtocolError("a multipart body in which its boundary does not stand")
    return found


def _fields(raw: bytes) -> tuple[dict[str, str], bytes]:
    """Return a part's header fields, names in lower case, and its content. It begins with a line break."""
    end = _HEAD_END.search(raw)
    head, data = (raw[: end.start()], raw[end.end() :]) if end is not None else (raw, b"")
    fields = {}
    for line in _FOLD.sub(" ", head.decode("utf-8", "surrogateescape")).splitlines():
        name, _, value = line.partition(":")
        fields[name.strip(BLANKS).lower()] = value.strip(BLANKS)
    return fields, data


def _decoded(encoding: str, data: bytes) -> bytes:
    match encoding.lower():
        case "" | "7bit" | "8bit" | "binary":
            return data
        case "base64":
            try:
                return base64.b64decode(data)
            except ValueError:
                raise RemoteProtocolError("a part that is not base64, though it says so") from None
        case "quoted-printable":
            return quopri.decodestring(data)
        case _:
            pass
    raise RemoteProtocolError(f"a part with the transfer encoding {encoding[:40]!r}")
