"""What a session heard: G.711 bytes on a timeline, placed by their RTP timestamps."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sipdomain.media import g711
from sipdomain.media.rtp import RtpPacket, later_by

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

_FRAME: Final = 160
KEPT: Final = 600.0
"""Seconds of audio that an ear keeps: the first ten minutes."""
_SHIFT: Final = round(0.06 * g711.RATE)
"""What comes so much later than its timestamp says is behind: more than the jitter of a machine that keeps up."""
_SURE: Final = 0.3
"""For how many seconds all packets must be behind before the timestamps, and not the packets, are wrong."""
_JUMP: Final = 10 * g711.RATE
"""A timestamp that is further than this from the clock begins a new stream."""


class Ear:
    """Collects audio packets; lost ones leave silence, late ones find their place, double ones do no harm.

    A sender whose timestamps stood still while time passed would have all that follows too early. So where no packet has
    come within 60 ms of its time for 0.3 s, all of these move to when the first of them could have been heard; until
    that is known, `reader` waits. Where that goes too far, silence is left out again.

    Attributes:
        began_at: When the timeline begins; None until the first packet came.
    """

    def __init__(self, kept: float = KEPT, *, began_at: float | None = None) -> None:
        """Make an ear that has heard nothing.

        Args:
            kept: How many seconds are kept; what comes later is dropped.
            began_at: When the timeline begins; None for the moment of the first packet.
        """
        self._most = round(kept * g711.RATE)
        self._heard = bytearray()
        self._codec = ""
        self._ssrc = -1
        self.began_at = began_at
        self._timestamp = 0
        self._offset = 0
        self._behind_at: int | None = None
        self._behind_since = 0.0
        self._least = self._moved = 0

    @property
    def duration(self) -> float:
        """How long the timeline is, in seconds."""
        return len(self._heard) / g711.RATE

    def take(self, packet: RtpPacket, codec: str, now: float) -> None:
        """Take an audio packet.

        Args:
            packet: The packet.
            codec: "PCMU" or "PCMA".
            now: The moment it came, in seconds.
        """
        payload = packet.payload
        if not self._codec:
            self._codec = codec
        elif codec != self._codec:
            payload = payload.translate(g711.recoding(codec, self._codec))
        if self.began_at is None:
            self.began_at = now
        start = self._offset + later_by(packet.timestamp, self._timestamp)
        expected = round((now - self.began_at) * g711.RATE)
        if packet.ssrc != self._ssrc or abs(start - expected) > _JUMP:
            start = self._begin(packet, expected)
        start = self._put_right(start, expected, now)
        if self._moved and start - expected >= _SHIFT and payload == g711.SILENCE[self._codec] * len(payload):
            self._offset -= len(payload)
            self._moved = max(0, self._moved - len(payload))
            return
        heard = self._heard
        end = start + len(payload)
        if start < 0 or end > self._most:
            return
        if start > len(heard):
            heard += g711.SILENCE[self._codec] * (start - len(heard))
        heard[start:end] = payload

    def _begin(self, packet: RtpPacket, expected: int) -> int:
        """Begin a stream: after what was heard, and not before its time."""
        self._ssrc = packet.ssrc
        self._timestamp = packet.timestamp
        self._offset = max(len(self._heard), expected)
        self._behind_at, self._moved = None, 0
        return self._offset

    def _put_right(self, start: int, expected: int, now: float) -> int:
        """Return where a packet belongs, after what is behind was moved."""
        behind = expected - start
        if behind < _SHIFT:
            self._behind_at = None
        elif self._behind_at is None:
            self._behind_at, self._behind_since, self._least = max(start, len(self._heard)), now, behind
        else:
            self._least = min(self._least, behind)
            if now - self._behind_since >= _SURE:
                at, least, heard = self._behind_at, self._least, self._heard
                if at <= len(heard):
                    heard[at:at] = g711.SILENCE[self._codec] * least
                    del heard[self._most :]
                self._offset += least
                self._moved += least
                self._behind_at = None
                return start + least
        return start

    def settle(self) -> None:
        """Let `reader` return all that was heard: no more comes."""
        self._behind_at = None

    def cut(self) -> None:
        """Take the next packet for the begin of a new stream."""
        self._ssrc = -1

    def samples(self, most: float = KEPT) -> Samples:
        """Return what was heard, of it so many seconds at most, as 16-bit samples at 8 kHz."""
        return g711.decode(self._heard[: round(most * g711.RATE)], self._codec or "PCMU")

    def reader(self) -> Callable[[], bytes]:
        """Return what reads on: each time what was heard since the last, in mu-law, in whole frames of 20 ms."""
        at = 0

        def read() -> bytes:
            nonlocal at
            end = len(self._heard) if self._behind_at is None else min(len(self._heard), self._behind_at)
            end = max(at, end - end % _FRAME)
            new, at = bytes(self._heard[at:end]), end
            return new if self._codec != "PCMA" else new.translate(g711.recoding("PCMA", "PCMU"))

        return read
