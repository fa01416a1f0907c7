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
_JUMP: Final = 10 * g711.RATE
"""A timestamp that is further than this from the clock begins a new stream."""


class Ear:
    """Collects audio packets; lost ones leave silence, late ones find their place, double ones do no harm.

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
        return self._offset

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
            end = len(self._heard) - len(self._heard) % _FRAME
            new, at = bytes(self._heard[at:end]), end
            return new if self._codec != "PCMA" else new.translate(g711.recoding("PCMA", "PCMU"))

        return read
