"""WebSockets in virtual time: the bots of an application are asked in this process; a message takes no time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from sipdomain.runtime.sim.network import LATENCY, SimClock
from sipdomain.twilio.webhooks.socket import (
    BinaryReceived,
    CloseSocket,
    OpenSocket,
    SendText,
    SocketClosed,
    SocketFailed,
    SocketInput,
    SocketOpened,
    SocketOutput,
    TextReceived,
)

_NOBODY: Final = object()


@dataclass(slots=True, eq=False)
class _Socket:
    number: int
    bot: Any
    is_open: bool = False


class SimSockets:
    """Finds a bot by host, port and path; any other address refuses the connection.

    What bots are, and what they do, says `mock_webhooks.sockets.bot`, which is known here by its form alone.
    """

    def __init__(
        self,
        clock: SimClock,
        sites: Mapping[str, Mapping[str, Any]],
        notify: Callable[[SocketInput], None],
    ) -> None:
        """Begin without sockets.

        Args:
            clock: The virtual clock.
            sites: By HOST:PORT, as a URL names it, the bots that answer there, by their paths.
            notify: Takes what comes of them.
        """
        self._clock = clock
        self._sites = sites
        self._sockets: dict[int, _Socket] = {}
        self._notify = notify

    def carry(self, output: SocketOutput) -> None:
        """Carry an output out."""
        match output:
            case OpenSocket():
                self._open(output)
            case SendText(socket, text):
                self.write(socket, text)
            case CloseSocket(socket):
                self._sockets.pop(socket, None)

    def write(self, socket: int, text: str) -> bool:
        """Send a text message; on a socket that is not open nothing happens."""
        found = self._sockets.get(socket)
        if found is not None and found.is_open:
            self._act(found, found.bot.received(text, self._clock.now()))
        return True

    def _open(self, wish: OpenSocket) -> None:
        parts = urlsplit(wish.url)
        site = self._sites.get(parts.netloc.rpartition("@")[2].lower())
        door = None if site is None else site.get(parts.path or "/", _NOBODY)
        number, now = wish.socket, self._clock.now()
        self._sockets[number] = socket = _Socket(number, None)
        if door is None:
            failure = SocketFailed(number, "refused", f"nothing listens on {parts.netloc}")
            self._later(LATENCY, socket, failure)
        elif door is _NOBODY:
            self._later(LATENCY, socket, _refused(number, 404))
        elif door.hangs:
            words = f"no answer in {wish.timeout:g} s"
            self._later(wish.timeout, socket, SocketFailed(number, "timeout", words))
        elif status := door.status_for(wish.url, wish.headers):
            self._later(LATENCY, socket, _refused(number, status))
        else:
            self._clock.call_at(now + LATENCY, partial(self._opened, socket, door.make()))

    def _opened(self, socket: _Socket, bot: Any) -> None:
        if self._sockets.get(socket.number) is socket:
            socket.bot, socket.is_open = bot, True
            self._notify(SocketOpened(socket.number))
            self._act(socket, bot.opened(self._clock.now()))

    def _act(self, socket: _Socket, actions: Any) -> None:
        for each in actions:
            self._later(each.after, socket, _event(socket.number, each))

    def _later(self, after: float, socket: _Socket, event: SocketInput) -> None:
        self._clock.call_at(self._clock.now() + after, partial(self._happen, socket, event))

    def _happen(self, socket: _Socket, event: SocketInput) -> None:
        if self._sockets.get(socket.number) is not socket:
            return
        if isinstance(event, SocketClosed | SocketFailed):
            del self._sockets[socket.number]
        self._notify(event)


def _refused(number: int, status: int) -> SocketFailed:
    return SocketFailed(number, "handshake", f"the handshake was answered with {status}, not 101", status)


def _event(number: int, action: Any) -> SocketInput:
    """Return what comes of something that a bot does."""
    match action.kind:
        case "text":
            return TextReceived(number, action.text)
        case "binary":
            return BinaryReceived(number, len(action.data))
        case "close":
            return SocketClosed(number, action.code, action.reason)
        case "fragment":
            return SocketFailed(
                number, "protocol", "a control frame came in fragments (RFC 6455 section 5.5)"
            )
        case _:
            return SocketFailed(number, "broken", "the connection ended without a close frame")
