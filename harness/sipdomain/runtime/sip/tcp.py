"""SIP over TCP, and over TLS: a listener, connections in both directions, caps."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, Final, Literal

from sipdomain.errors import SetupError
from sipdomain.faults import Act
from sipdomain.runtime.sip.connection import RESET, Connection, StreamLimits
from sipdomain.runtime.sip.connection_table import Connections
from sipdomain.runtime.sip.fair_queue import FairQueue
from sipdomain.runtime.tls.contexts import Tls
from sipdomain.runtime.tls.errors import explain
from sipdomain.sip.outputs import Address, Flow

_BACKLOG: Final = 512
_ACCEPTED_AT_ONCE: Final = 64
_HANDSHAKE_FAILURE: Final = bytes.fromhex("15030300020228")
"""The alert of that name, fatal (RFC 8446 section 6.2), in a record of TLS 1.2 or 1.3 (section 5.1)."""
_OUT_OF_FILES: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_RECOVERY: Final = 1.0
"""How long nothing is accepted when the system has no more sockets, in seconds."""

Way = Literal["accepted", "opened"]


class TcpTransport:
    """A listener and all its connections; connections to a peer are opened when first needed.

    Attributes:
        name: "tcp", or "tls" with TLS.
        address: What it listens on; port 0 when it only connects.
        limits: What its connections may cost.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        queue: FairQueue,
        failed: Callable[[Flow], None],
        complain: Callable[[Flow, str], None],
        *,
        tls: Tls | None = None,
        limits: StreamLimits | None = None,
        in_use: Callable[[Flow], bool] = lambda _: False,
    ) -> None:
        """Make a transport that does not listen yet.

        Args:
            loop: The event loop.
            queue: Where messages go with their flows.
            failed: Called with the flow of a connection that could not be opened, or broke.
            complain: Called with what was wrong with a peer.
            tls: How both ends of TLS are set up; None for plain TCP.
            limits: What connections may cost.
            in_use: Returns whether a connection is needed though nothing comes by it.
        """
        self.name = "tcp" if tls is None else "tls"
        self.address = Address("", 0)
        self.limits = limits or StreamLimits()
        self._loop = loop
        self._queue = queue
        self._failed = failed
        self._in_use = in_use
        self._complain = complain
        self._tls = tls
        self._socket: socket.socket | None = None
        self._pause: asyncio.TimerHandle | None = None
        self._connections = Connections(self.limits)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._unsent: dict[Address, list[bytes]] = {}
        self._number = 0
        self._ending: set[Address] = set()
        self.refuses: Callable[[Way], bool] = lambda _: False
        """Whether a connection is refused on purpose, by how it came about."""

    # --- listening ---------------------------------------------------------------------------------------

    def listen(self, bind: Address) -> None:
        """Listen.

        Raises:
            SetupError: The address cannot be bound.
        """
        try:
            self._socket = _listening(bind)
        except OSError as error:
            raise SetupError(f"cannot listen on {self.name} {bind}: {error.strerror}") from error
        self.address = Address(*self._socket.getsockname()[:2])
        self._loop.add_reader(self._socket.fileno(), self._accept, self._socket)

    def name_local(self, address: Address) -> None:
        """Say which address requests name, for one that only connects."""
        self.address = address

    def _accept(self, listening: socket.socket) -> None:
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                accepted, source = listening.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _OUT_OF_FILES:
                    raise
                self._recover(listening, str(error.strerror))
                return
            remote = Address(source[0], source[1])
            verdict = self._connections.judge(remote.host)
            if verdict.refusal:
                self.complain(Flow(self.name, self.address, remote), f"refused: {verdict.refusal}")
                accepted.close()
                continue
            if verdict.victim is not None:
                self._replace(verdict.victim)
            connection = self._new(remote)
            self._start(connection, self._take(connection, accepted))

    def _recover(self, listening: socket.socket, why: str) -> None:
        """Close the listener for a while: what waits at it would ring again and again."""
        self.complain(Flow(self.name, self.address, Address("", 0)), f"accepts nothing for a while: {why}")
        self._loop.remove_reader(listening.fileno())
        self._pause = self._loop.call_later(
            _RECOVERY, lambda: self._loop.add_reader(listening.fileno(), self._accept, listening)
        )

    async def _take(self, connection: Connection, accepted: socket.socket) -> None:
        """Take an accepted connection up, after its TLS handshake."""
        handed_over = False
        if self.refuses("accepted"):
            self._refuse(connection, accepted)
            return
        try:
            context = None if self._tls is None else await self._tls.accepting()
            handed_over = True
            await self._loop.connect_accepted_socket(
                lambda: connection, accepted, ssl=context,
                ssl_handshake_timeout=None if context is None else self.limits.handshake,
            )  # fmt: skip
        except (OSError, SetupError) as error:
            self.complain(connection.flow, self._explain(error))
            self._connections.remove(connection)
        finally:
            if not handed_over:
                accepted.close()

    def _refuse(self, connection: Connection, accepted: socket.socket) -> None:
        """Refuse a connection on purpose: with TLS by an alert in its handshake, and by RST."""
        if self._tls is not None:
            with suppress(OSError):
                accepted.send(_HANDSHAKE_FAILURE)
        else:
            accepted.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        accepted.close()
        self._connections.remove(connection)

    # --- connections -------------------------------------------------------------------------------------

    def send(self, flow: Flow, data: bytes) -> None:
        """Send on the flow's connection, on another to the same peer, or on a new one."""
        number, remote = flow.connection, flow.remote
        connection = self._connections.numbered(number) if number else self._connections.to(remote)
        if connection is not None and (connection.ended or (not number and remote in self._unsent)):
            # It sends no more; or it is open, and what came before has not been written yet.
            connection = None
        if connection is not None:
            connection.write(data)
        elif number:
            self._failed(flow)
        elif remote in self._unsent:
            if sum(map(len, self._unsent[remote])) + len(data) <= self.limits.unsent:
                self._unsent[remote].append(data)
        else:
            verdict = self._connections.judge(remote.host)
            if verdict.refusal:
                self.complain(flow, f"not opened: {verdict.refusal}")
                self._loop.call_soon(self._failed, flow)
                return
            self._unsent[remote] = [data]
            opened = self._new(remote)
            self._start(opened, self._open(opened, flow))

    def end(self, flow: Flow, act: Act) -> None:
        """End a connection on purpose: reset it, or our half of it; one that is being opened, once all was sent."""
        connection = self._connections.numbered(flow.connection) or self._connections.to(flow.remote)
        if act == "half-close" and flow.remote in self._unsent:
            self._ending.add(flow.remote)
        elif connection is not None:
            connection.end(act)
        elif act == "reset":
            self._loop.call_soon(self._failed, flow)

    async def _open(self, connection: Connection, flow: Flow) -> None:
        remote = flow.remote
        try:
            if self.refuses("opened"):
                raise ConnectionRefusedError(errno.ECONNREFUSED, "refused (injected)")
            async with asyncio.timeout(self.limits.connect):
                context, name = (None, None) if self._tls is None else await self._tls.connecting()
                await self._loop.create_connection(
                    lambda: connection, remote.host, remote.port, local_addr=(flow.local.host, 0),
                    ssl=context, server_hostname=name,
                )  # fmt: skip
        except (OSError, TimeoutError, SetupError) as error:
            self.complain(flow, self._explain(error))
            self._connections.remove(connection)
            self._failed(flow)
        else:
            for data in self._unsent.get(remote, ()):
                connection.write(data)
            if remote in self._ending:
                connection.end("half-close")
        finally:
            self._unsent.pop(remote, None)
            self._ending.discard(remote)

    def _explain(self, error: Exception) -> str:
        if isinstance(error, TimeoutError) and not error.errno:
            return f"no connection in {self.limits.connect:g} s"
        return str(error) if self._tls is None else explain(error)

    def _new(self, remote: Address) -> Connection:
        self._number += 1
        connection = Connection(self, self._number, remote)
        self._connections.add(connection)
        return connection

    def _start(self, connection: Connection, work: Coroutine[Any, Any, None]) -> None:
        task = self._tasks[connection.number] = self._loop.create_task(work)
        task.add_done_callback(lambda _: self._tasks.pop(connection.number, None))

    def opened(self, connection: Connection) -> None:
        """Let a connection be used."""
        self._connections.opened(connection)

    def arrived(self, connection: Connection, messages: list[bytes]) -> None:
        """Queue messages; a connection from which too much waits is not read until that is worked on."""
        self._connections.used(connection)
        host = connection.remote.host
        for message in messages:
            self._queue.put(message, connection.flow)
        if self._queue.is_full(host):
            connection.pause()
            self._queue.when_empty(host, connection.resume)
        self._queue.run()

    def complain(self, flow: Flow, text: str) -> None:
        """Take note of what is wrong with a peer."""
        self._complain(flow, text)

    def in_use(self, flow: Flow) -> bool:
        """Return whether a connection is needed though nothing comes by it."""
        return self._in_use(flow)

    def lost(self, connection: Connection) -> None:
        """Forget a connection and notify who used it."""
        if self._connections.remove(connection):
            self._failed(connection.flow)

    def _replace(self, connection: Connection) -> None:
        """End a connection at once, even one that is being opened, because another needs its place."""
        if not connection.half_closed:
            self.complain(connection.flow, "closed to make room: used least lately")
        task = self._tasks.get(connection.number)
        if task is not None:
            task.cancel()
        connection.abort()
        self.lost(connection)

    async def close(self) -> None:
        """End everything: what was written leaves first, where that takes no time."""
        if self._pause is not None:
            self._pause.cancel()
        if self._socket is not None:
            self._loop.remove_reader(self._socket.fileno())
            self._socket.close()
        for task in list(self._tasks.values()):
            task.cancel()
        for connection in self._connections:
            connection.close()
        await asyncio.sleep(0)
        for connection in self._connections:
            connection.abort()


def _listening(bind: Address) -> socket.socket:
    family = socket.AF_INET6 if ":" in bind.host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.settimeout(0)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        opened.bind((bind.host, bind.port))
        opened.listen(_BACKLOG)
    except OSError:
        opened.close()
        raise
    return opened
