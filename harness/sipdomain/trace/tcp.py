"""SIP out of the TCP connections of a capture, which may begin amid a connection, and lack segments."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.framing import PING, StreamFramer
from sipdomain.sip.outputs import Address
from sipdomain.trace.frames import Packet

MOST_STREAMS: Final = 2_000
"""How many directions of connections are followed at once; past that the one that began first is given up."""
_MOST_WAITING: Final = 64
_HALF: Final = 1 << 31
_WHOLE: Final = 1 << 32
_TLS: Final = re.compile(rb"[\x14-\x17]\x03[\x00-\x04]", re.DOTALL)
BEGINS_SIP: Final = re.compile(rb"(?:SIP/2\.0 [1-6]\d\d|[A-Z]{3,20} \S{1,2000} SIP/2\.0\r?\n)", re.IGNORECASE)
"""How each message of SIP begins."""
_MAY_BEGIN: Final = re.compile(rb"[A-Z]{1,20}(?:[ /][^\r\n]{0,2000})?\r?", re.IGNORECASE)


@dataclass(slots=True)
class _Direction:
    next: int | None = None
    waiting: dict[int, bytes] = field(default_factory=dict)
    framer: StreamFramer | None = None
    begin: bytes = b""


class TcpStreams:
    """Puts segments in order, and cuts messages out of them.

    Attributes:
        tls: How many segments began with a record of TLS.
    """

    def __init__(self) -> None:
        """Begin without connections."""
        self.tls = 0
        self._directions: OrderedDict[tuple[Address, Address], _Direction] = OrderedDict()

    def take(self, packet: Packet) -> list[bytes]:
        """Return the messages that a segment completes."""
        key = (packet.source, packet.target)
        if packet.is_first:
            self._directions.pop(key, None)
        direction = self._directions.setdefault(key, _Direction())
        if len(self._directions) > MOST_STREAMS:
            self._directions.popitem(last=False)
        if packet.is_first:
            direction.next = (packet.sequence + 1) % _WHOLE
        if not packet.data:
            return []
        if _TLS.match(packet.data):
            self.tls += 1
        return _messages(direction, _in_order(direction, packet))


def _in_order(direction: _Direction, packet: Packet) -> bytes:
    """Return the bytes that follow those which came, now that this segment is there."""
    if direction.next is None:
        direction.next = packet.sequence
    direction.waiting.setdefault(packet.sequence, packet.data)
    found = b""
    while direction.waiting:
        # The nearest first; what is there already is cut off.
        place = min(direction.waiting, key=lambda each: _ahead(each, direction.next))
        ahead = _ahead(place, direction.next)
        if ahead > 0 and len(direction.waiting) <= _MOST_WAITING:
            break
        data = direction.waiting.pop(place)
        if ahead > 0:
            # What is missing was not captured: go on behind it.
            direction.framer, direction.begin, ahead = None, b"", 0
            direction.next = place
        fresh = data[-ahead:] if ahead else data
        found += fresh
        direction.next = ((direction.next or 0) + len(fresh)) % _WHOLE
    return found


def _ahead(place: int, next_: int | None) -> int:
    return (place - (next_ or 0) + _HALF) % _WHOLE - _HALF


def _messages(direction: _Direction, data: bytes) -> list[bytes]:
    if direction.framer is None:
        # Amid a connection nobody knows where a message begins, until a segment begins with one.
        data, direction.begin = direction.begin + data, b""
        if not BEGINS_SIP.match(data):
            direction.begin = data if _MAY_BEGIN.fullmatch(data) else b""
            return []
        direction.framer = StreamFramer()
    try:
        found = direction.framer.feed(data)
    except RemoteProtocolError:
        found = []
    if direction.framer.error is not None:
        direction.framer = None
    return [each for each in found if each != PING]
