"""RTCP packets (RFC 3550 section 6): sender and receiver reports, names, BYE; read, and built."""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct
from typing import Final, NamedTuple

from sipdomain.errors import RemoteProtocolError

SENDER_REPORT: Final = 200
RECEIVER_REPORT: Final = 201
DESCRIPTION: Final = 202
BYE: Final = 203
MOST_BLOCKS: Final = 31
"""How many report blocks fit into one report: their number has five bits."""
_HEADER: Final = Struct("!BBHI")
_SENDER: Final = Struct("!QIII")
_BLOCK: Final = Struct("!IIIIII")
_NTP_EPOCH: Final = 2_208_988_800
_CNAME: Final = 1


class ReportBlock(NamedTuple):
    """What one receiver says of one stream (RFC 3550 section 6.4.1).

    Attributes:
        ssrc: Whose stream.
        fraction_lost: Of the packets expected since the report before, in 256ths.
        lost: Packets lost since the begin, signed 24 bits: doubled ones count against them.
        highest: The highest sequence number, extended by how often it began anew.
        jitter: The interarrival jitter, in units of the RTP timestamp.
        last_report: The middle 32 bits of the NTP timestamp of the last sender report, or 0.
        since_last_report: The time since that came, in 65536ths of a second.
    """

    ssrc: int
    fraction_lost: int
    lost: int
    highest: int
    jitter: int
    last_report: int
    since_last_report: int


class SenderInfo(NamedTuple):
    """What a sender says of itself.

    Attributes:
        ntp: When the report was made: seconds since 1900 in the upper, 2**-32 s in the lower 32 bits.
        timestamp: The same moment as an RTP timestamp.
        packets: How many packets it has sent.
        octets: How many bytes of payload.
    """

    ntp: int
    timestamp: int
    packets: int
    octets: int


class Report(NamedTuple):
    """A sender report, or a receiver report when it has no sender.

    Attributes:
        ssrc: Who reports.
        sender: What it says of its own stream, or None.
        blocks: What it says of others'.
    """

    ssrc: int
    sender: SenderInfo | None
    blocks: tuple[ReportBlock, ...]


class Bye(NamedTuple):
    """Sources that send no more."""

    sources: tuple[int, ...]


def ntp(wall: float) -> int:
    """Return Unix time, in seconds, as a 64-bit NTP timestamp."""
    seconds = int(wall)
    return (seconds + _NTP_EPOCH & 0xFFFF_FFFF) << 32 | int((wall - seconds) * 2**32) & 0xFFFF_FFFF


def compound(report: Report, name: str, *, bye: bool = False) -> bytes:
    """Return a compound packet (RFC 3550 section 6.1): a report, the sender's CNAME, and a BYE when it is the last.

    Args:
        report: The report; blocks past the 31st are left out.
        name: The CNAME; what is beyond 255 bytes is left out.
        bye: Whether the sender leaves.
    """
    blocks = report.blocks[:MOST_BLOCKS]
    sender = report.sender
    body = b"" if sender is None else _SENDER.pack(*sender)
    body += b"".join(_block(each) for each in blocks)
    kind = RECEIVER_REPORT if sender is None else SENDER_REPORT
    text = name.encode()[:255]
    item = bytes((_CNAME, len(text))) + text
    # A zero byte ends the items, and as many as fill the last word.
    item += bytes(4 - len(item) % 4)
    packets = [_packet(kind, len(blocks), report.ssrc, body), _packet(DESCRIPTION, 1, report.ssrc, item)]
    if bye:
        packets.append(_packet(BYE, 1, report.ssrc, b""))
    return b"".join(packets)


def _packet(kind: int, count: int, ssrc: int, body: bytes) -> bytes:
    return _HEADER.pack(0x80 | count, kind, 1 + len(body) // 4, ssrc) + body


def _block(block: ReportBlock) -> bytes:
    lost = max(-0x80_0000, min(block.lost, 0x7F_FFFF)) & 0xFF_FFFF
    return _BLOCK.pack(
        block.ssrc, block.fraction_lost << 24 | lost, block.highest, block.jitter, block.last_report,
        block.since_last_report,
    )  # fmt: skip


def parse(data: bytes) -> list[Report | Bye]:
    """Read a compound packet; kinds other than reports and BYE are checked for their length and left out.

    Raises:
        RemoteProtocolError: The bytes are not valid RTCP, by the checks of RFC 3550 appendix A.2.
    """
    if len(data) < 8 or data[1] not in (SENDER_REPORT, RECEIVER_REPORT):
        raise RemoteProtocolError("RTCP begins with a sender or receiver report")
    found: list[Report | Bye] = []
    for kind, count, body in _packets(data):
        if kind in (SENDER_REPORT, RECEIVER_REPORT):
            found.append(_report(kind, count, body))
        elif kind == BYE:
            if len(body) < 4 * count:
                raise RemoteProtocolError("BYE is cut off")
            found.append(Bye(tuple(_words(body[: 4 * count]))))
    return found


def _packets(data: bytes) -> Iterable[tuple[int, int, bytes]]:
    """Cut a compound packet up into type, count, and what follows the first word."""
    start = 0
    while start < len(data):
        end = start + 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
        if len(data) - start < 4 or end > len(data):
            raise RemoteProtocolError("an RTCP packet is cut off")
        flags = data[start]
        if flags >> 6 != 2:
            raise RemoteProtocolError(f"RTCP version {flags >> 6}")
        body = data[start + 4 : end]
        if flags & 0x20:
            if end != len(data) or not body or not 0 < body[-1] <= len(body):
                raise RemoteProtocolError("RTCP padding that cannot be")
            body = body[: -body[-1]]
        yield data[start + 1], flags & 0x1F, body
        start = end


def _report(kind: int, count: int, body: bytes) -> Report:
    start = 4 if kind == RECEIVER_REPORT else 4 + _SENDER.size
    if len(body) < start + count * _BLOCK.size:
        raise RemoteProtocolError("the report is cut off")
    sender = SenderInfo(*_SENDER.unpack_from(body, 4)) if kind == SENDER_REPORT else None
    blocks = []
    for number in range(count):
        ssrc, loss, *rest = _BLOCK.unpack_from(body, start + number * _BLOCK.size)
        lost = loss & 0xFF_FFFF
        blocks.append(ReportBlock(ssrc, loss >> 24, lost - (lost >> 23 << 24), *rest))
    return Report(int.from_bytes(body[:4]), sender, tuple(blocks))


def _words(data: bytes) -> list[int]:
    return [int.from_bytes(data[at : at + 4]) for at in range(0, len(data), 4)]
