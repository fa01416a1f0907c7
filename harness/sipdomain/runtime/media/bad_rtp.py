"""RTP with faults: what the emulator's sessions send and hear goes a bad line, on real time."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from sipdomain.entries import Injected
from sipdomain.faults import Chain, Fault, Sender
from sipdomain.journal import Journal
from sipdomain.runtime.clock import Clock

MOST_HELD: Final = 10_000
"""How many packets may be under way at once; past that a further one is lost."""

Leave = Callable[[bytes, float], None]
"""Hands a packet on, at a moment in seconds."""


class BadRtp:
    """The line of audio between phones and the emulator, both ways.

    Attributes:
        rng: What chance is drawn from.
        held: How many packets are under way.
    """

    def __init__(self, clock: Clock, journal: Journal) -> None:
        """Make a line without faults; its time begins now.

        Args:
            clock: The time.
            journal: Where is written, once a session, way and kind of faults, what was injected.
        """
        self.rng = random.Random(0)
        self.held = 0
        self._clock = clock
        self._journal = journal
        self._began_at = clock.now()
        self._chains: dict[str, Chain] = {}
        self._met: set[tuple[str, Sender, str]] = set()
        self._faults: tuple[Fault, ...] = ()

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What befalls packets, in this order; each session remembers its own bursts."""
        return self._faults

    @faults.setter
    def faults(self, faults: tuple[Fault, ...]) -> None:
        """Take others from now on; what is under way arrives."""
        self._faults = faults
        self._chains.clear()
        self._met.clear()

    def carry(self, session: str, sender: Sender, data: bytes, leave: Leave) -> None:
        """Take a packet; `leave` is called for each that gets through, at once or later.

        Args:
            session: The session that sends or hears it.
            sender: Who sends it.
            data: Its bytes.
            leave: Hands it on.
        """
        now, met = self._clock.now(), list[Fault]()
        if not self._faults:
            leave(data, now)
            return
        chain = self._chains.setdefault(session, Chain(self._faults))
        passages = chain.decide(data, now - self._began_at, self.rng, sender, met=met)
        for fault in met:
            self._note(now, session, sender, type(fault).__name__.lower())
        for passage in passages:
            if not passage.delay:
                leave(passage.data, now)
            elif self.held < MOST_HELD:
                self.held += 1
                self._clock.call_at(now + passage.delay, lambda data=passage.data: self._arrive(leave, data))  # type: ignore[misc]

    def _arrive(self, leave: Leave, data: bytes) -> None:
        self.held -= 1
        leave(data, self._clock.now())

    def _note(self, now: float, session: str, sender: Sender, word: str) -> None:
        if (session, sender, word) not in self._met:
            self._met.add((session, sender, word))
            text = f"audio of the {sender} in {session}, from here on"
            self._journal.append(Injected(at=now, layer="rtp", fault=word, text=text))

    def closed(self, session: str) -> None:
        """Forget a session that is over."""
        self._chains.pop(session, None)
        self._met = {each for each in self._met if each[0] != session}
