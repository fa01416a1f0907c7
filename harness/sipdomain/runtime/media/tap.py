"""The audio of a world as it went over the wire, kept for a capture: bounded, and only where one is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, NamedTuple, Protocol

from sipdomain.sip.outputs import Address

MOST_BYTES: Final = 16 * 1024 * 1024
"""How many bytes the packets of one scenario may have, 100 for each added; what comes later is left out, and counted."""
_OVERHEAD: Final = 100


class MediaPacket(NamedTuple):
    """A packet of RTP or RTCP, or of SRTP or SRTCP, as it went.

    Attributes:
        at: The moment, in seconds of the world's clock.
        source: Where it came from.
        target: Where it went to.
        data: Its bytes.
    """

    at: float
    source: Address
    target: Address
    data: bytes


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went.

    Attributes:
        packets: In order of time.
        left_out: How many there were besides, for which there was no room.
        is_rendered: Whether they were made from what was played in virtual time.
    """

    packets: tuple[MediaPacket, ...] = ()
    left_out: int = 0
    is_rendered: bool = False


NO_TRAFFIC: Final = Traffic()


def size_of(packets: Sequence[MediaPacket]) -> int:
    """Return how many bytes packets are counted as, those of what each takes besides its own among them."""
    return sum([_OVERHEAD + len(each.data) for each in packets])


class Line(Protocol):
    """What an end hears by."""

    @property
    def faults(self) -> Sequence[object]:
        """What befalls packets."""


class MediaTap:
    """Keeps packets in the order in which they went, each once: at both ends of a call are sessions that tap.

    What goes to an end behind a bad line is kept when it comes, for it may not, or late, or as something else.
    """

    __slots__ = ("_ends", "_left_out", "_lines", "_packets", "_size")

    def __init__(self) -> None:
        self._packets: list[MediaPacket] = []
        self._ends: set[Address] = set()
        self._lines: dict[Address, Line] = {}
        self._size = 0
        self._left_out = 0

    def open(self, end: Address, line: Line | None = None) -> None:
        """Take note of an end whose packets are kept when they leave it, and of the line behind which it hears."""
        self._ends.add(end)
        if line is not None:
            self._lines[end] = line

    def sent(self, at: float, source: Address, target: Address, data: bytes) -> None:
        """Keep a packet that left, unless it goes by a bad line."""
        if not self._is_bad(target):
            self._keep(at, source, target, data)

    def _is_bad(self, end: Address) -> bool:
        line = self._lines.get(end)
        return line is not None and bool(line.faults)

    def _keep(self, at: float, source: Address, target: Address, data: bytes) -> None:
        self._size += _OVERHEAD + len(data)
        if self._size > MOST_BYTES:
            self._size -= _OVERHEAD + len(data)
            self._left_out += 1
            return
        self._packets.append(MediaPacket(at, source, target, data))

    def rendered(self, packets: Sequence[MediaPacket]) -> None:
        """Keep packets of one stream, as many as there is room for."""
        room = MOST_BYTES - self._size
        size = size_of(packets)
        kept = (
            packets
            if size <= room
            else packets[: room // (_OVERHEAD + max(len(each.data) for each in packets))]
        )
        self._left_out += len(packets) - len(kept)
        self._size += size if kept is packets else room
        self._packets += kept

    def came(self, at: float, source: Address, target: Address, data: bytes) -> None:
        """Keep a packet that came from a stranger; what one of the ends sent is there already."""
        if source not in self._ends or self._is_bad(target):
            self._keep(at, source, target, data)

    def clear(self) -> None:
        """Keep nothing of what was until now."""
        self._packets.clear()
        self._size = self._left_out = 0

    def traffic(self, *, is_rendered: bool = False) -> Traffic:
        """Return what was kept."""
        packets = tuple(sorted(self._packets, key=itemgetter(0)))
        return Traffic(packets, self._left_out, is_rendered)
