"""Session descriptions (RFC 8866): parsed line by line, kept in order, built again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Self

from harness.errors import MediaError
from harness.sip.outputs import Address

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]
DIRECTIONS: Final[tuple[Direction, ...]] = ("sendrecv", "sendonly", "recvonly", "inactive")
_MOST_LINES: Final = 1_000

Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class MediaDescription:
    """One m= section.

    Attributes:
        kind: "audio", "video", ...
        port: 0 when the stream is refused.
        protocol: Such as "RTP/AVP".
        formats: Payload numbers, as written.
        lines: The section's other lines, in order, as (type, value).
    """

    kind: str
    port: int
    protocol: str
    formats: tuple[str, ...]
    lines: tuple[Line, ...] = ()

    @classmethod
    def parse(cls, value: str, lines: Sequence[Line]) -> Self:
        """Parse the value of an m= line.

        Raises:
            MediaError: It is not one.
        """
        parts = value.split()
        if len(parts) < 4:
            raise MediaError(f"not a media line: m={value[:60]}")
        number = parts[1].partition("/")[0]
        if not number.isascii() or not number.isdigit() or int(number) > 65_535:
            raise MediaError(f"not a port: m={value[:60]}")
        return cls(parts[0].lower(), int(number), parts[2].upper(), tuple(parts[3:]), tuple(lines))

    def attributes(self, name: str) -> list[str]:
        """Return the values of the a= lines of that name; "" for a flag."""
        found = []
        for kind, value in self.lines:
            if kind == "a":
                key, _, rest = value.partition(":")
                if key == name:
                    found.append(rest)
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
        for value in self.attributes("rtpmap"):
            number, _, encoding = value.partition(" ")
            found[number] = encoding.strip()
        return found


@dataclass(frozen=True, slots=True)
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
        """Parse a body.

        Raises:
            MediaError: It is no session description.
        """
        text = data.decode("utf-8", "surrogateescape")
        raw = text.splitlines()
        if len(raw) > _MOST_LINES:
            raise MediaError(f"more than {_MOST_LINES} lines of session description")
        session: list[Line] = []
        media: list[MediaDescription] = []
        heading, lines = "", session
        for line in raw:
            if not line:
                continue
            if len(line) < 2 or line[1] != "=":
                raise MediaError(f"not a line of a session description: {line[:60]!r}")
            if line[0] == "m":
                if heading:
                    media.append(MediaDescription.parse(heading, lines))
                heading, lines = line[2:], []
            else:
                lines.append((line[0], line[2:]))
        if heading:
            media.append(MediaDescription.parse(heading, lines))
        if not session or session[0] != ("v", "0"):
            raise MediaError("a session description begins with v=0")
        return cls(tuple(session), tuple(media))

    @property
    def connection(self) -> str | None:
        """The address of the session's c= line, or None."""
        return _connection(self.lines)

    @property
    def direction(self) -> Direction | None:
        """The direction that the session names, or None."""
        return _direction(self.lines)

    def __bytes__(self) -> bytes:
        """Return the description as a body."""
        lines = [f"{kind}={value}" for kind, value in self.lines]
        for media in self.media:
            lines.append(f"m={media.kind} {media.port} {media.protocol} {' '.join(media.formats)}")
            lines.extend(f"{kind}={value}" for kind, value in media.lines)
        lines.append("")
        return "\r\n".join(lines).encode("utf-8", "surrogateescape")


def session_lines(name: str, session_id: int, address: Address, user: str = "root") -> tuple[Line, ...]:
    """Return the lines that stand before the media: v=, o=, s=, c=, t=."""
    network = "IN IP6" if ":" in address.host else "IN IP4"
    return (
        ("v", "0"),
        ("o", f"{user} {session_id} {session_id} {network} {address.host}"),
        ("s", name),
        ("c", f"{network} {address.host}"),
        ("t", "0 0"),
    )


def _connection(lines: Sequence[Line]) -> str | None:
    for kind, value in lines:
        if kind == "c":
            parts = value.split()
            if len(parts) != 3:
                raise MediaError(f"not a connection line: c={value[:60]}")
            return parts[2].partition("/")[0]
    return None


def _direction(lines: Sequence[Line]) -> Direction | None:
    for kind, value in lines:
        if kind == "a":
            for direction in DIRECTIONS:
                if value == direction:
                    return direction
    return None
