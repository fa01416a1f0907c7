"""SIP over TCP: a listener, connections in both directions, framing, keep-alives, caps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, cast

from harness.errors import RemoteProtocolError, SetupError
from harness.sip.framing import PING, PONG, StreamFramer
from harness.sip.outputs import Address, Flow

MOST_CONNECTIONS: Final = 1_000
MOST_UNSENT: Final = 1024 * 1024
"""A peer that lets this many bytes wait is cut off."""
CONNECT_TIMEOUT: Final = 5.0
IDLE_TIMEOUT: Final = 900.0
MESSAGE_TIMEOUT: Final = 32.0
"""How long a message that has begun may take to arrive."""


class Connection(asyncio.Protocol):
    """One connection; it knows the transport that it belongs to."""

    def __init__(self, owner: TcpTransport, number: int) -> None:
        self._owner = owner
        self._number = number
        self._framer = StreamFramer()
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.flow = Flow(owner.name, owner.address, Address("", 0), number)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take up a connection."""
        # uvloop's transports are not of asyncio's class, but behave as it.
        transport = self._transport = cast("asyncio.Transport", transport)
        local, remote = transport.get_extra_info("sockname"), transport.get_extra_info("peername")
        # Requests name our listening port in Via and Contact, whatever port the connection has.
        listening = Address(local[0], self._owner.address.port or local[1])
        self.flow = Flow(self._owner.name, listening, Address(remote[0], remote[1]), self._number)
        self._owner.opened(self)
        self._arm()

    def data_received(self, data: bytes) -> None:
        """Cut messages out of the stream."""
        try:
            messages = self._framer.feed(data)
        except RemoteProtocolError as error:
            self._owner.complain(self.flow, str(error))
            self.abort()
            return
        for message in messages:
            if message == PING:
                self.write(PONG)
            else:
                self._owner.receive(message, self.flow)
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        wait = MESSAGE_TIMEOUT if self._framer.buffered else IDLE_TIMEOUT
        self._timer = asyncio.get_running_loop().call_later(wait, self.abort)

    def write(self, data: bytes) -> None:
        """Send bytes, or cut a peer off that does not read."""
        if self._transport is None or self._transport.is_closing():
            return
        self._transport.write(data)
        if self._transport.get_write_buffer_size() > MOST_UNSENT:
            self._owner.complain(self.flow, "does not read what it is sent")
            self.abort()

    def abort(self) -> None:
        """End the connection at once."""
        if self._transport is not None:
            self._transport.abort()

    def close(self) -> None:
        """End the connection when all is sent."""
        if self._transport is not None:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell the owner."""
        del exc
        if self._timer is not None:
            self._timer.cancel()
        self._owner.lost(self)


class TcpTransport:
    """A listener and all its connections; connections to a peer are opened when first needed.

    Attributes:
        name: "tcp".
        address: What it listens on; port 0 when it only connects.
    """

    name = "tcp"

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        receive: Callable[[bytes, Flow], None],
        failed: Callable[[Flow], None],
        complain: Callable[[Flow, str], None],
    ) -> None:
        """Make a transport that does not listen yet.

        Args:
            loop: The event loop.
            receive: Called with each message and its flow.
            failed: Called with the flow of a connection that could not be opened, or broke.
            complain: Called with what was wrong with a peer.
        """
        self._loop = loop
        self.receive = receive
        self._failed = failed
        self.complain = complain
        self.address = Address("", 0)
        self._server: asyncio.Server | None = None
        self._connections: dict[int, Connection] = {}
        self._by_remote: dict[Address, int] = {}
        self._opening: dict[Address, asyncio.Task[None]] = {}
        self._unsent: dict[Address, list[bytes]] = {}
        self._number = 0

    async def listen(self, bind: Address) -> None:
        """Listen.

        Raises:
            SetupError: The address cannot be bound.
        """
        try:
            self._server = await self._loop.create_server(self._accept, bind.host, bind.port)
        except OSError as error:
            raise SetupError(f"cannot listen on {self.name} {bind}: {error.strerror}") from error
        self.address = Address(*self._server.sockets[0].getsockname()[:2])

    def name_local(self, address: Address) -> None:
        """Say which address requests name, for one that only connects."""
        self.address = address

    def _accept(self) -> Connection:
        self._number += 1
        return Connection(self, self._number)

    def opened(self, connection: Connection) -> None:
        """Take a connection up, or refuse it when there are too many."""
        if len(self._connections) >= MOST_CONNECTIONS:
            self.complain(connection.flow, f"more than {MOST_CONNECTIONS} connections")
            connection.abort()
            return
        flow = connection.flow
        self._connections[flow.connection] = connection
        self._by_remote[flow.remote] = flow.connection

    def lost(self, connection: Connection) -> None:
        """Forget a connection and tell who used it."""
        flow = connection.flow
        if self._connections.pop(flow.connection, None) is None:
            return
        if self._by_remote.get(flow.remote) == flow.connection:
            del self._by_remote[flow.remote]
        self._failed(flow)

    def send(self, flow: Flow, data: bytes) -> None:
        """Send on the flow's connection, on another to the same peer, or on a new one."""
        number = flow.connection or self._by_remote.get(flow.remote, 0)
        connection = self._connections.get(number)
        if connection is not None:
            connection.write(data)
        elif flow.connection:
            self._failed(flow)
        elif flow.remote in self._opening:
            self._unsent[flow.remote].append(data)
        else:
            self._unsent[flow.remote] = [data]
            self._opening[flow.remote] = self._loop.create_task(self._open(flow))

    async def _open(self, flow: Flow) -> None:
        connection = self._accept()
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT):
                await self._connect(connection, flow)
        except (OSError, TimeoutError):
            self._failed(flow)
        else:
            for data in self._unsent.get(flow.remote, ()):
                connection.write(data)
        finally:
            self._unsent.pop(flow.remote, None)
            self._opening.pop(flow.remote, None)

    async def _connect(self, connection: Connection, flow: Flow) -> None:
        await self._loop.create_connection(
            lambda: connection, flow.remote.host, flow.remote.port, local_addr=(flow.local.host, 0)
        )

    async def close(self) -> None:
        """End everything."""
        if self._server is not None:
            self._server.close()
        for task in list(self._opening.values()):
            task.cancel()
        for connection in list(self._connections.values()):
            connection.close()
        await asyncio.sleep(0)
        for connection in list(self._connections.values()):
            connection.abort()
