"""Whose RTP a session hears, and where it sends its own: the agreed address first, symmetric RTP within bounds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address
from typing import Final

from sipdomain.media.agreement import UNSPECIFIED
from sipdomain.sip.outputs import Address

SILENCE: Final = 2.0
"""After how much silence of the address in use another one may be learned, in seconds."""
SETTLING: Final = 2.0
"""For how long after a new agreement the address before it is not learned, in seconds: its packets are still under way."""
PROBATION: Final = 5
"""After how many packets in a row from one place sends go there: one that went astray takes no call's audio."""
GATHERED: Final = 1.0
"""How long ignored packets are counted before they are reported, in seconds."""


@dataclass(frozen=True, slots=True)
class Ignored:
    """RTP that came from somebody else.

    Attributes:
        source: Where the first of its packets came from.
        packets: How many came until now, from everywhere.
        agreed: The address that the session description names.
    """

    source: Address
    packets: int
    agreed: Address


class Remote:
    """The other end of one session.

    What comes from the agreed address is heard, always, and sends go there from then on. Another port of its host, and
    the host that the call's signalling came from (a phone behind a translator), are learned (symmetric RTP,
    RFC 4961) as long as nothing came from the agreed address, and again when what is in use fell silent; sends go there
    after some packets in a row. Another host is not learned once the agreed one was heard
    (RFC 3264 section 8.3.1). Everybody else is ignored and counted. Before there is an agreement everybody is heard
    (RFC 3264 section 5.1), and nobody learned.

    Attributes:
        target: Where to send; None before there is an agreement.
        ignored: How many packets were ignored.
    """

    __slots__ = (
        "_agreed",
        "_first",
        "_heard_at",
        "_host_heard",
        "_in_a_row",
        "_newcomer",
        "_previous",
        "_report_at",
        "_settled_at",
        "_signalling",
        "ignored",
        "target",
    )  # fmt: skip

    def __init__(self) -> None:
        """Begin without an agreement."""
        self.target: Address | None = None
        self.ignored = 0
        self._agreed: Address | None = None
        self._signalling = ""
        self._heard_at: float | None = None
        self._host_heard = False
        self._newcomer: Address | None = None
        self._in_a_row = 0
        self._previous: frozenset[Address] = frozenset()
        self._settled_at = 0.0
        self._first: Address | None = None
        self._report_at: float | None = None

    def agree(self, agreed: Address, signalling: str, now: float) -> None:
        """Take the address that a session description names. The same one again, and an old hold's, change nothing.

        Args:
            agreed: The address.
            signalling: The host that the call's messages come from, or "" when only the agreed one may be learned.
            now: The moment.
        """
        self._signalling = canonical(signalling)
        agreed = Address(canonical(agreed.host), agreed.port)
        if agreed == self._agreed or agreed.host in UNSPECIFIED:
            return
        self._previous = frozenset(each for each in (self._agreed, self.target) if each is not None) - {
            agreed
        }
        self._settled_at = now + SETTLING
        self._agreed = self.target = agreed
        self._heard_at, self._host_heard = None, False
        self._newcomer, self._in_a_row = None, 0
        self._first = self._report_at = None

    def admits(self, source: Address, now: float) -> bool:
        """Return whether a packet may be heard; one that may not is counted.

        Args:
            source: Where it came from.
            now: The moment.
        """
        agreed = self._agreed
        if agreed is None or source in (agreed, self.target) or self._may_learn(source, agreed, now):
            return True
        self.ignored += 1
        if self._first is None:
            self._first, self._report_at = source, now + GATHERED
        return False

    def _may_learn(self, source: Address, agreed: Address, now: float) -> bool:
        if source in self._previous and now < self._settled_at:
            return False
        silent = self._heard_at is None or now - self._heard_at >= SILENCE
        if source.host == agreed.host:
            return silent or not self._host_heard
        return source.host == self._signalling and silent and not self._host_heard

    def heard(self, source: Address, now: float) -> None:
        """Take note of a packet that was admitted, and is audio or a key of the call: sends go there once it is learned."""
        agreed = self._agreed
        if agreed is None or not self._is_known(source, agreed):
            return
        self.target, self._heard_at = source, now
        self._host_heard = self._host_heard or source.host == agreed.host

    def _is_known(self, source: Address, agreed: Address) -> bool:
        """Return whether this is the agreed address, or the one in use, or has just sent enough to be taken for it."""
        if source in (agreed, self.target):
            self._newcomer, self._in_a_row = None, 0
            return True
        if source != self._newcomer:
            self._newcomer, self._in_a_row = source, 0
        self._in_a_row += 1
        return self._in_a_row >= PROBATION

    def report(self, now: float, *, last: bool = False) -> Ignored | None:
        """Return what was ignored, once after each agreement.

        Args:
            now: The moment.
            last: Whether the session ends.
        """
        first, agreed = self._first, self._agreed
        if first is None or agreed is None or self._report_at is None or (now < self._report_at and not last):
            return None
        self._report_at = None
        return Ignored(first, self.ignored, agreed)


@lru_cache(maxsize=1024)
def canonical(host: str) -> str:
    """Return an IP address as the system writes it; a name as it is."""
    try:
        return str(ip_address(host))
    except ValueError:
        return host
