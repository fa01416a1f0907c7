"""A line with faults: carries datagrams and streams as its faults decide, on real or virtual time."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Final

from sipdomain.entries import Injected
from sipdomain.faults import FAULTS, Chain, Fault, Passage, Sender, Transport
from sipdomain.faults.fault import kinds
from sipdomain.journal import Journal
from sipdomain.runtime.clock import Clock
from sipdomain.sip.codec import call_id_of

MOST_HELD: Final = 10_000
"""How many datagrams may be under way at once; past that a further one is lost, as in a full router."""
Deliver = Callable[[Passage], None]


class BadLine:
    """The line between phones and the emulator, both ways.

    Attributes:
        rng: What chance is drawn from.
    """

    def __init__(self, faults: tuple[Fault, ...], clock: Clock, rng: random.Random, journal: Journal) -> None:
        """Make a line; its time begins now.

        Args:
            faults: What befalls messages, in this order.
            clock: The time.
            rng: What chance is drawn from.
            journal: Where is written what was injected.
        """
        self.rng = rng
        self._journal = journal
        self._under_way: dict[int, Passage] = {}
        self._tails: dict[Hashable, tuple[float, int]] = {}
        self._number = 0
        self._chain = Chain(faults)
        self._clock = clock
        self._began_at = clock.now()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What befalls messages, in this order."""
        return self._chain.faults

    @faults.setter
    def faults(self, faults: tuple[Fault, ...]) -> None:
        """Take others from now on; what is under way arrives."""
        self._chain = Chain(faults)

    @property
    def held(self) -> int:
        """How many datagrams are under way."""
        return len(self._under_way)

    def holds(self, call_id: str) -> bool:
        """Whether a message with this Call-ID is under way."""
        named = call_id.encode()
        return any(named in each.data for each in self._under_way.values())

    def concerns(self, over: Transport) -> bool:
        """Return whether any fault may befall what travels by a transport."""
        return self._chain.concerns(over)

    def refuses(self, sender: Sender, over: Transport) -> bool:
        """Return whether a connection that somebody opens is refused."""
        now = self._clock.now()
        refused = self._chain.refuses(now - self._began_at, self.rng, sender, over)
        if refused:
            text = f"a connection of the {sender} over {over}"
            self._journal.append(Injected(at=now, layer="sip", fault="refuse", text=text))
        return refused

    def carry(
        self,
        data: bytes,
        deliver: Deliver,
        latency: float = 0.0,
        sender: Sender | None = None,
        *,
        over: Transport = "udp",
        stream: Hashable = None,
        binding: int = 0,
    ) -> None:
        """Take a datagram, or a message in a stream; `deliver` is called for each piece that gets through.

        Args:
            data: Its bytes.
            deliver: Hands it on.
            latency: How long the way takes in any case, in seconds; without it, what is
                not delayed is handed on at once.
            sender: Who sends it.
            over: By which transport.
            stream: One way of a connection, whose pieces keep their order, and are one where they arrive together.
            binding: Through which port of a NAT it comes.
        """
        now = self._clock.now()
        met: list[Fault] = []
        passages = self._chain.decide(
            data, now - self._began_at, self.rng, sender, over=over, binding=binding, met=met
        )
        if met:
            self._journal.append(_injected(now, data, sender, passages, met))
        leave_at = now + latency
        if passages and stream in self._tails:
            # All of it follows what came before it in the stream.
            leave_at = max(leave_at, self._tails[stream][0] - passages[0].delay)
        for passage in passages:
            due = leave_at + passage.delay
            if stream in self._tails:
                if self._joined(stream, due, passage):
                    continue
            elif due == now:
                deliver(passage)
                continue
            if self.held < MOST_HELD:
                self._number += 1
                self._under_way[self._number] = passage
                if stream is not None:
                    self._tails[stream] = due, self._number
                self._clock.call_at(due, partial(self._arrived, self._number, deliver, stream))

    def _joined(self, stream: Hashable, due: float, passage: Passage) -> bool:
        """Put a piece of a stream to the one before it, where both arrive at the same moment."""
        at, number = self._tails[stream]
        before = self._under_way[number]
        if before.act or due - at > 1e-9:
            return False
        self._under_way[number] = before._replace(data=before.data + passage.data, act=passage.act)
        return True

    def _arrived(self, number: int, deliver: Deliver, stream: Hashable) -> None:
        if stream is not None and self._tails[stream][1] == number:
            del self._tails[stream]
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
    acts = {each.act for each in passages} - {""}
    if "reset" in acts:
        return "lost, and the connection reset"
    late = ", ".join(f"{each.delay:.3g} s" for each in passages[:5] if each.delay)
    pieces = len(passages) > 1 and b"".join(each.data for each in passages) == data
    said = {
        f"arrives in {len(passages)} pieces" if pieces else f"arrives {len(passages)} times": len(passages)
        > 1,
        f"late by {late}{', …' if len(passages) > 5 else ''}": bool(late),
        "changed": not pieces and any(each.data != data for each in passages),
        "through another port": any(each.binding for each in passages),
        "the sender's half of the connection ends": bool(acts),
    }
    return ", ".join(words for words, holds in said.items() if holds) or "through its new port"
