"""The SIP messages of each call as they crossed the wire: each once, and read only when somebody asks for them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Final, Literal

from sipdomain.entries import Entry, SipMessage, size_of
from sipdomain.errors import RemoteProtocolError
from sipdomain.journal import Journal
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, Response

MOST_MESSAGES: Final = 2_000
"""How many messages of a call are kept for each of the two who see them; past that the oldest goes first."""
MOST_MESSAGE_BYTES: Final = 8 * 1024 * 1024
"""How many bytes these may have, and what is kept of them; past that the oldest goes first."""

CLOUD: Final = "cloud"
Sender = Literal["phone", "cloud"]
_Of = tuple[str, bool]


class SeenMessage:
    """A message when it came for the first time; copies that were sent again are not counted.

    Attributes:
        at: The moment, in seconds of the run's clock.
        sender: Who sent it: the "phone" or the "cloud".
        size: About how many bytes it takes.
    """

    __slots__ = ("_data", "_message", "at", "sender", "size")

    def __init__(self, entry: SipMessage) -> None:
        """Take it from the journal."""
        self.at = entry.at
        self.sender: Sender = "cloud" if (entry.owner == CLOUD) == (entry.lane == "out") else "phone"
        self.size = size_of(entry)
        self._data = entry.data
        self._message: Request | Response | None = None

    @property
    def message(self) -> Request | Response | None:
        """The message; None when it cannot be read."""
        if self._message is None:
            try:
                self._message = parse(self._data)
            except RemoteProtocolError:
                return None
        return self._message


class Messages:
    """Listens to a journal and keeps the messages of each call, as the phone and as the emulator saw them."""

    def __init__(self, journal: Journal) -> None:
        self._kept: dict[_Of, dict[tuple[str, bytes], SeenMessage]] = defaultdict(dict)
        self._sizes: Counter[_Of] = Counter()
        self._lost: Counter[_Of] = Counter()
        self._stop: Callable[[], None] = journal.listen(self._keep)

    def close(self) -> None:
        """Stop listening."""
        self._stop()

    def of(
        self, call_id: str, after: float = float("-inf"), until: float = float("inf"), *, at_phone: bool
    ) -> list[SeenMessage]:
        """Return the messages of a Call-ID, oldest first.

        Args:
            call_id: The SIP Call-ID.
            after: The moment from which they are: what the phone sent at that very moment begins with it.
            until: The moment up to which they are: what the phone sent at that very moment begins the next request.
            at_phone: Whether as the phone saw them, or as the emulator did.
        """

        def is_within(seen: SeenMessage) -> bool:
            if seen.sender == "phone":
                return after <= seen.at < until
            return after < seen.at <= until

        return list(filter(is_within, self._kept.get((call_id, at_phone), {}).values()))

    def lost(self, call_id: str, *, at_phone: bool) -> int:
        """Return how many were dropped, because there were too many."""
        return self._lost[call_id, at_phone]

    def _keep(self, entry: Entry) -> None:
        if not isinstance(entry, SipMessage) or not entry.call_id:
            return
        of = entry.call_id, entry.owner != CLOUD
        kept, key = self._kept[of], (entry.lane, entry.data)
        if key in kept:
            return
        seen = kept[key] = SeenMessage(entry)
        self._sizes[of] += seen.size
        while len(kept) > MOST_MESSAGES or (self._sizes[of] > MOST_MESSAGE_BYTES and len(kept) > 1):
            self._sizes[of] -= kept.pop(next(iter(kept))).size
            self._lost[of] += 1
