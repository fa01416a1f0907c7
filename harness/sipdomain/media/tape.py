"""What is recorded of one RTP session: what it hears and what it sends, on the recording's own clock."""

from __future__ import annotations

from sipdomain.media.ear import Ear
from sipdomain.media.outputs import RecordingDone, StartRecording
from sipdomain.media.recording import LONGEST, RecordingClock, finished_recording
from sipdomain.media.rtp import RtpPacket


class Tape:
    """Collects the packets of both directions; between pauses each stands where its time is.

    Attributes:
        wish: What was asked for.
    """

    __slots__ = ("_clock", "_inbound", "_length", "_outbound", "wish")

    def __init__(self, wish: StartRecording, now: float) -> None:
        """Begin to record.

        Args:
            wish: What is asked for.
            now: The moment, in seconds.
        """
        self.wish = wish
        self._clock = RecordingClock(now)
        self._inbound = Ear(LONGEST, began_at=0.0)
        self._outbound = Ear(LONGEST, began_at=0.0)
        self._length = 0.0

    def hear(self, packet: RtpPacket, codec: str, now: float) -> None:
        """Take an audio packet that came."""
        if self.wish.track != "outbound" and not self._clock.paused:
            self._inbound.take(packet, codec, self._clock.length(now))

    def say(self, packet: RtpPacket, codec: str, now: float) -> None:
        """Take an audio packet that goes out."""
        if self.wish.track != "inbound" and not self._clock.paused:
            self._outbound.take(packet, codec, self._clock.length(now))

    def pause(self, now: float, *, skip: bool) -> None:
        """Take nothing until it is resumed."""
        self._clock.pause(now, skip=skip)

    def resume(self, now: float) -> None:
        """Go on: what comes now follows what was before, or the silence of the pause."""
        self._clock.resume(now)
        self._inbound.cut()
        self._outbound.cut()

    def stop(self, now: float) -> None:
        """End the recording."""
        self._length = self._clock.length(now)

    def finish(self) -> RecordingDone:
        """Return what was recorded; for an hour of it that takes about a second."""
        return finished_recording(self.wish, self._inbound.samples(), self._outbound.samples(), self._length)
