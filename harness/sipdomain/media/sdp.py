"""Session descriptions (RFC 8866): parsed line by line, kept in order, built again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field
from typing import Final, Literal, Self

from sipdomain.errors import MediaError
from sipdomain.sip.outputs import Address
from sipdomain.values import lean_value

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
DIRECTIONS: Final[tuple[Direction, ...]] = ("sendrecv", "sendonly", "recvonly", "inactive")
_MOST_LINES: Final = 1_000
_NUMBER: Final = re.compile(r"[0-9]{1,5}")

Line = tuple[str, str]
_BLANKS: Final = " \t"
ADDRESS_WANTED: Final = "write c=IN IP4 ADDRESS, with the IP address where the audio is to go"


class DescriptionError(MediaError):
    """A session description cannot be read.

    Attributes:
        mend: What to change in it, in a line.
    """

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(message)
        self.mend = mend


@lean_value
class MediaDescription:
    """One m= section.

    Attributes:
        kind: "audio", "video", ..., as written.
        port: 0 when the stream is refused.
        protocol: Such as "RTP/AVP".
        formats: Payload numbers, as written.
        lines: The section's other lines, in order, as (type, value).
        count: How many ports, as written, or "".
    """

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    lines: tuple[Line, ...] = ()
    count: str = ""

    @classmethod
    def parse(cls, value: str, lines: Sequence[Line]) -> Self:
        """Parse the value of an m= line.

        Raises:
            DescriptionError: It is not one.
        """
        parts = value.split()
        if len(parts) < 4:
            mend = "write m=audio PORT RTP/AVP FORMATS, with at least one format"
            raise DescriptionError(f"not a media line: m={value[:60]}", mend)
        number, _, count = parts[1].partition("/")
        if not _NUMBER.fullmatch(number) or int(number) > 65_535 or (count and not _NUMBER.fullmatch(count)):
            raise DescriptionError(f"not a port: m={value[:60]}", "give a port of 0 to 65535 in m=")
        return cls(parts[0], int(number), parts[2], tuple(parts[3:]), tuple(lines), count)

    def attributes(self, name: str) -> list[str]:
        """Return the values of the a= lines of that name; "" for a flag."""
        found = []
        for kind, value in self.lines:
            if kind == "a":
                key, _, rest = value.partition(":")
                if key.rstrip(_BLANKS) == name:
                    found.append(rest.lstrip(_BLANKS))
        return found

    @property
    def direction(self) -> Direction | None:
        """The direction that this section names, or None."""
        return _direction(self.lines)

    @property
    def connection(self) -> str | None:
        """The address of this section's c= line, or None."""
        return _connection(self.lines)

    def encodings(self) -> dict[str, str]:
        """Return for each payload number its encoding as in rtpmap: "PCMU/8000", "telephone-event/8000"."""
        found = {}
        for value in filter(None, self.attributes("rtpmap")):
            number, *encoding = value.split(maxsplit=1)
            found[number] = encoding[0] if encoding else ""
        return found


@lean_value
class SessionDescription:
    """A session description.

    Attributes:
        lines: The session's lines before the first m=, in order.
        media: The media sections, in order.
    """

    lines: tuple[Line, ...]
    media: tuple[MediaDescription, ...] = field(default=())

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Parse a body. Blanks around a value do not count, whatever line it is in.

        Raises:
            DescriptionError: It is not a session description.
        """
        raw = _lines(data)
        session: list[Line] = []
        media: list[MediaDescription] = []
        heading: str | None = None
        lines = session
        for each in raw:
            line = each.rstrip(_BLANKS)
            if not line:
                continue
            if line[0] in _BLANKS:
                mend = "begin each line of the session description in its first column, as TYPE=VALUE"
                raise DescriptionError(f"a line that begins with a blank: {line[:60]!r}", mend)
            if len(line) < 2 or line[1] != "=":
                mend = "write each line of the session description as TYPE=VALUE"
                raise DescriptionError(f"not a line of a session description: {line[:60]!r}", mend)
            value = line[2:].lstrip(_BLANKS)
            if line[0] == "m":
                if heading is not None:
                    media.append(MediaDescription.parse(heading, lines))
                heading, lines = value, []
            else:
                lines.append((line[0], value))
        if heading is not None:
            media.append(MediaDescription.parse(heading, lines))
        if not session or session[0] != ("v", "0"):
            raise DescriptionError("a session description begins with v=0", "begin it with the line v=0")
        if not any(kind == "o" for kind, _ in session):
            mend = "send o=USER ID VERSION IN IP4 ADDRESS after v=0"
            raise DescriptionError("a session description without o=", mend)
        return cls(tuple(session), tuple(media))

    @property
    def connection(self) -> str | None:
        """The address of the session's c= line, or None."""
        return _connection(self.lines)

    @property
    def time(self) -> str:
        """What the first t= line says."""
        return next((value for kind, value in self.lines if kind == "t"), "0 0")

    @property
    def direction(self) -> Direction | None:
        """The direction that the session names, or None."""
        return _direction(self.lines)

    def __bytes__(self) -> bytes:
        """Return the description as a body."""
        lines = [f"{kind}={value}" for kind, value in self.lines]
        for media in self.media:
            port = f"{media.port}/{media.count}" if media.count else str(media.port)
            lines.append(f"m={media.kind} {port} {media.protocol} {' '.join(media.formats)}")
            lines.extend(f"{kind}={value}" for kind, value in media.lines)
        lines.append("")
        return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def session_lines(
    name: str, session_id: int, address: Address, *, version: int = 0, user: str = "root", time: str = "0 0"
) -> tuple[Line, ...]:
    """Return the lines that stand before the media: v=, o=, s=, c=, t=.

    Args:
        name: What s= says.
        session_id: The session's number; the version counts up from it.
        address: What c= names.
        version: How often the description has changed (RFC 3264 section 8).
        user: The user name in o=.
        time: What t= says.
    """
    network = "IN IP6" if ":" in address.host else "IN IP4"
    return (
        ("v", "0"),
        ("o", f"{user} {session_id} {session_id + version} {network} {address.host}"),
        ("s", name),
        ("c", f"{network} {address.host}"),
        ("t", time),
    )


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8", "surrogateescape")
    if "\0" in text:
        raise DescriptionError("a NUL in a session description", "send text alone")
    text = text.replace("\r\n", "\n").removesuffix("\r")
    if "\r" in text:
        mend = "end every line of the session description with CR LF"
        raise DescriptionError("a line that ends with CR alone", mend)
    found = text.split("\n")
    if len(found) > _MOST_LINES:
        mend = f"send at most {_MOST_LINES} lines"
        raise DescriptionError(f"more than {_MOST_LINES} lines of session description", mend)
    return found


def _connection(lines: Sequence[Line]) -> str | None:
    for kind, value in lines:
        if kind == "c":
            parts = value.split()
            if len(parts) == 2:
                raise DescriptionError(
                    f"a connection line without an address: c={value[:60]}", ADDRESS_WANTED
                )
            if len(parts) != 3:
                raise DescriptionError(f"not a connection line: c={value[:60]}", ADDRESS_WANTED)
            return parts[2].partition("/")[0]
    return None


def _direction(lines: Sequence[Line]) -> Direction | None:
    for kind, value in lines:
        if kind == "a":
            for direction in DIRECTIONS:
                if value == direction:
                    return direction
    return None
