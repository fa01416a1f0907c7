"""Datagrams that are not messages but keep a NAT binding open: recognised, counted, and noted once for each source."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

MOST_SOURCES: Final = 1_000
"""How many sources are remembered whose keep-alives were reported; past it the first is reported again."""
LONGEST: Final = 64
"""Longer text that is not a message is a broken one, in bytes; the smallest request that can be answered is longer."""
_COOKIE: Final = b"\x21\x12\xa4\x42"
_STUN_HEADER: Final = 20


def is_keep_alive(datagram: bytes) -> bool:
    """Whether a datagram is not a message but keeps a NAT binding open.

    Such are line ends, blanks and zero bytes; STUN (RFC 5626 section 3.5.2, RFC 8489), with and without its cookie;
    and whatever is short and does not name SIP: phones and routers send `jaK`, `keep-alive` and the like.
    """
    return (len(datagram) <= LONGEST and b"SIP/" not in datagram.upper()) or is_silent(datagram)


def is_silent(datagram: bytes) -> bool:
    """Whether a datagram is a keep-alive by a standard or by its emptiness, which is not worth a report."""
    return not datagram.strip(b"\r\n\0 \t") or _is_stun(datagram)


def _is_stun(datagram: bytes) -> bool:
    """Whether a datagram is STUN: two zero bits, and the length that it says (RFC 8489 section 5)."""
    if len(datagram) < _STUN_HEADER or datagram[0] > 3:
        return False
    return datagram[4:8] == _COOKIE or int.from_bytes(datagram[2:4]) == len(datagram) - _STUN_HEADER


class KeepAlives:
    """Counts keep-alives.

    Attributes:
        count: How many came.
    """

    def __init__(self) -> None:
        self.count = 0
        self._reported: OrderedDict[str, None] = OrderedDict()

    def take(self, datagram: bytes, source: str) -> str:
        """Count one.

        Args:
            datagram: It.
            source: The host that it came from.

        Returns:
            What to say of it: once for each source, and "" for those that a standard has.
        """
        self.count += 1
        if source in self._reported or is_silent(datagram):
            return ""
        self._reported[source] = None
        if len(self._reported) > MOST_SOURCES:
            self._reported.popitem(last=False)
        return f"{datagram!r} is not a SIP message: taken for a keep-alive, like all that follow from there"
