"""RTP with faults: what the emulator's sessions send and hear goes a bad line, on real time."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial
from socket import AF_INET, AF_INET6, SOCK_DGRAM, socket
from typing import Final

from sipdomain.entries import Injected
from sipdomain.faults import Chain, Fault, Passage, Sender
from sipdomain.faults.rtp import RTP_WORDS
from sipdomain.faults.rtp.source import PLACES
from sipdomain.journal import Journal
from sipdomain.runtime.clock import Clock
from sipdomain.sip.outputs import Address

MOST_HELD: Final = 10_000
"""How many packets may be under way at once; past that a further one is lost."""

Leave = Callable[[bytes, float, int], None]
"""Hands a packet on, at a moment in seconds, by one of the places in `faults.rtp.source`, or 0 for its own."""
_STRANGER: Final = "192.0.2.1"
"""A host that is nobody's (TEST-NET-1, RFC 5737)."""


def elsewhere(source: Address, place: int) -> Address:
    """Return from where a packet comes by another place: another port of its host, or another host."""
    if place == PLACES["host"]:
        return Address(_STRANGER, source.port)
    return Address(source.host, source.port + (2 if source.port < 65_534 else -2)) if place else source


class Places:
    """Where else a session's packets come from: made-up places of its peer, and a second port of its own."""

    __slots__ = ("_host", "_made_up", "_opened")

    def __init__(self, host: str) -> None:
        """Bind nothing yet.

        Args:
            host: The address of the session.
        """
        self._host = host
        self._opened: socket | None = None
        self._made_up: dict[Address, Address] = {}

    def seen(self, source: Address, place: int) -> Address:
        """Return from where a packet of the peer's seems to come."""
        if not place:
            return source
        made_up = elsewhere(source, place)
        self._made_up = {made_up: source}
        return made_up

    def behind(self, target: Address) -> Address:
        """Return where what is sent to a place arrives: of a made-up one that was learned, the real one."""
        return self._made_up.get(target, target)

    def socket(self) -> socket:
        """Return the second port's socket, which is bound when it is first asked for.

        Raises:
            OSError: There is no port.
        """
        if self._opened is None:
            self._opened = opened = socket(AF_INET6 if ":" in self._host else AF_INET, SOCK_DGRAM)
            opened.settimeout(0)
            opened.bind((self._host, 0))
        return self._opened

    def close(self) -> None:
        """Close the second port, if there is one."""
        if self._opened is not None:
            self._opened.close()


class BadRtp:
    """The line of audio between phones and the emulator, both ways.

    Attributes:
        rng: What chance is drawn from.
        held: How many packets are under way.
    """

    def __init__(
        self, clock: Clock, journal: Journal, call_id_of: Callable[[str], str] = lambda _: ""
    ) -> None:
        """Make a line without faults; its time begins now.

        Args:
            clock: The time.
            journal: Where is written, once a session, way and kind of faults, what was injected.
            call_id_of: Returns the Call-ID of a session, or "" when it is not known.
        """
        self._call_id_of = call_id_of
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
            leave(data, now, 0)
            return
        chain = self._chains.setdefault(session, Chain(self._faults))
        passages = chain.decide(data, now - self._began_at, self.rng, sender, met=met)
        for fault in met:
            self._note(now, session, sender, RTP_WORDS[type(fault)])
        for passage in passages:
            if not passage.delay:
                leave(passage.data, now, passage.binding)
            elif self.held < MOST_HELD:
                self.held += 1
                self._clock.call_at(now + passage.delay, partial(self._arrive, leave, passage))

    def _arrive(self, leave: Leave, passage: Passage) -> None:
        self.held -= 1
        leave(passage.data, self._clock.now(), passage.binding)

    def _note(self, now: float, session: str, sender: Sender, word: str) -> None:
        if (session, sender, word) not in self._met:
            self._met.add((session, sender, word))
            text = f"audio of the {sender} in {session}, from here on"
            self._journal.append(
                Injected(at=now, layer="rtp", fault=word, text=text, call_id=self._call_id_of(session))
            )

    def closed(self, session: str) -> None:
        """Forget a session that is over."""
        self._chains.pop(session, None)
        self._met = {each for each in self._met if each[0] != session}
