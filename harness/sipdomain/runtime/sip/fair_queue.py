"""Messages that have arrived and wait to be worked on: each address gets its turn, so that a flood harms itself only."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sipdomain.sip.outputs import Flow
from sipdomain.sip.sources import source_of

MOST_OF_ONE: Final = 4 * 1024 * 1024
"""How many bytes may wait from one IP address, or one /64 of IPv6."""
MOST: Final = 64 * 1024 * 1024
"""How many bytes may wait in all."""
SLICE: Final = 0.002
"""How long messages are worked on before sockets are read again, in seconds."""
_QUIET: Final = 1.0


@dataclass(slots=True)
class _Lane:
    """What waits from one address."""

    waiting: deque[tuple[bytes, Flow]] = field(default_factory=deque)
    size: int = 0
    resume: list[Callable[[], None]] = field(default_factory=list)


class FairQueue:
    """Hands messages on, one of each IP address in turn.

    Sockets are read far faster than messages are worked on. Read at once and queued here by address, the messages of
    a flood fill their own queue and no other; without it they would fill the socket's buffer, which all share.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        receive: Callable[[bytes, Flow], None],
        complain: Callable[[Flow, str], None],
        *,
        most_of_one: int = MOST_OF_ONE,
        most: int = MOST,
    ) -> None:
        """Make an empty queue.

        Args:
            loop: The event loop.
            receive: Called with each message and its flow.
            complain: Called with what was wrong, at most once a second while messages are dropped.
            most_of_one: How many bytes may wait from one address.
            most: How many bytes may wait in all.
        """
        self._loop = loop
        self._receive = receive
        self._complain = complain
        self._most_of_one = most_of_one
        self._most = most
        self._lanes: dict[str, _Lane] = {}
        self._turns: deque[str] = deque()
        self._size = 0
        self._dropped = 0
        self._quiet_until = 0.0
        self._scheduled: asyncio.Handle | None = None

    def __len__(self) -> int:
        """Return how many bytes wait."""
        return self._size

    def put(self, data: bytes, flow: Flow) -> bool:
        """Let a message wait; False when it is dropped because too much waits already."""
        host, size = source_of(flow.remote.host), len(data)
        lane = self._lanes.get(host)
        if self._size + size > self._most or (lane is not None and lane.size + size > self._most_of_one):
            self._drop(flow)
            return False
        if lane is None:
            lane = self._lanes[host] = _Lane()
            self._turns.append(host)
        lane.waiting.append((data, flow))
        lane.size += size
        self._size += size
        return True

    def _drop(self, flow: Flow) -> None:
        self._dropped += 1
        if self._loop.time() >= self._quiet_until:
            self._quiet_until = self._loop.time() + _QUIET
            self._complain(flow, f"too many messages wait: {self._dropped} dropped so far")

    def is_full(self, host: str) -> bool:
        """Return whether so much waits from an address that a stream from it should not be read."""
        lane = self._lanes.get(source_of(host))
        return lane is not None and lane.size >= self._most_of_one // 2

    def when_empty(self, host: str, then: Callable[[], None]) -> None:
        """Call `then` when nothing waits from an address any more."""
        lane = self._lanes.get(source_of(host))
        if lane is None:
            then()
        else:
            lane.resume.append(then)

    def run(self) -> None:
        """Work on what waits, for no longer than a slice; what is left comes after sockets were read again."""
        if self._scheduled is not None or not self._turns:
            return
        until = self._loop.time() + SLICE
        turns, lanes = self._turns, self._lanes
        while turns:
            host = turns.popleft()
            lane = lanes[host]
            data, flow = lane.waiting.popleft()
            lane.size -= len(data)
            self._size -= len(data)
            if lane.waiting:
                turns.append(host)
            else:
                del lanes[host]
            self._receive(data, flow)
            if not lane.waiting:
                for then in lane.resume:
                    then()
            if turns and self._loop.time() >= until:
                self._scheduled = self._loop.call_soon(self._run_again)
                return

    def _run_again(self) -> None:
        self._scheduled = None
        self.run()

    def close(self) -> None:
        """Forget what waits."""
        if self._scheduled is not None:
            self._scheduled.cancel()
        self._turns.clear()
        self._lanes.clear()
        self._size = 0
