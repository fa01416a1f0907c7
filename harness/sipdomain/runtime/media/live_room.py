"""A room over real sockets: what is played into it, and what is recorded of it, frame by frame."""

from __future__ import annotations

from typing import Final

from sipdomain.media.mixer import Frame
from sipdomain.media.outputs import StartRecording
from sipdomain.media.playbacks import FRAME, Playbacks
from sipdomain.media.rtp import RtpPacket
from sipdomain.media.script import Script
from sipdomain.media.tape import Tape

CODEC: Final = "PCMU"
"""What is played into a room, and recorded of it, is in this codec."""


class LiveRoom:
    """A room.

    Attributes:
        name: The room's name.
        playbacks: What is played into it.
        tapes: Its recordings under way, by their names.
        script: What is played into it, as far as that is words.
    """

    def __init__(self, name: str) -> None:
        """Begin silent."""
        self.name = name
        self.playbacks = Playbacks(CODEC)
        self.tapes: dict[str, Tape] = {}
        self.script = Script()
        self._timestamp = 0

    def next(self) -> Frame | None:
        """Return what is played into it in this beat."""
        payload = self.playbacks.next()
        return None if payload is None else Frame(CODEC, payload)

    def skip(self, beats: int) -> None:
        """Let so many beats of 20 ms pass: what is played into it goes on behind them."""
        self._timestamp = (self._timestamp + beats * FRAME) & 0xFFFF_FFFF

    def begin_tape(self, wish: StartRecording, now: float) -> None:
        """Record from now on."""
        self.tapes[wish.recording] = Tape(wish, now)

    def record(self, heard: Frame | None, said: Frame | None, now: float) -> None:
        """Take a beat on the recordings under way.

        Args:
            heard: What everybody says.
            said: What is played into the room.
            now: The moment, in seconds.
        """
        self._timestamp = (self._timestamp + FRAME) & 0xFFFF_FFFF
        for tape in self.tapes.values():
            if heard is not None:
                tape.hear(self._packet(heard), heard.codec, now)
            if said is not None:
                tape.say(self._packet(said), said.codec, now)

    def _packet(self, frame: Frame) -> RtpPacket:
        return RtpPacket(
            payload_type=0, marker=False, sequence=0, timestamp=self._timestamp, ssrc=0, payload=frame.payload
        )
