"""One TCP or TLS connection: messages out of a stream, keep-alives, time limits."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol, cast

from sipdomain.errors import RemoteProtocolError
from sipdomain.faults import Act
from sipdomain.runtime.tls.errors import HUNG_UP_AT_ONCE, explain
from sipdomain.sip.framing import PING, PONG, StreamFramer
from sipdomain.sip.outputs import Address, Flow


@dataclass(frozen=True, slots=True)
class StreamLimits:
    """What connections may cost.

    Attributes:
        connections: How many may be open in all, those whose TLS handshake goes on included.
        connections_of_one: How many may be open from one IP address.
        unsent: A peer that lets this many bytes wait is cut off.
        connect: How long opening one may take, in seconds.
        handshake: How long a TLS handshake may take, in seconds.
        idle: How long a connection without messages and keep-alives stays open, in seconds; one that carries a call or a
            registration does so until it does no more.
        message: How long a message that has begun may take to arrive, in seconds.
        half_closed: How long a connection whose other end sends no more, or nothing that can be followed, stays
            open for our answers, in seconds; it cannot be distinguished from one that the other end is done with.
    """

    connections: int = 1_000
    connections_of_one: int = 400
    unsent: int = 1024 * 1024
    connect: float = 5.0
    handshake: float = 10.0
    idle: float = 900.0
    message: float = 32.0
    half_closed: float = 2.0


RESET: Final = struct.pack("ii", 1, 0)
"""For SO_LINGER: what is closed is reset (socket(7))."""


class Owner(Protocol):
    """What a connection needs of the transport that it belongs to."""

    name: str
    address: Address
    limits: StreamLimits

    def opened(self, connection: Connection) -> None:
        """Take note that a connection can be used."""
        ...

    def lost(self, connection: Connection) -> None:
        """Take note that a connection is gone."""
        ...

    def arrived(self, connection: Connection, messages: list[bytes]) -> None:
        """Take messages."""
        ...

    def complain(self, flow: Flow, text: str) -> None:
        """Take note of what is wrong with a peer."""
        ...

    def in_use(self, flow: Flow) -> bool:
        """Return whether a connection is needed though nothing comes by it."""
        ...


class Connection(asyncio.Protocol):
    """One connection.

    Attributes:
        number: Its number in the transport, from 1.
        remote: The other end.
        flow: Its flow; without a local end until it can be used.
        half_closed: Whether the other end sends no more.
        ended: Whether this end sends no more, though it still hears.
    """

    def __init__(self, owner: Owner, number: int, remote: Address) -> None:
        self.number = number
        self.remote = remote
        self.flow = Flow(owner.name, owner.address, remote, number)
        self._owner = owner
        self._framer = StreamFramer()
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = self._deadline = 0.0
        self.half_closed = self.ended = self._begun = self._given_up = self._used = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take up a connection; with TLS, when the handshake is over."""
        # uvloop's transports are not of asyncio's class, but behave as it.
        transport = self._transport = cast("asyncio.Transport", transport)
        local = transport.get_extra_info("sockname")
        # Requests name our listening port in Via and Contact, whatever port the connection has.
        listening = Address(local[0], self._owner.address.port or local[1])
        self.flow = self.flow._replace(local=listening)
        self._owner.opened(self)
        self._wait(self._owner.limits.idle)

    def data_received(self, data: bytes) -> None:
        """Cut messages out of the stream, until it cannot be followed any more."""
        self._used = True
        if self._given_up:
            return
        found: list[bytes] = []
        with suppress(RemoteProtocolError):
            found = self._framer.feed(data)
        if self._framer.error is not None:
            self._give_up(found, self._framer.error)
            return
        self._take(found)

    def _give_up(self, found: list[bytes], error: RemoteProtocolError) -> None:
        """End a connection, at once when there is nothing to answer; what comes until then is not read."""
        self._given_up = True
        self._owner.complain(self.flow, str(error))
        refused = self._framer.refused
        found = found if refused is None else [*found, refused]
        if not found:
            self.abort()
            return
        self._take(found)
        self._begun = False
        self._wait(self._owner.limits.half_closed)

    def _take(self, found: list[bytes]) -> None:
        messages = [each for each in found if each != PING]
        for _ in range(len(found) - len(messages)):
            self.write(PONG)
        self._measure(progress=bool(found))
        if messages:
            self._owner.arrived(self, messages)

    def _measure(self, *, progress: bool) -> None:
        """Let a begun message have its time, however slowly it drips in, and a whole one begin a new wait."""
        limits = self._owner.limits
        if not self._framer.buffered:
            self._begun = False
            self._wait(limits.idle)
        elif progress or not self._begun:
            self._begun = True
            self._wait(limits.message)

    def _wait(self, seconds: float) -> None:
        """Give the peer so long from now; a timer that rings too early is set again then, and costs nothing now."""
        self._deadline = self._loop.time() + seconds
        if self._timer is None or self._deadline < self._timer_at:
            self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = self._deadline
        self._timer = self._loop.call_at(self._deadline, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._loop.time() < self._deadline:
            self._arm()
            return
        if not self._begun and not self.half_closed and not self._given_up and self._owner.in_use(self.flow):
            self._wait(self._owner.limits.idle)
            return
        if self._begun:
            self._owner.complain(self.flow, f"a message took longer than {self._owner.limits.message:g} s")
        self.abort()

    def eof_received(self) -> bool:
        """Keep a connection whose other end sends no more open for our answers, but not for long; TLS cannot."""
        if self._framer.buffered:
            self._owner.complain(self.flow, "ended in the middle of a message")
        if self._owner.name == "tls":
            return False
        self.half_closed, self._begun = True, False
        self._wait(self._owner.limits.half_closed)
        return True

    def write(self, data: bytes) -> None:
        """Send bytes, or cut a peer off that does not read."""
        if self._transport is None or self._transport.is_closing() or self.ended:
            return
        self._used = True
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > self._owner.limits.unsent:
            self._owner.complain(self.flow, "does not read what it is sent")
            self.abort()

    def pause(self) -> None:
        """Read no more for now."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """Read again."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def end(self, act: Act) -> None:
        """End this half of the connection, which TLS cannot do without ending both; or reset it."""
        self.ended = True
        if act == "half-close":
            if self._transport is not None and not self._transport.is_closing():
                (self._transport.write_eof if self._transport.can_write_eof() else self._transport.close)()
            return
        opened = self._transport.get_extra_info("socket") if self._transport is not None else None
        if opened is not None:
            with suppress(OSError):
                opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.abort()

    def abort(self) -> None:
        """End the connection at once."""
        self._used = True
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """End the connection when all is sent."""
        self._used = True
        if self._transport is not None:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the owner."""
        if isinstance(exc, ssl.SSLError):
            # TLS 1.3 lets a server begin before the client has judged its certificate.
            self._owner.complain(self.flow, explain(exc))
        elif self._owner.name == "tls" and self._transport is not None and not self._used:
            # Some clients do not say why they leave.
            self._owner.complain(self.flow, HUNG_UP_AT_ONCE)
        if self._timer is not None:
            self._timer.cancel()
        self._owner.lost(self)
