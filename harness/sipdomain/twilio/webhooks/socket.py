"""WebSockets as values (RFC 6455): what a core asks for, and what is reported back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sipdomain.values import lean_value

SocketFailureKind = Literal["timeout", "refused", "dns", "tls", "handshake", "protocol", "broken", "overflow"]
"""No connection or answer in time; nothing listens; no such host; TLS; an answer other than 101; not WebSocket (RFC 6455);
the connection ended without a close frame; the other side reads too slowly."""


@dataclass(frozen=True, slots=True)
class OpenSocket:
    """Open a WebSocket; answered by `SocketOpened` or `SocketFailed`.

    Attributes:
        socket: A number, unique within the owner.
        url: Absolute, ws: or wss:, without fragment.
        headers: Header fields of the handshake besides those of the protocol, in order.
        timeout: Seconds for the connection, TLS and the answer 101.
        most_bytes: The largest message that is taken; a larger one is a failure of kind "protocol".
    """

    socket: int
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    timeout: float = 5.0
    most_bytes: int = 2 * 1024 * 1024


@lean_value
class SendText:
    """Send a text message; one for a socket that is not open is dropped."""

    socket: int
    text: str


@dataclass(frozen=True, slots=True)
class CloseSocket:
    """Close a socket, open or not, after all that was sent before; nothing is reported of it from now on."""

    socket: int
    code: int = 1000
    reason: str = ""


SocketOutput = OpenSocket | SendText | CloseSocket


@dataclass(frozen=True, slots=True)
class SocketOpened:
    """The server answered 101."""

    socket: int


@lean_value
class TextReceived:
    """A text message came."""

    socket: int
    text: str


@dataclass(frozen=True, slots=True)
class BinaryReceived:
    """A binary message of so many bytes came."""

    socket: int
    size: int


@dataclass(frozen=True, slots=True)
class SocketClosed:
    """The server closed the socket with a close frame; nothing more comes of it.

    Attributes:
        socket: The socket.
        code: The code of the close frame; 1005 for one without (RFC 6455 section 7.1.5).
        reason: Its words, or "".
    """

    socket: int
    code: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SocketFailed:
    """The socket could not be opened, or is lost; nothing more comes of it.

    Attributes:
        socket: The socket.
        kind: Why.
        reason: The same in words.
        status: Of a handshake that was answered otherwise than by 101, the HTTP status; else 0.
    """

    socket: int
    kind: SocketFailureKind
    reason: str
    status: int = 0


SocketInput = SocketOpened | TextReceived | BinaryReceived | SocketClosed | SocketFailed
