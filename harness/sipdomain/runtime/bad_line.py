"""A line with faults: carries datagrams as its faults decide, on real or virtual time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from sipdomain.entries import Injected
from sipdomain.faults import FAULTS, Chain, Fault, Passage, Sender
from sipdomain.faults.fault import kinds
from sipdomain.journal import Journal
from sipdomain.runtime.clock import Clock
from sipdomain.runtime.pump import Network
from sipdomain.sip.codec import call_id_of
from sipdomain.sip.outputs import Flow

MOST_HELD: Final = 10_000
"""How many datagrams may be under way at once; past that a further one is lost, as in a full router."""


class BadLine:
    """The line between a phone and the emulator, both ways."""

    def __init__(self, faults: tuple[Fault, ...], clock: Clock, rng: random.Random, journal: Journal) -> None:
        """Make a line; its time begins now.

        Args:
            faults: What befalls datagrams, in this order.
            clock: The time.
            rng: What chance is drawn from.
            journal: Where is written what was injected.
        """
        self._journal = journal
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
        met: list[Fault] = []
        passages = self._chain.decide(data, now - self._began_at, self._rng, sender, met)
        if met:
            self._journal.append(_injected(now, data, sender, passages, met))
        for delay, passed in passages:
            if delay + latency == 0.0:
                deliver(passed)
            elif self.held < MOST_HELD:
                self._number += 1
                self._under_way[self._number] = passed
                self._clock.call_at(now + latency + delay, partial(self._arrived, self._number, deliver))

    def _arrived(self, number: int, deliver: Callable[[bytes], None]) -> None:
        deliver(self._under_way.pop(number))


def _injected(
    now: float, data: bytes, sender: Sender | None, passages: Sequence[Passage], met: Sequence[Fault]
) -> Injected:
    """Return what the journal has of a datagram that faults befell."""
    words = [word for word, kind in FAULTS.items() if any(type(each) is kind for each in met)]
    name = (kinds(data) or ("a datagram",))[-1]
    text = f"{name} of the {sender}" if sender else name
    return Injected(
        at=now, layer="sip", fault=", ".join(words), text=f"{text}: {_fate(data, passages)}",
        call_id=call_id_of(data),
    )  # fmt: skip


def _fate(data: bytes, passages: Sequence[Passage]) -> str:
    """Say what becomes of a datagram."""
    if not passages:
        return "lost"
    late = ", ".join(f"{each.delay:.3g} s" for each in passages if each.delay)
    said = {
        f"arrives {len(passages)} times": len(passages) > 1,
        f"late by {late}": bool(late),
        "changed": any(each.data != data for each in passages),
    }
    return ", ".join(words for words, holds in said.items() if holds)


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
