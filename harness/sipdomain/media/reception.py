"""How well one stream of RTP arrives: packets lost, and jitter (RFC 3550 appendices A.1, A.3 and A.8)."""

from __future__ import annotations

from typing import Final

from sipdomain.media.rtcp import ReportBlock

RATE: Final = 8_000
_MOST_LOST: Final = 3_000
"""A sequence number that is further ahead is a stream that begins anew, and no loss (RFC 3550 section A.1)."""
_MOST_LATE: Final = 100


class Reception:
    """Counts the packets of the peer's stream. A new source, or a jump, begins anew; what was counted stays.

    Attributes:
        ssrc: Whose stream, or None before the first packet.
        received: How many packets came in all.
    """

    __slots__ = ("_bad", "_base", "_cycles", "_expected_before", "_highest", "_jitter", "_lost_before", "_of_stream",
                 "_received_before", "_transit", "received", "ssrc")  # fmt: skip

    def __init__(self) -> None:
        """Begin without a packet."""
        self.ssrc: int | None = None
        self.received = 0
        self._of_stream = 0
        self._base = self._highest = self._cycles = 0
        self._bad = -1
        self._jitter = 0.0
        self._transit: float | None = None
        self._lost_before = 0
        self._expected_before = self._received_before = 0

    def take(self, ssrc: int, sequence: int, timestamp: int | None, now: float) -> None:
        """Take note of a packet.

        Args:
            ssrc: Its source.
            sequence: Its sequence number, 16 bits.
            timestamp: Its timestamp, or None when that is not a moment of it, as of keys (RFC 4733 section 2.2).
            now: When it came, in seconds.
        """
        ahead = (sequence - self._highest) & 0xFFFF
        if ssrc != self.ssrc:
            self._begin(ssrc, sequence)
        elif ahead < _MOST_LOST:
            if sequence < self._highest:
                self._cycles += 0x1_0000
            self._highest = sequence
        elif ahead <= 0x1_0000 - _MOST_LATE:
            # Two packets in a row make a new stream, one is a stray.
            if sequence != self._bad:
                self._bad = (sequence + 1) & 0xFFFF
                return
            self._begin(ssrc, sequence)
        self.received += 1
        self._of_stream += 1
        if timestamp is not None:
            transit = now * RATE - timestamp
            if self._transit is not None:
                late = abs(transit - self._transit)
                if late < RATE:
                    self._jitter += (late - self._jitter) / 16.0
            self._transit = transit

    def _begin(self, ssrc: int, sequence: int) -> None:
        self._lost_before += self._lost
        self.ssrc = ssrc
        self._base = self._highest = sequence
        self._cycles, self._bad = 0, -1
        self._of_stream = 0
        self._expected_before = self._received_before = 0
        self._transit = None

    @property
    def _expected(self) -> int:
        return self._cycles + self._highest - self._base + 1 if self.ssrc is not None else 0

    @property
    def _lost(self) -> int:
        return self._expected - self._of_stream

    @property
    def lost(self) -> int:
        """How many packets were lost in all; at least 0, though doubled ones come too."""
        return max(0, self._lost_before + self._lost)

    @property
    def jitter(self) -> float:
        """The interarrival jitter, in seconds."""
        return self._jitter / RATE

    def block(self, last_report: int, since_last_report: float) -> ReportBlock | None:
        """Return what a report says of the stream, and begin the time that the next one covers; None without a stream.

        Args:
            last_report: The middle 32 bits of the peer's last NTP timestamp, or 0.
            since_last_report: The seconds since then.
        """
        if self.ssrc is None:
            return None
        expected = self._expected - self._expected_before
        lost = expected - (self._of_stream - self._received_before)
        self._expected_before, self._received_before = self._expected, self._of_stream
        fraction = min(255, (lost << 8) // expected) if expected > 0 and lost > 0 else 0
        return ReportBlock(
            self.ssrc, fraction, self._lost, self._cycles + self._highest & 0xFFFF_FFFF, int(self._jitter),
            last_report, int(since_last_report * 65_536) & 0xFFFF_FFFF if last_report else 0,
        )  # fmt: skip
