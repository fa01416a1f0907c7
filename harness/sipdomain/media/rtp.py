"""RTP packets (RFC 3550 section 5.1): read with all that may stand in a header, built with none of it."""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple

from sipdomain.errors import RemoteProtocolError

_HEADER: Final = Struct("!BBHII")
_HALF: Final = 1 << 31
_WHOLE: Final = 1 << 32


class RtpPacket(NamedTuple):
    """An RTP packet.

    Attributes:
        payload_type: 0 to 127.
        marker: The first packet after a pause, or of a key press.
        sequence: 16 bits.
        timestamp: 32 bits, in samples.
        ssrc: Who sends, 32 bits.
        payload: The content, without padding.
    """

    payload_type: int
    marker: bool
    sequence: int
    timestamp: int
    ssrc: int
    payload: bytes

    def __bytes__(self) -> bytes:
        """Return the packet as it goes out: version 2, no padding, extension or contributing sources."""
        kind = self.payload_type | 0x80 if self.marker else self.payload_type
        return _HEADER.pack(0x80, kind, self.sequence, self.timestamp, self.ssrc) + self.payload


def parse(data: bytes) -> RtpPacket:
    """Read a packet.

    Raises:
        RemoteProtocolError: The bytes are no RTP packet.
    """
    if len(data) < 12:
        raise RemoteProtocolError(f"{len(data)} bytes are too few for RTP")
    flags, kind, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
    if flags & 0xC0 != 0x80:
        raise RemoteProtocolError(f"RTP version {flags >> 6}")
    start, end = 12, len(data)
    if flags & 0x3F:
        start += 4 * (flags & 0x0F)
        if flags & 0x10:
            if end < start + 4:
                raise RemoteProtocolError("the RTP header extension is cut off")
            start += 4 + 4 * int.from_bytes(data[start + 2 : start + 4])
        if flags & 0x20:
            if not data[-1]:
                raise RemoteProtocolError("RTP padding of length 0")
            end -= data[-1]
        if end < start:
            raise RemoteProtocolError("the RTP header is longer than its packet")
    return RtpPacket(kind & 0x7F, kind >= 0x80, sequence, timestamp, ssrc, data[start:end])


def is_rtp_or_rtcp(data: bytes) -> bool:
    """Whether a packet on the port is RTP or RTCP, by its first byte (RFC 7983 section 7); STUN, DTLS and TURN are not."""
    return bool(data) and 128 <= data[0] <= 191


def is_rtcp(data: bytes) -> bool:
    """Whether a packet on the port is RTCP (RFC 5761 section 4: types 192 to 223)."""
    return len(data) >= 2 and 192 <= data[1] <= 223


def later_by(timestamp: int, than: int) -> int:
    """Return how much later a 32-bit timestamp is than another one; less than 0 when it is earlier."""
    return (timestamp - than + _HALF) % _WHOLE - _HALF
