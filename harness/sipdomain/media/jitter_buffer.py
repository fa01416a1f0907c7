"""A jitter buffer: packets that come unevenly go in, a frame of 20 ms comes out at each beat.

Of each packet its transit is known but for a constant: when it came, less its timestamp. The least of the last 5 to
10 s is that of a packet that waited nowhere; the delay is the spread above it and one frame, within 40 and 200 ms.
What ought to be played at a moment follows from both. Where the peer's clock is fast or slow, or the delay changes,
that moves away from what is played; when it is a whole frame for 0.2 s, one frame is left out or put in. So a drift of
0.1 %, worse than any crystal, costs a frame in 20 s, and up to 1 % is followed.

Where packets are of 20 ms, frames begin where they do: a packet goes out whole at the first beat at which a part of it
would have, byte for byte, and waits no longer for that.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from sipdomain.media import g711
from sipdomain.media.mixer import Frame
from sipdomain.media.rtp import RtpPacket, later_by

SHORTEST: Final = 0.04
"""Seconds that a packet waits at least."""
LONGEST: Final = 0.2
"""Seconds that a packet waits at most; what comes later is dropped."""
MOST_AHEAD: Final = 0.5
"""Seconds of audio that are held at most; what is further ahead is dropped."""
MOST_PACKETS: Final = 64
"""How many packets are held at most, however short they are."""
_SAMPLES: Final = 160
_WINDOW: Final = 5.0
_PATIENCE: Final = 10
"""Frames in a row for which what is played has to be wrong before it is put right."""
_NARROW: Final = 8
"""Samples by which packets have to come before the beat at which they go out: with less, a slow clock makes them late."""
_STRAYS: Final = 10
"""Packets in a row that are out of all reach: the stream has begun anew."""
_FADE: Final = (0.7, 0.4, 0.15)
"""How loud the last frame is repeated in place of lost ones; then there is silence."""


class JitterBuffer:
    """Puts one stream of G.711 in order, and on our beat.

    Attributes:
        late: How many packets came when their time was over.
        dropped: How many were too far ahead, or too many.
        concealed: How many frames were made up because nothing was there.
        adjusted: How many frames were left out or put in to follow the peer's clock or a new delay.
    """

    __slots__ = ("_ahead", "_at", "_behind", "_codec", "_delay", "_held", "_last", "_least", "_longest", "_missing",
                 "_position", "_shortest", "_ssrc", "_starting", "_strays", "_timestamp", "_transits", "_turn_at",
                 "_uneven", "adjusted", "concealed", "dropped", "late")  # fmt: skip

    def __init__(self, shortest: float = SHORTEST, longest: float = LONGEST) -> None:
        """Begin without a packet.

        Args:
            shortest: The least delay, in seconds.
            longest: The greatest.
        """
        self.late = self.dropped = self.concealed = self.adjusted = 0
        self._shortest = round(shortest * g711.RATE)
        self._longest = round(longest * g711.RATE)
        self._held: dict[int, bytes] = {}
        self._codec = "PCMU"
        self._ssrc: int | None = None
        self._timestamp = self._position = 0
        self._at: int | None = None
        self._starting = self._uneven = False
        self._transits = [(0.0, 0.0), (0.0, 0.0)]
        self._least = 0.0
        self._delay = self._shortest
        self._turn_at = 0.0
        self._ahead = self._behind = self._strays = 0
        self._last = b""
        self._missing = 0

    @property
    def delay(self) -> float:
        """How long a packet that waited nowhere waits here, in seconds."""
        return self._delay / g711.RATE

    @property
    def held(self) -> float:
        """How much audio waits, in seconds."""
        return sum(map(len, self._held.values())) / g711.RATE

    def put(self, packet: RtpPacket, codec: str, now: float) -> None:
        """Take a packet.

        Args:
            packet: An audio packet of G.711.
            codec: "PCMU" or "PCMA".
            now: When it came, in seconds.
        """
        size = len(packet.payload)
        if not size:
            return
        if packet.ssrc != self._ssrc or self._at is None:
            self._begin(packet, now)
        if codec != self._codec:
            self._turn_to(codec)
        position = self._position + later_by(packet.timestamp, self._timestamp)
        at = self._at or 0
        most = round(MOST_AHEAD * g711.RATE)
        if not at - g711.RATE < position <= at + most - size:
            self.dropped += 1
            self._stray(packet, now)
            return
        self._note(now * g711.RATE - position, now)
        if position + size <= at:
            self.late += 1
            self._stray(packet, now)
            return
        self._strays = 0
        if later_by(packet.timestamp, self._timestamp) > 0:
            self._position, self._timestamp = position, packet.timestamp
        if len(self._held) >= MOST_PACKETS and position not in self._held:
            self.dropped += 1
            return
        self._held[position] = packet.payload
        if position % _SAMPLES or size != _SAMPLES:
            # Once more from the start, where it was thought that frames are packets.
            self._starting = self._starting or not self._uneven
            self._uneven = True

    def _begin(self, packet: RtpPacket, now: float) -> None:
        """Begin a stream with this packet, which waits as short as any."""
        self._held.clear()
        self._ssrc, self._timestamp, self._position = packet.ssrc, packet.timestamp, 0
        transit = now * g711.RATE
        self._transits = [(transit, transit)] * 2
        self._measure()
        self._turn_at = now + _WINDOW
        self._ahead = self._behind = self._strays = 0
        self._at = -self._delay
        self._starting, self._uneven = True, False

    def _stray(self, packet: RtpPacket, now: float) -> None:
        """Count packets that come at no good time; many in a row, or one that says so, are a new stream."""
        self._strays += 1
        if packet.marker or self._strays >= _STRAYS:
            self._begin(packet, now)
            self._held[0] = packet.payload

    def _note(self, transit: float, now: float) -> None:
        if now >= self._turn_at:
            # What is older than two windows counts no more.
            self._transits = [self._transits[1], (transit, transit)]
            self._turn_at = now + _WINDOW
            self._measure()
        low, high = self._transits[1]
        if not low <= transit <= high:
            self._transits[1] = (min(low, transit), max(high, transit))
            self._measure()

    def _measure(self) -> None:
        """Draw the least transit and the delay from the windows."""
        self._least = min(low for low, _ in self._transits)
        spread = max(high for _, high in self._transits) - self._least
        self._delay = min(self._longest, max(self._shortest, round(spread) + _SAMPLES))

    def _turn_to(self, codec: str) -> None:
        table = g711.recoding(self._codec, codec)
        self._held = {position: payload.translate(table) for position, payload in self._held.items()}
        self._last = self._last.translate(table)
        self._codec = codec

    def next(self, now: float) -> Frame | None:
        """Return what is to be played in this beat, or None for silence; call it 50 times a second.

        Args:
            now: The moment, in seconds.
        """
        at = self._at
        if at is None:
            return None
        due = now * g711.RATE - self._least - self._delay
        if self._starting:
            self._starting, at = False, round(due)
            if not self._uneven:
                at = -(-at // _SAMPLES) * _SAMPLES
        drift = due - at
        self._ahead = self._ahead + 1 if drift >= _SAMPLES else 0
        self._behind = self._behind + 1 if drift <= _NARROW - _SAMPLES else 0
        if self._behind >= _PATIENCE or (self._behind and not self._held):
            self._behind = 0
            self.adjusted += 1
            return self._conceal()
        if self._ahead >= _PATIENCE:
            self._ahead = 0
            self.adjusted += 1
            self._cut(at)
            at += _SAMPLES
        self._at = at + _SAMPLES
        payload = self._cut(at)
        if payload is None:
            return self._conceal()
        self._missing = 0
        self._last = payload
        return Frame(self._codec, payload)

    def _conceal(self) -> Frame | None:
        """Repeat the last frame, fainter each time; then be silent."""
        step = self._missing
        if not self._last or step >= len(_FADE):
            self._last = b""
            return None
        self._missing += 1
        self.concealed += 1
        return Frame(self._codec, self._last.translate(_fading(self._codec, _FADE[step])))

    def _cut(self, at: int) -> bytes | None:
        """Take the frame that begins at a sample out of what is held, or None; gaps within it are silence."""
        payload = self._held.get(at)
        if payload is not None and len(payload) == _SAMPLES:
            return self._held.pop(at)
        end = at + _SAMPLES
        frame = bytearray(g711.SILENCE[self._codec] * _SAMPLES)
        found = False
        for start in sorted(self._held):
            if start >= end:
                break
            piece = self._held[start]
            if start + len(piece) > at:
                found = True
                part = piece[max(0, at - start) : end - start]
                place = max(0, start - at)
                frame[place : place + len(part)] = part
            if start + len(piece) <= end:
                del self._held[start]
        return bytes(frame) if found else None


@cache
def _fading(codec: str, gain: float) -> bytes:
    """Return a table for `bytes.translate` that makes a codec's samples fainter."""
    encoding = g711.encoding(codec)
    return bytes(encoding[round(sample * gain) & 0xFFFF] for sample in g711.decoding(codec))
