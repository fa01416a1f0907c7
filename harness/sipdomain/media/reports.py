"""One session's RTCP: when the next report is due, what it says, what the peer's say (RFC 3550 section 6)."""

from __future__ import annotations

import random
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.media.outputs import MediaMeasured
from sipdomain.media.reception import RATE, Reception
from sipdomain.media.rtcp import Report, ReportBlock, SenderInfo, compound, ntp, parse
from sipdomain.media.sender import RtpSender

INTERVAL: Final = 5.0
"""How often a report is sent, in seconds; each time between half of it and one and a half (RFC 3550 section 6.2)."""
_LONGEST_TRIP: Final = 60.0
"""A round trip that takes longer is a clock that was set, or a broken report."""


class Reports:
    """What is reported of a session, and received.

    Attributes:
        next_at: When a report is due.
        sent: How many were sent.
        received: How many came.
        reception: What came of the peer's stream.
    """

    __slots__ = ("_from_peer", "_heard_at", "_last_report", "_name", "_round_trip", "_sender", "next_at", "received",
                 "reception", "sent")  # fmt: skip

    def __init__(self, sender: RtpSender, name: str) -> None:
        """Begin without a peer.

        Args:
            sender: Our stream.
            name: Our CNAME: the same for all that one session sends.
        """
        self.next_at = float("inf")
        self.sent = self.received = 0
        self.reception = Reception()
        self._sender = sender
        self._name = name
        self._last_report = 0
        self._heard_at = 0.0
        self._from_peer: ReportBlock | None = None
        self._round_trip: float | None = None

    def begin(self, now: float) -> None:
        """Have a peer from now on; the first report is due after half the time."""
        if self.next_at == float("inf"):
            self.next_at = now + INTERVAL / 2 * random.uniform(0.5, 1.5)

    def make(self, now: float, wall: float, *, bye: bool = False) -> bytes:
        """Return the report of this moment, and set when the next one is due.

        Args:
            now: The moment on the run's clock, in seconds.
            wall: The same in Unix time.
            bye: Whether it is the last one.
        """
        self.next_at = now + INTERVAL * random.uniform(0.5, 1.5)
        self.sent += 1
        sender = self._sender
        info = SenderInfo(ntp(wall), sender.timestamp, sender.sent, sender.octets) if sender.sent else None
        block = self.reception.block(self._last_report, now - self._heard_at)
        report = Report(sender.ssrc, info, () if block is None else (block,))
        return compound(report, self._name, bye=bye)

    def take(self, data: bytes, now: float, wall: float) -> bool:
        """Take what came; return False when that is no RTCP."""
        try:
            packets = parse(data)
        except RemoteProtocolError:
            return False
        for each in packets:
            if isinstance(each, Report):
                self._take(each, now, wall)
        return True

    def _take(self, report: Report, now: float, wall: float) -> None:
        self.received += 1
        if report.sender is not None:
            self._last_report, self._heard_at = report.sender.ntp >> 16 & 0xFFFF_FFFF, now
        for block in report.blocks:
            if block.ssrc == self._sender.ssrc:
                self._from_peer = block
                if block.last_report:
                    trip = ntp(wall) >> 16 & 0xFFFF_FFFF
                    trip = trip - block.last_report - block.since_last_report & 0xFFFF_FFFF
                    # Clocks of 2**-16 s may go a little below nothing.
                    trip = 0 if trip > 0xFFFF_0000 else trip
                    if trip < _LONGEST_TRIP * 65_536:
                        self._round_trip = trip / 65_536

    def measured(self, session: str) -> MediaMeasured:
        """Return how the audio went until now."""
        said, reception = self._from_peer, self.reception
        return MediaMeasured(
            session, self._sender.sent, reception.received, reception.lost, reception.jitter,
            max(0, said.lost) if said is not None else None, said.jitter / RATE if said is not None else None,
            self._round_trip, self.received,
        )  # fmt: skip
