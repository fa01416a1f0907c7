"""Who counts as one neighbour, and how something scarce is shared among them: one source cannot starve the others."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_network
from typing import Final

_WEIGHT: Final = 3


@lru_cache(maxsize=4096)
def source_of(host: str) -> str:
    """Return what an address is counted under: itself, or the /64 of an IPv6 address, all of which one host may have."""
    bare = host.partition("%")[0]
    if ":" not in bare:
        return host
    try:
        mapped = IPv6Address(bare).ipv4_mapped
        return str(mapped) if mapped is not None else str(ip_network((bare, 64), strict=False))
    except ValueError:
        return host


class Shares:
    """What each source holds of something that there is only so much of.

    A source may hold at most three times what is still free: alone three quarters of all, and the less the more others
    hold. So something is free for a newcomer, however much the others want.

    Attributes:
        capacity: How much there is.
        held: How much is held in all.
    """

    __slots__ = ("_of", "capacity", "held")

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.held = 0
        self._of: dict[str, int] = {}

    def allows(self, source: str, amount: int = 1) -> bool:
        """Return whether a source may have that much more."""
        free = self.capacity - self.held
        return amount <= free and self._of.get(source, 0) + amount <= _WEIGHT * free

    def take(self, source: str, amount: int = 1) -> None:
        """Note that a source holds that much more, be it allowed or not."""
        self.held += amount
        self._of[source] = self._of.get(source, 0) + amount

    def give_back(self, source: str, amount: int = 1) -> None:
        """Note that a source holds that much less."""
        self.held -= amount
        left = self._of[source] - amount
        if left:
            self._of[source] = left
        else:
            del self._of[source]

    def of(self, source: str) -> int:
        """Return how much a source holds."""
        return self._of.get(source, 0)

    def __len__(self) -> int:
        """Return how many sources hold something."""
        return len(self._of)
