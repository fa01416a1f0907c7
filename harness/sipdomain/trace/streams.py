"""A stream of RTP in a capture: what was lost, how unsteady it was (RFC 3550), which keys were pressed (RFC 4733)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from sipdomain.errors import RemoteProtocolError
from sipdomain.media import g711
from sipdomain.media.dtmf import KEYS, DtmfReceiver
from sipdomain.media.reception import Reception
from sipdomain.media.rtp import RtpPacket
from sipdomain.media.tone_detector import ToneDetector
from sipdomain.sip.outputs import Address

MOST_KEYS: Final = 1_000
"""How many keys of one stream are listed."""
MOST_HEARD: Final = 15_000
"""In how many packets of one stream keys are looked for as tones: five minutes."""
_CODECS: Final = {0: "PCMU", 8: "PCMA"}
_DYNAMIC: Final = 96
_EVENT: Final = 4
_AGE: Final = 10
_ENDED: Final = 5
_END: Final = 0x80


class Pressed(NamedTuple):
    """A key.

    Attributes:
        key: One of 0-9, A-D, * and #.
        at: When it was up again, in seconds.
        number: Of the packet that said so.
        began: The RTP timestamp of its beginning.
    """

    key: str
    at: float
    number: int
    began: int = 0


@dataclass(slots=True)
class RtpStream:
    """One stream.

    Attributes:
        source: Where it comes from.
        target: Where it goes to.
        ssrc: Its synchronisation source.
        first_number: Of its first packet.
        first_at: When that came.
        last_number: Of its last packet.
        last_at: When that came.
        packets: How many packets came.
        most_jitter: The highest that the jitter was, in seconds.
        events: The keys that came as telephone-events.
        tones: The keys that came as tones.
    """

    source: Address
    target: Address
    ssrc: int
    first_number: int
    first_at: float
    last_number: int = 0
    last_at: float = 0.0
    packets: int = 0
    most_jitter: float = 0.0
    events: list[Pressed] = field(default_factory=list)
    tones: list[Pressed] = field(default_factory=list)
    unended: list[Pressed] = field(default_factory=list)
    _down: Pressed | None = None
    _ended: int | None = None
    _reception: Reception = field(default_factory=Reception)
    _keys: DtmfReceiver = field(default_factory=DtmfReceiver)
    _ear: ToneDetector = field(default_factory=ToneDetector)
    _heard: int = 0
    _quiet: int = 0

    @property
    def lost(self) -> int:
        """How many did not."""
        return self._reception.lost

    @property
    def loss(self) -> float:
        """Which part of them did not come, from 0 to 1."""
        return self.lost / (self.packets + self.lost) if self.packets else 0.0

    def take(self, packet: RtpPacket, number: int, at: float) -> None:
        """Take the next packet of it."""
        self.last_number, self.last_at = number, at
        self.packets += 1
        is_event = packet.payload_type >= _DYNAMIC and len(packet.payload) == _EVENT
        self._reception.take(packet.ssrc, packet.sequence, None if is_event else packet.timestamp, at)
        # The first packets say more of the clock than of the line.
        if self.packets > _AGE:
            self.most_jitter = max(self.most_jitter, self._reception.jitter)
        if is_event:
            self._event(packet, number, at)
        elif packet.payload_type in _CODECS and self._heard < MOST_HEARD:
            self._hear(packet, number, at)

    def _event(self, packet: RtpPacket, number: int, at: float) -> None:
        try:
            found = self._keys.take(packet.timestamp, packet.payload, marker=packet.marker, now=at)
        except RemoteProtocolError:
            return
        self._follow(packet, number, at)
        if len(self.events) < MOST_KEYS:
            self.events += [Pressed(each.key, at, number, packet.timestamp) for each in found]

    def _follow(self, packet: RtpPacket, number: int, at: float) -> None:
        """See whether the key before this one had an end."""
        if packet.timestamp == self._ended:
            return
        if self._down is not None and self._down.began != packet.timestamp:
            self._give_up()
        if packet.payload[1] & _END:
            self._down, self._ended = None, packet.timestamp
        elif packet.payload[0] < len(KEYS):
            began = self._down or Pressed(KEYS[packet.payload[0]], at, number, packet.timestamp)
            self._down = began

    def _give_up(self) -> None:
        if self._down is not None and len(self.unended) < MOST_KEYS:
            self.unended.append(self._down)
        self._down = None

    @property
    def without_end(self) -> list[Pressed]:
        """The keys of which no packet that ends them came."""
        return [*self.unended, *([self._down] if self._down is not None else [])]

    def _hear(self, packet: RtpPacket, number: int, at: float) -> None:
        # Most packets are silence, which costs nothing once a key before it has ended.
        self._quiet = (
            self._quiet + 1 if packet.payload.count(packet.payload[:1]) == len(packet.payload) else 0
        )
        if self._quiet > _ENDED or not packet.payload:
            return
        self._heard += 1
        found = self._ear.take(g711.decode(packet.payload, _CODECS[packet.payload_type]), at)
        if len(self.tones) < MOST_KEYS:
            self.tones += [Pressed(each.key, at, number) for each in found]
