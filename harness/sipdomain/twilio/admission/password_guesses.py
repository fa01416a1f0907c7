"""Slows the guessing of passwords: our own protection, not the provider's. It never reveals which users exist."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from sipdomain.sip.sources import source_of

MOST_FAILURES: Final = 50
"""Failures in a row of one user from one source before it is slowed."""
MOST_FAILURES_OF_SOURCE: Final = 100
"""Failures in a row of all users from one source before those are slowed who never succeeded from it."""
LONGEST: Final = 32.0
"""The longest pause, in seconds; it begins with one second, and doubles."""
FORGOTTEN: Final = 3600.0
"""After how many seconds without a try a user and a source are forgotten."""
MOST: Final = 10_000
"""How many users and sources are remembered; past that the one that tried longest ago goes."""

_LONGEST_NAME: Final = 64
"""Characters of a user's name; a longer one is remembered by its hash."""

Key = tuple[str, str]


@dataclass(slots=True)
class _Record:
    failures: int = 0
    until: float = 0.0
    at: float = 0.0
    succeeded: bool = False


class Guesses:
    """Remembers failures by source and user, and by source.

    While a pause lasts, credentials are not looked at: right and wrong ones are refused alike.
    """

    __slots__ = ("_known",)

    def __init__(self) -> None:
        """Remember nothing."""
        self._known: OrderedDict[Key, _Record] = OrderedDict()

    def __len__(self) -> int:
        """Return how much is remembered."""
        return len(self._known)

    def pause(self, host: str, user: str, now: float) -> float:
        """Return for how many seconds a user's credentials from an address are not looked at; 0 for not at all."""
        source = source_of(host)
        own, all_ = self._find(_key(source, user), now), self._find((source, ""), now)
        until = own.until if own is not None else 0.0
        if all_ is not None and (own is None or not own.succeeded):
            until = max(until, all_.until)
        return max(0.0, until - now)

    def failed(self, host: str, user: str, now: float) -> None:
        """Count wrong credentials that were looked at."""
        source = source_of(host)
        for key, free in ((_key(source, user), MOST_FAILURES), ((source, ""), MOST_FAILURES_OF_SOURCE)):
            record = self._find(key, now)
            if record is None:
                record = self._known[key] = _Record()
            record.failures += 1
            record.at = now
            if record.failures >= free:
                record.until = now + min(LONGEST, 2.0 ** min(record.failures - free, 10))
            self._known.move_to_end(key)
        self._trim()

    def _trim(self) -> None:
        while len(self._known) > MOST:
            self._known.popitem(last=False)

    def succeeded(self, host: str, user: str, now: float) -> None:
        """Forget the failures of a user who proved to know the password, and remember that."""
        key = _key(source_of(host), user)
        self._known[key] = _Record(at=now, succeeded=True)
        self._known.move_to_end(key)
        self._trim()

    def _find(self, key: Key, now: float) -> _Record | None:
        record = self._known.get(key)
        if record is not None and now - record.at > FORGOTTEN:
            del self._known[key]
            return None
        return record


def _key(source: str, user: str) -> Key:
    """Return what a user of a source is remembered by: never the empty name, which stands for all users."""
    if 0 < len(user) <= _LONGEST_NAME:
        return source, user
    return source, f"#{blake2b(user.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"
