"""Connection overrides in a URL's fragment: `#ct=1000&rc=2` (webhooks-connection-overrides)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urldefrag

from sipdomain.errors import TwimlError

POLICIES: Final = frozenset({"4xx", "5xx", "ct", "rt", "all"})


@dataclass(frozen=True, slots=True)
class Overrides:
    """How patiently a URL is asked.

    Attributes:
        connect_timeout: Seconds for TCP and TLS.
        read_timeout: Seconds from the sent request to the first byte of the answer, and between its bytes.
        total_timeout: Seconds for everything, retries and redirects included.
        retries: How often to try again.
        policy: On which failures: "ct", "rt", "4xx", "5xx", "all".
    """

    connect_timeout: float = 5.0
    read_timeout: float = 15.0
    total_timeout: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})

    @property
    def has_own_total_time(self) -> bool:
        """Whether the URL has a total time of its own, shorter than the one that every URL has."""
        return self.total_timeout < 15.0


_MOST: Final = {"ct": 10_000, "rt": 15_000, "tt": 15_000}
_NUMBER: Final = re.compile(r"[0-9]{1,9}")


_LONGEST_REMEMBERED: Final = 1_024
"""Characters of a URL that is remembered."""


def split_overrides(url: str) -> tuple[str, Overrides]:
    """Split a URL into the URL to ask and the overrides in its fragment.

    Values out of range are brought into it; names that are not known are let pass.

    Raises:
        TwimlError: 11100 the URL is none, 11243 the retry policy is none.
    """
    return _remembered(url) if len(url) <= _LONGEST_REMEMBERED else _split(url)


def _split(url: str) -> tuple[str, Overrides]:
    try:
        bare, fragment = urldefrag(url)
    except ValueError as error:
        raise TwimlError(11100, f"Invalid URL format: {error}") from error
    found = Overrides()
    if "=" not in fragment:
        return bare, found
    for name, value in parse_qsl(fragment):
        is_number = _NUMBER.fullmatch(value) is not None
        if name in _MOST and is_number:
            seconds = min(max(int(value), 100), _MOST[name]) / 1000
            found = _timed(found, name, seconds)
        elif name == "rc" and is_number:
            found = replace(found, retries=min(int(value), 5))
        elif name == "rp":
            policy = frozenset(value.lower().split(","))
            if not policy <= POLICIES:
                raise TwimlError(
                    11243, f"HTTP retry policy {value!r} is not made of {', '.join(sorted(POLICIES))}"
                )
            found = replace(found, policy=policy)
    return bare, found


_remembered: Final = lru_cache(maxsize=1024)(_split)


def _timed(overrides: Overrides, name: str, seconds: float) -> Overrides:
    if name == "ct":
        return replace(overrides, connect_timeout=seconds)
    if name == "rt":
        return replace(overrides, read_timeout=seconds)
    return replace(overrides, total_timeout=seconds)
