"""The main listeners and one for each edge, as one network: an edge can be closed and opened again, to test failover."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from typing import Final

from sipdomain.errors import SetupError
from sipdomain.faults import Act
from sipdomain.runtime.sip.network import LiveNetwork
from sipdomain.runtime.sip.udp import own_address
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.names.dns_zone import WILDCARDS, Listener
from sipdomain.twilio.names.edges import EDGE_NAMES

Listen = Callable[[Address, Address | None], Awaitable[LiveNetwork]]
"""Listens for UDP and TCP at the first address, and for TLS at the second."""

USUAL_HOSTS: Final = {name: f"127.0.1.{number}" for number, name in enumerate(EDGE_NAMES, 1)}
"""Where each edge listens when nothing else is said; Linux has all of 127.0.0.0/8, other systems 127.0.0.1 only."""


class EdgeListeners:
    """Sends by the listener that a flow came by.

    Attributes:
        main: The listener that stands for no edge.
        others: Further listeners that stand for no edge.
        addresses: Where each edge listens, or did before it was closed, by the edge's name.
        secure: Where each edge listens for TLS, or did, by the edge's name.
        listeners: What DNS answers with: every edge, closed or not, and the main listener under "".
    """

    def __init__(self, main: LiveNetwork, listen: Listen, *, advertise: str | None = None) -> None:
        """Begin with the main listener.

        Args:
            main: It.
            listen: Opens a listener; raises SetupError when an address cannot be bound.
            advertise: An IP address that DNS gives in place of the main listener's, or None.
        """
        self.main = main
        self.others: list[LiveNetwork] = []
        self.addresses: dict[str, Address] = {}
        self.secure: dict[str, Address] = {}
        self.listeners: dict[str, Listener] = {
            "": Listener(advertise or main.address.host, main.address.port, _tls_port(main))
        }
        self._listen = listen
        self._open: dict[str, LiveNetwork] = {}
        self._by_local: dict[Address, str] = {}
        self._other_by_local: dict[Address, LiveNetwork] = {}
        self._lock = asyncio.Lock()

    async def also(self, bind: Address, secure: Address | None = None) -> Address:
        """Open a further listener that stands for no edge, and return where it listens.

        Raises:
            SetupError: An address cannot be bound.
        """
        network = await self._listen(bind, secure)
        self.others.append(network)
        for address in (network.address, network.tls_address):
            if address is not None:
                self._other_by_local[address] = network
        return network.address

    async def add(self, name: str, bind: Address, secure: Address | None = None) -> Address:
        """Open an edge's own listener, and return where it listens.

        Args:
            name: The edge's name.
            bind: Where to listen for UDP and TCP.
            secure: Where to listen for TLS, or None not to.

        Raises:
            SetupError: An address cannot be bound.
        """
        network = await self._listen(bind, secure)
        address = network.address
        self._open[name] = network
        self._by_local[address] = name
        self.addresses[name] = address
        if network.tls_address is not None:
            self._by_local[network.tls_address] = name
            self.secure[name] = network.tls_address
        self.listeners[name] = Listener(address.host, address.port, _tls_port(network))
        return address

    async def shut(self, name: str) -> None:
        """Close an edge's listener with all its connections, as if the edge were down; DNS still points to it.

        Raises:
            KeyError: It has none.
        """
        async with self._lock:
            network = self._open.pop(name, None)
            if network is not None:
                await network.close()
            elif name not in self.addresses:
                raise KeyError(name)

    async def restore(self, name: str) -> None:
        """Open an edge's listener again, at the address that it had.

        Raises:
            KeyError: It had none.
            SetupError: The address cannot be bound any more.
        """
        async with self._lock:
            address = self.addresses[name]
            if name not in self._open:
                self._open[name] = await self._listen(address, self.secure.get(name))

    @property
    def unnamed(self) -> list[Address]:
        """Where listeners that stand for no edge listen, by UDP, TCP or TLS."""
        both = ((each.address, each.tls_address) for each in (self.main, *self.others))
        return [address for pair in both for address in pair if address is not None]

    def is_open(self, name: str) -> bool:
        """Return whether an edge's own listener is open."""
        return name in self._open

    def flow_to(self, transport: str, remote: Address) -> Flow | None:
        """Return the flow for a request of ours, by a listener of the address's family; None when there is none."""
        for network in (self.main, *self.others):
            local = network.tls_address if transport == "tls" else network.address
            if local is not None and (":" in local.host) == (":" in remote.host):
                own = own_address(remote.host) if local.host in WILDCARDS else local.host
                return Flow(transport, Address(own, local.port), remote)
        return None

    def send(self, flow: Flow, data: bytes) -> None:
        """Send a message by the listener of its flow; from a closed edge nothing leaves."""
        name = self._by_local.get(flow.local)
        if name is None:
            self._other_by_local.get(flow.local, self.main).send(flow, data)
        elif name in self._open:
            self._open[name].send(flow, data)

    def end(self, flow: Flow, act: Act) -> None:
        """End a connection of a listener on purpose."""
        name = self._by_local.get(flow.local)
        network = (
            self._open.get(name) if name is not None else self._other_by_local.get(flow.local, self.main)
        )
        if network is not None:
            network.end(flow, act)

    async def close(self) -> None:
        """Close all sockets."""
        for name in list(self._open):
            await self._open.pop(name).close()
        for network in (self.main, *self.others):
            await network.close()


def _tls_port(network: LiveNetwork) -> int | None:
    """Return the port of TLS, or None when there is none at the address that DNS gives."""
    secure = network.tls_address
    return secure.port if secure is not None and secure.host == network.address.host else None


def secure_beside(address: Address) -> Address:
    """Return where TLS listens beside UDP and TCP: on the next port, as 5061 is beside 5060; 0 stays any free one."""
    return Address(address.host, address.port + 1 if 0 < address.port < 65_535 else 0)


def usual_edges(port: int) -> tuple[dict[str, Address], list[str]]:
    """Return the usual address of each edge where this system has it, and the names of the other edges.

    Args:
        port: The port for all of them; 0 lets each have a free one.
    """
    found = {name: Address(host, port) for name, host in USUAL_HOSTS.items() if _is_ours(host)}
    return found, [name for name in USUAL_HOSTS if name not in found]


def _is_ours(host: str) -> bool:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            return False
    return True


async def open_all(listeners: EdgeListeners, edges: Mapping[str, Address], *, secure: bool = False) -> None:
    """Open every edge's listener, with TLS beside it when asked to.

    Raises:
        SetupError: An address cannot be bound; it says for which edge.
    """
    for name, bind in edges.items():
        try:
            await listeners.add(name, bind, secure_beside(bind) if secure else None)
        except SetupError as error:
            raise SetupError(f"edge {name}: {error}") from error
