"""A line with faults: carries datagrams as its faults decide, on real or virtual time."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from typing import Final

from sipdomain.faults import Chain, Fault, Sender
from sipdomain.runtime.clock import Clock
from sipdomain.runtime.pump import Network
from sipdomain.sip.outputs import Flow

MOST_HELD: Final = 10_000
"""How many datagrams may be under way at once; past that a further one is lost, as in a full router."""


class BadLine:
    """The line between a phone and the emulator, both ways."""

    def __init__(self, faults: tuple[Fault, ...], clock: Clock, rng: random.Random) -> None:
        """Make a line; its time begins now.

        Args:
            faults: What befalls datagrams, in this order.
            clock: The time.
            rng: What chance is drawn from.
        """
        self._under_way: dict[int, bytes] = {}
        self._number = 0
        self._chain = Chain(faults)
        self._clock = clock
        self._rng = rng
        self._began_at = clock.now()

    @property
    def held(self) -> int:
        """How many datagrams are under way."""
        return len(self._under_way)

    def holds(self, call_id: str) -> bool:
        """Whether a message with this Call-ID is under way."""
        named = call_id.encode()
        return any(named in data for data in self._under_way.values())

    def carry(
        self,
        data: bytes,
        deliver: Callable[[bytes], None],
        latency: float = 0.0,
        sender: Sender | None = None,
    ) -> None:
        """Take a datagram; `deliver` is called for each that gets through.

        Args:
            data: Its bytes.
            deliver: Hands it on.
            latency: How long the way takes in any case, in seconds; without it, what is
                not delayed is handed on at once.
            sender: Who sends it.
        """
        now = self._clock.now()
        for delay, passed in self._chain.decide(data, now - self._began_at, self._rng, sender):
            if delay + latency == 0.0:
                deliver(passed)
            elif self.held < MOST_HELD:
                self._number += 1
                self._under_way[self._number] = passed
                self._clock.call_at(now + latency + delay, partial(self._arrived, self._number, deliver))

    def _arrived(self, number: int, deliver: Callable[[bytes], None]) -> None:
        deliver(self._under_way.pop(number))


class BadLineNetwork:
    """A phone's network whose datagrams, both ways, take a bad line; streams are left alone."""

    def __init__(self, line: BadLine, inner: Network, receive: Callable[[bytes, Flow], None]) -> None:
        """Stand between a pump and its network.

        Args:
            line: The line.
            inner: What sends.
            receive: Takes what arrived.
        """
        self._line = line
        self._inner = inner
        self._receive = receive

    def send(self, flow: Flow, data: bytes) -> None:
        """Send a message, as far as the line lets it through."""
        if flow.reliable:
            self._inner.send(flow, data)
        else:
            self._line.carry(data, partial(self._inner.send, flow), sender="phone")

    def receive(self, data: bytes, flow: Flow) -> None:
        """Take a message from the network, as far as the line lets it through."""
        if flow.reliable:
            self._receive(data, flow)
        else:
            self._line.carry(data, lambda passed: self._receive(passed, flow), sender="cloud")
