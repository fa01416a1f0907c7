"""The WebSockets of a customer's servers that are open or being opened, each by its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from sipdomain.socket_entries import (
    LONGEST_MESSAGE,
    SocketEnded,
    SocketMessage,
    SocketOpen,
    SocketRequested,
)
from sipdomain.twilio.engine.identifiers import Identifiers
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.webhooks.exchange import CallIdentity
from sipdomain.twilio.webhooks.signature import sign
from sipdomain.twilio.webhooks.socket import (
    BinaryReceived,
    CloseSocket,
    OpenSocket,
    SendText,
    SocketClosed,
    SocketFailed,
    SocketInput,
    SocketOpened,
    TextReceived,
)
from sipdomain.twilio.webhooks.urls import is_loopback

USER_AGENT: Final = "Twilio.TmeWs/1.0"
"""What handshakes of media streams were seen with (ngrok logs of 2025 and 2026)."""


class SocketUser(Protocol):
    """Who uses a socket."""

    def opened(self, turn: Turn) -> None:
        """Begin: the server answered 101."""

    def text_received(self, text: str, turn: Turn) -> None:
        """Take a text message."""

    def binary_received(self, size: int, turn: Turn) -> None:
        """Take the news that a binary message of so many bytes came."""

    def socket_closed(self, code: int, reason: str, turn: Turn) -> None:
        """Take the end, by a close frame of the server's."""

    def socket_failed(self, event: SocketFailed, turn: Turn) -> None:
        """Take the end: it could not be opened, or is lost."""


@dataclass(frozen=True, slots=True)
class UnusableUrl:
    """A URL at which no socket can be opened.

    Attributes:
        code: The provider's error code.
        reason: What is wrong.
    """

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Open:
    identity: CallIdentity
    purpose: str
    user: SocketUser


class Sockets:
    """Sockets that are open or being opened."""

    __slots__ = ("_identifiers", "_open")

    def __init__(self, identifiers: Identifiers) -> None:
        self._identifiers = identifiers
        self._open: dict[int, _Open] = {}

    def __len__(self) -> int:
        return len(self._open)

    def concern(self, call_id: str) -> bool:
        """Return whether one of them is for a call of this SIP Call-ID."""
        return any(each.identity.call_id == call_id for each in self._open.values())

    def open(
        self, url: str, identity: CallIdentity, user: SocketUser, turn: Turn, *, purpose: str, keeps_query: bool = False,
    ) -> int | UnusableUrl:  # fmt: skip
        """Ask a server for a socket; the user is notified of what comes of it.

        The handshake is signed over the URL as it is requested, without its query (rules socket-query, socket-signature);
        the pairs of a query that is kept are signed as the parameters of a form (rule relay-signature).

        Args:
            url: Absolute.
            identity: The call that it is for.
            user: Who uses it.
            turn: Now, and where outputs go.
            purpose: What the journal calls it.
            keeps_query: Whether the query is sent; else it is cut off.

        Returns:
            The number of the socket.
        """
        asked = requested(url)
        if isinstance(asked, UnusableUrl):
            return asked
        query = urlsplit(url.strip()).query if keeps_query else ""
        pairs = parse_qsl(query, keep_blank_values=True)
        socket = self._identifiers.new_token()
        headers = (
            ("User-Agent", USER_AGENT), ("X-Twilio-Signature", sign(identity.auth_token, asked, pairs)),
        )  # fmt: skip
        url = f"{asked}?{query}" if query else asked
        self._open[socket] = _Open(identity, purpose, user)
        turn.out += (
            SocketRequested(
                at=turn.now, socket=socket, call_sid=identity.call_sid, call_id=identity.call_id,
                purpose=purpose, url=url, headers=headers,
            ),
            OpenSocket(socket, url, headers),
        )  # fmt: skip
        return socket

    def send(self, socket: int, text: str, turn: Turn) -> None:
        """Send a text message; on a socket that is not open nothing happens."""
        if socket in self._open:
            self.note(socket, text, turn)
            turn.out.append(SendText(socket, text))

    def note(self, socket: int, text: str, turn: Turn, *, came: bool = False, wrong: str = "") -> None:
        """Write a message down that was sent, or came."""
        found = self._open.get(socket)
        if found is not None:
            turn.out.append(
                SocketMessage(
                    at=turn.now, socket=socket, call_sid=found.identity.call_sid,
                    call_id=found.identity.call_id, purpose=found.purpose, lane="in" if came else "out",
                    text=text[:LONGEST_MESSAGE], wrong=wrong,
                )
            )  # fmt: skip

    def close(self, socket: int, turn: Turn, code: int = 1000, reason: str = "") -> None:
        """Close a socket; its user is notified of nothing any more. Harmless when it is closed."""
        found = self._open.pop(socket, None)
        if found is not None:
            turn.out += (
                SocketEnded(
                    at=turn.now, socket=socket, call_sid=found.identity.call_sid,
                    call_id=found.identity.call_id, purpose=found.purpose, end="closed", code=code, detail=reason,
                ),
                CloseSocket(socket, code, reason),
            )  # fmt: skip

    def take(self, event: SocketInput, turn: Turn) -> None:
        """Take news of a socket to its user; of one that is closed there are none."""
        found = self._open.get(event.socket)
        if found is None:
            return
        identity, user = found.identity, found.user
        match event:
            case SocketOpened():
                turn.out.append(
                    SocketOpen(
                        at=turn.now, socket=event.socket, call_sid=identity.call_sid,
                        call_id=identity.call_id, purpose=found.purpose,
                    )
                )  # fmt: skip
                user.opened(turn)
            case TextReceived():
                user.text_received(event.text, turn)
            case BinaryReceived():
                self.note(event.socket, f"({event.size} bytes)", turn, came=True, wrong="binary")
                user.binary_received(event.size, turn)
            case SocketClosed(socket, code, reason):
                del self._open[socket]
                turn.out.append(
                    SocketEnded(
                        at=turn.now, socket=socket, call_sid=identity.call_sid, call_id=identity.call_id,
                        purpose=found.purpose, end="closed by the server", code=code, detail=reason,
                    )
                )  # fmt: skip
                user.socket_closed(code, reason, turn)
            case SocketFailed():
                del self._open[event.socket]
                turn.out.append(
                    SocketEnded(
                        at=turn.now, socket=event.socket, call_sid=identity.call_sid,
                        call_id=identity.call_id, purpose=found.purpose, end="failed",
                        detail=f"{event.kind}: {event.reason}", status=event.status,
                    )
                )  # fmt: skip
                user.socket_failed(event, turn)


def requested(url: str) -> str | UnusableUrl:
    """Return a URL as it is requested, without query and fragment, or why none is.

    `ws:` is for this machine alone (rule socket-scheme).
    """
    try:
        parts = urlsplit(url.strip())
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        return UnusableUrl(31923, f"{url!r} is not a URL: {error}")
    scheme = parts.scheme.lower()
    if not scheme or (scheme in {"ws", "wss"} and not host) or not url.isprintable():
        return UnusableUrl(31923, f"{url!r} is not a URL such as wss://example.com/stream")
    if scheme not in {"ws", "wss"}:
        return UnusableUrl(31922, f"{url!r} has the scheme {scheme}:, and only wss: is supported")
    if scheme == "ws" and not is_loopback(host):
        return UnusableUrl(31922, f"{url!r} has the scheme ws:, which is for this machine alone; write wss:")
    return urlunsplit(parts._replace(query="", fragment=""))
