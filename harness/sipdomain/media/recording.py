"""Recordings: a clock that may stand still, two directions made one, and their bytes as WAV and MP3."""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Final

from sipdomain.media import g711
from sipdomain.media.outputs import RecordingDone, StartRecording

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

LONGEST: Final = 3600.0
"""Seconds of a recording; then it ends, and the call goes on."""
_SILENT: Final = 64
"""Samples under this are silence: twice the noise that G.711 makes of it."""
_BLOCK: Final = 65_536
_HEADER: Final = struct.Struct("<4sI4s4sIHHIIHH4sI")
_PCM: Final = 1


class RecordingClock:
    """How much of a recording there is at a moment: a pause that is left out does not count."""

    __slots__ = ("_began_at", "_paused_at", "_skipping")

    def __init__(self, now: float) -> None:
        """Begin a recording."""
        self._began_at = now
        self._paused_at: float | None = None
        self._skipping = False

    @property
    def paused(self) -> bool:
        """Whether nothing is recorded now."""
        return self._paused_at is not None

    @property
    def stands_still(self) -> bool:
        """Whether the recording does not grow now."""
        return self._paused_at is not None and self._skipping

    def pause(self, now: float, *, skip: bool) -> None:
        """Begin a pause; within one, nothing changes."""
        if self._paused_at is None:
            self._paused_at, self._skipping = now, skip

    def resume(self, now: float) -> None:
        """End a pause, if there is one."""
        if self._paused_at is not None:
            self._began_at += (now - self._paused_at) if self._skipping else 0.0
            self._paused_at = None

    def length(self, now: float) -> float:
        """Return the seconds recorded until now."""
        until = self._paused_at if self._paused_at is not None and self._skipping else now
        return min(LONGEST, max(0.0, until - self._began_at))


def finished_recording(
    wish: StartRecording, inbound: Samples, outbound: Samples, length: float
) -> RecordingDone:
    """Make a recording of what its session heard and what it sent.

    Args:
        wish: What was asked for.
        inbound: What was heard, as 16-bit samples at 8 kHz; what is missing at its end is silence.
        outbound: What was sent, likewise.
        length: How long the recording is, in seconds.
    """
    import numpy as np

    count = round(length * g711.RATE)
    sides = np.zeros((count, 2), np.int16)
    for side, (samples, other) in enumerate(((inbound, "outbound"), (outbound, "inbound"))):
        if wish.track != other:
            sides[: len(samples), side] = samples[:count]
    audio = sides if wish.channels == 2 else _mixed(sides)
    trimmed = _trimmed(audio) if wish.trim else audio
    if wish.keep_silent and not len(trimmed):
        trimmed = audio
    data = trimmed.astype("<i2").tobytes()
    return RecordingDone(wish.session, wish.recording, data, silent=bool(count) and not data)


def _mixed(sides: Samples) -> Samples:
    import numpy as np

    mixed: Samples = np.clip(sides.sum(axis=1, dtype=np.int32), -32_768, 32_767).astype(np.int16)
    return mixed.reshape(-1, 1)


def _trimmed(audio: Samples) -> Samples:
    import numpy as np

    loud = np.flatnonzero((np.abs(audio.astype(np.int32)) >= _SILENT).any(axis=1))
    return audio[loud[0] : loud[-1] + 1] if len(loud) else audio[:0]


def mixed(audio: bytes) -> bytes:
    """Return a recording of two channels as one of one."""
    import numpy as np

    return _mixed(np.frombuffer(audio, "<i2").reshape(-1, 2)).astype("<i2").tobytes()


def seconds(audio: bytes, channels: int) -> float:
    """Return the length of a recording."""
    return len(audio) / (2 * channels * g711.RATE)


def wav(audio: bytes, channels: int) -> bytes:
    """Return a recording as a WAV file of 16-bit samples at 8 kHz."""
    width = 2 * channels
    header = _HEADER.pack(
        b"RIFF", _HEADER.size - 8 + len(audio), b"WAVE", b"fmt ", 16,
        _PCM, channels, g711.RATE, g711.RATE * width, width, 16, b"data", len(audio),
    )  # fmt: skip
    return header + audio


def mp3(audio: bytes, channels: int) -> bytes:
    """Return a recording as an MP3 file; that takes some milliseconds for each second of it."""
    import numpy as np
    import soundfile

    file = io.BytesIO()
    samples = np.frombuffer(audio, "<i2").reshape(-1, channels)
    with soundfile.SoundFile(file, "w", g711.RATE, channels, format="MP3") as encoder:
        for start in range(0, len(samples), _BLOCK):
            # Two channels of 16-bit samples come out garbled in libsndfile 1.2.2; numbers from -1 to 1 do not.
            encoder.write(samples[start : start + _BLOCK].astype(np.float32) / 32_768)
    return file.getvalue()
