"""What a session description says at a path: `audio.port`, `audio.codecs`, `connection.address`, `audio.a.ptime`."""

from __future__ import annotations

import re
from typing import Final

from sipdomain.errors import MediaError, RemoteProtocolError
from sipdomain.media.sdp import MediaDescription, SessionDescription
from sipdomain.sip.message import Message
from sipdomain.sip.multipart import description

KINDS: Final = ("audio", "video", "application", "text", "message", "image")
PARTS: Final = ("port", "protocol", "direction", "address", "codecs")
CODECS: Final = "codecs"
_STATIC: Final = {"0": "PCMU", "3": "GSM", "4": "G723", "8": "PCMA", "9": "G722", "13": "CN", "18": "G729"}
"""Payload numbers that need no rtpmap (RFC 3551 section 6)."""
_PATH: Final = re.compile(
    rf"connection\.address|a\.[!-~]+|({'|'.join(KINDS)})\.({'|'.join(PARTS)}|a\.[!-~]+)"
)


def checked_path(path: str) -> str:
    """Return a path.

    Raises:
        ValueError: Nothing of a session description is called so.
    """
    if not _PATH.fullmatch(path):
        raise ValueError(
            f"`{path}` is not a place in a session description; write such as `audio.port`, `audio.direction`, "
            "`audio.codecs`, `audio.a.ptime` or `connection.address`"
        )
    return path


def description_of(message: Message) -> SessionDescription | None:
    """Return the session description that a message carries; None when there is none, or none that can be read."""
    try:
        body = description(message)
        return SessionDescription.parse(body) if body else None
    except (MediaError, RemoteProtocolError):
        return None


def values_at(session: SessionDescription, path: str) -> list[str]:
    """Return what stands at a path; nothing when there is no such section or line.

    A section is the first of its kind. Its address and direction are the session's where it names none
    (RFC 8866 sections 5.7 and 6.7), and a direction that nobody names is sendrecv.
    """
    kind, _, part = path.partition(".")
    try:
        if kind == "connection":
            return _known(session.connection)
        if kind == "a":
            return MediaDescription("", 0, "", (), session.lines).attributes(part)
        section = next((each for each in session.media if each.kind == kind), None)
        return [] if section is None else _in(section, session, part)
    except MediaError:
        return []


def _in(section: MediaDescription, session: SessionDescription, part: str) -> list[str]:
    match part:
        case "port":
            return [str(section.port)]
        case "protocol":
            return [section.protocol]
        case "direction":
            return [section.direction or session.direction or "sendrecv"]
        case "address":
            return _known(section.connection or session.connection)
        case "codecs":
            names = _STATIC | {number: name.partition("/")[0] for number, name in section.encodings().items()}
            return [names.get(number, number) for number in section.formats]
        case _:
            return section.attributes(part.removeprefix("a."))


def _known(text: str | None) -> list[str]:
    return [] if text is None else [text]
