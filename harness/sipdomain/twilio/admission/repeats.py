"""Messages that come again byte for byte, because nothing answered them: what is said of one is said once."""

from __future__ import annotations

from collections import OrderedDict
from hashlib import sha256
from typing import Final

from sipdomain.sip.outputs import Address

MOST_REMEMBERED: Final = 2_000
"""How many dropped and broken messages are remembered; the oldest is forgotten first."""
REMEMBERED: Final = 32.0
"""How long a message is known to be a repetition, in seconds: as long as RFC 3261 lets a request be repeated."""


class Repeats:
    """Tells a first message from its repetitions, where no transaction does."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[Address, bytes], float] = OrderedDict()

    def is_first(self, data: bytes | None, source: Address, now: float) -> bool:
        """Whether these bytes did not come from there in the last 32 seconds.

        Args:
            data: The message as it came, or None for one that never was bytes.
            source: Where it came from.
            now: The moment.
        """
        if data is None:
            return True
        key = (source, sha256(data).digest())
        seen_at = self._seen.get(key)
        if seen_at is not None and now - seen_at < REMEMBERED:
            return False
        self._seen[key] = now
        self._seen.move_to_end(key)
        if len(self._seen) > MOST_REMEMBERED:
            self._seen.popitem(last=False)
        return True
