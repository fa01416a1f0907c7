"""Frames of a capture down to UDP and TCP: link layers, VLANs, IPv4 and IPv6 with fragments. Nothing is trusted."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from ipaddress import ip_address
from struct import Struct
from typing import Final, Literal, NamedTuple

from sipdomain.sip.outputs import Address

MOST_FRAGMENTED: Final = 256
"""How many datagrams in fragments wait for the rest; past that the oldest is given up."""
_LONGEST: Final = 65_535
_IPV4: Final = 0x0800
_IPV6: Final = 0x86DD
_VLANS: Final = frozenset({0x8100, 0x88A8, 0x9100})
_MOST_VLANS: Final = 4
_LOOPBACK_FAMILIES: Final = {2: _IPV4, 24: _IPV6, 28: _IPV6, 30: _IPV6}
_ETHERNET, _COOKED, _COOKED_2 = 1, 113, 276
_LOOPBACKS: Final = frozenset({0, 108})
_RAW: Final = frozenset({12, 14, 101, 228, 229})
_HOP_BY_HOP, _ROUTING, _FRAGMENT, _AUTHENTICATION, _OPTIONS = 0, 43, 44, 51, 60
_MOST_EXTENSIONS: Final = 8
_TCP, _UDP = 6, 17
_PORTS: Final = Struct("!HH")
_TCP_HEAD: Final = Struct("!HHIIBB")


class RawFrame(NamedTuple):
    """A frame as it stands in a file.

    Attributes:
        number: Its number, counted from 1, as Wireshark shows it.
        at: The moment, in seconds.
        link: What it begins with, by the number of its link layer (https://www.tcpdump.org/linktypes.html).
        data: Its bytes, perhaps cut off.
    """

    number: int
    at: float
    link: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Packet:
    """A datagram of UDP, or a segment of TCP.

    Attributes:
        number: Of the frame that completed it.
        at: The moment, in seconds.
        transport: "udp" or "tcp".
        source: Where it came from.
        target: Where it went to.
        data: What it carries.
        sequence: Of its first byte, over TCP.
        is_first: Whether it begins a connection (SYN).
        fragments: In how many fragments of IP it came.
    """

    number: int
    at: float
    transport: Literal["udp", "tcp"]
    source: Address
    target: Address
    data: bytes
    sequence: int = 0
    is_first: bool = False
    fragments: int = 1


class _Ip(NamedTuple):
    source: bytes
    target: bytes
    protocol: int
    data: bytes
    identity: int = 0
    offset: int = 0
    more: bool = False


@dataclass(slots=True)
class _Waiting:
    parts: dict[int, bytes] = field(default_factory=dict)
    held: int = 0
    end: int | None = None


class Decoder:
    """Turns frames into packets, one after another; fragments are joined."""

    def __init__(self) -> None:
        """Begin without fragments."""
        self._waiting: OrderedDict[tuple[bytes, bytes, int, int], _Waiting] = OrderedDict()

    def packet(self, frame: RawFrame) -> Packet | None:
        """Return what a frame carries, or None: it is not UDP or TCP, broken, or not the last of its fragments."""
        network = _network(frame.link, frame.data)
        found = _ip(network) if network else None
        if found is None:
            return None
        count = 1
        if found.offset or found.more:
            whole = self._joined(found)
            if whole is None:
                return None
            count, data = whole
            found = found._replace(data=data)
        return _packet(frame, found, count)

    def _joined(self, part: _Ip) -> tuple[int, bytes] | None:
        """Return how many fragments there were, and what they carry, once the last one is there."""
        key = (part.source, part.target, part.protocol, part.identity)
        waiting = self._waiting.setdefault(key, _Waiting())
        if part.offset + len(part.data) <= _LONGEST:
            if part.offset not in waiting.parts:
                waiting.parts[part.offset] = part.data
                waiting.held += len(part.data)
            if not part.more:
                waiting.end = part.offset + len(part.data)
        if len(self._waiting) > MOST_FRAGMENTED:
            self._waiting.popitem(last=False)
        # Joining takes time, and fewer bytes than it has cannot be the whole.
        if waiting.end is None or waiting.held < waiting.end:
            return None
        data = bytearray()
        for offset, each in sorted(waiting.parts.items()):
            if offset > len(data):
                return None
            data[offset:] = each
        if len(data) < waiting.end:
            return None
        self._waiting.pop(key, None)
        return len(waiting.parts), bytes(data[: waiting.end])


def _network(link: int, data: bytes) -> bytes:
    """Return the packet of IP in a frame, or nothing."""
    if link in _RAW:
        return data
    if link in _LOOPBACKS:
        family = data[:4]
        known = {int.from_bytes(family, "little"), int.from_bytes(family, "big")} & _LOOPBACK_FAMILIES.keys()
        return data[4:] if known else b""
    if link == _COOKED_2:
        kind, place = int.from_bytes(data[0:2]), 20
    elif link == _COOKED:
        kind, place = int.from_bytes(data[14:16]), 16
    elif link == _ETHERNET:
        kind, place = int.from_bytes(data[12:14]), 14
    else:
        return b""
    for _ in range(_MOST_VLANS):
        if kind not in _VLANS:
            break
        kind, place = int.from_bytes(data[place + 2 : place + 4]), place + 4
    return data[place:] if kind in {_IPV4, _IPV6} else b""


def _ip(data: bytes) -> _Ip | None:
    version = data[0] >> 4
    if version == 4 and len(data) >= 20:
        return _ip_4(data)
    return _ip_6(data) if version == 6 and len(data) >= 40 else None


def _ip_4(data: bytes) -> _Ip | None:
    head, total = (data[0] & 0x0F) * 4, int.from_bytes(data[2:4])
    if head < 20 or len(data) < head:
        return None
    # Network cards that cut segments themselves let a length of 0 be captured.
    payload = data[head : total if total >= head else len(data)]
    flags = int.from_bytes(data[6:8])
    return _Ip(
        data[12:16], data[16:20], data[9], payload,
        int.from_bytes(data[4:6]), (flags & 0x1FFF) * 8, bool(flags & 0x2000),
    )  # fmt: skip


def _ip_6(data: bytes) -> _Ip | None:
    source, target = data[8:24], data[24:40]
    kind, length = data[6], int.from_bytes(data[4:6])
    place, end = 40, 40 + length if length else len(data)
    data = data[:end]
    identity, offset, more = 0, 0, False
    for _ in range(_MOST_EXTENSIONS):
        if len(data) < place + 8:
            break
        if kind in {_HOP_BY_HOP, _ROUTING, _OPTIONS}:
            kind, place = data[place], place + (data[place + 1] + 1) * 8
        elif kind == _AUTHENTICATION:
            kind, place = data[place], place + (data[place + 1] + 2) * 4
        elif kind == _FRAGMENT:
            field_ = int.from_bytes(data[place + 2 : place + 4])
            offset, more = field_ & 0xFFF8, bool(field_ & 1)
            identity = int.from_bytes(data[place + 4 : place + 8])
            kind, place = data[place], place + 8
        else:
            return _Ip(source, target, kind, data[place:], identity, offset, more)
    return _Ip(source, target, kind, data[place:], identity, offset, more) if kind in {_TCP, _UDP} else None


def _packet(frame: RawFrame, found: _Ip, fragments: int) -> Packet | None:
    data = found.data
    if len(data) < 8:
        return None
    ports = _PORTS.unpack_from(data)
    source = Address(str(ip_address(found.source)), ports[0])
    target = Address(str(ip_address(found.target)), ports[1])
    if found.protocol == _UDP:
        length = int.from_bytes(data[4:6])
        payload = data[8 : length if length >= 8 else len(data)]
        return Packet(frame.number, frame.at, "udp", source, target, payload, fragments=fragments)
    if found.protocol == _TCP and len(data) >= 20:
        *_, sequence, _, offset, flags = _TCP_HEAD.unpack_from(data)
        head = (offset >> 4) * 4
        if head < 20:
            return None
        return Packet(
            frame.number, frame.at, "tcp", source, target, data[head:], sequence, bool(flags & 2), fragments
        )
    return None
