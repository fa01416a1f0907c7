"""The edges of a live world as a script changes them: which is open, which DNS names first, and what DNS was asked."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sipdomain.runtime.sip.edge_listeners import EdgeListeners
from sipdomain.sip.outputs import Address
from sipdomain.twilio.names.dns_zone import TTL, Zone

MOST_QUESTIONS: Final = 1000
"""How many questions are kept; past it the oldest is forgotten."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question about a name without an edge.

    Attributes:
        at: The moment, in seconds.
        name: As it was asked, in lower case.
        kind: "SRV", "NAPTR", "A" …
    """

    at: float
    name: str
    kind: str


class Edges:
    """The edges that have listeners of their own, of which DNS gives one the best priority."""

    def __init__(self, listeners: EdgeListeners, zone: Zone, now: Callable[[], float]) -> None:
        """Let DNS name the edges in the order in which they were opened.

        Args:
            listeners: Their listeners.
            zone: What DNS answers from.
            now: Returns the moment, in seconds.
        """
        self._listeners, self._zone, self._now = listeners, zone, now
        self._questions: deque[Question] = deque(maxlen=MOST_QUESTIONS)
        self._order: Sequence[str] = self.names
        self._turns = False
        self._asked: Counter[str] = Counter()
        self._shut: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        zone.leads = self._leads

    @property
    def names(self) -> tuple[str, ...]:
        """The edges, in the order in which they were opened."""
        return tuple(self._listeners.addresses)

    @property
    def places(self) -> Mapping[Address, str]:
        """The edge of each address that one listens at, by UDP, TCP or TLS."""
        both = (*self._listeners.addresses.items(), *self._listeners.secure.items())
        return {address: name for name, address in both}

    @property
    def questions(self) -> tuple[Question, ...]:
        """What was asked, oldest first."""
        return tuple(self._questions)

    @property
    def is_settled(self) -> bool:
        """Whether every listener that was to be closed or opened is."""
        return not self._tasks

    def lead(self, *names: str) -> None:
        """Let DNS name these edges, the first with the best priority."""
        self._order = names

    def turn(self) -> None:
        """Let DNS give another edge the best priority each time a question comes again; no answer may be kept."""
        self._turns, self._zone.ttl = True, 0
        self._asked.clear()

    def shut(self, name: str) -> None:
        """Close an edge's listener, as if the edge were down: TCP is refused. DNS still names it."""
        self._shut.add(name)
        self._begin(self._listeners.shut(name))

    def reset(self) -> None:
        """Open every edge again, and let DNS name them as at the beginning."""
        self._order, self._turns, self._zone.ttl = self.names, False, TTL
        for name in self._shut:
            self._begin(self._listeners.restore(name))
        self._shut.clear()

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _leads(self, name: str, kind: str) -> Sequence[str]:
        name = name.lower()
        self._questions.append(Question(self._now(), name, kind))
        if not self._turns:
            return self._order
        first = self._asked[f"{kind} {name}"] % len(self._order)
        self._asked[f"{kind} {name}"] += 1
        return (*self._order[first:], *self._order[:first])
