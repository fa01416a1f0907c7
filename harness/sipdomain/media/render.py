"""Turn a recording into 16-bit samples at 8 kHz, mono."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from sipdomain.errors import MediaError
from sipdomain.media import g711, tones
from sipdomain.media.prompts import AudioFile, Beep, Keys, Prompt, Speech

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

RATE: Final = 8000
LONGEST: Final = 40 * 60.0
"""Seconds; what a recording has beyond it is refused."""
MOST_BYTES: Final = 40 * 1024 * 1024
"""Bytes of a file."""
_HEADERLESS: Final = frozenset({"audio/basic", "audio/ulaw", "audio/x-mulaw"})
_BLOCK: Final = 65_536


def render(prompt: Prompt) -> Samples:
    """Render a prompt; words by the tone voice.

    Returns:
        16-bit samples at 8 kHz.

    Raises:
        MediaError: A file cannot be read or is too long; a key does not exist.
    """
    match prompt:
        case Speech(text):
            return tones.speech(text)
        case Keys(digits):
            return tones.keys(digits)
        case Beep():
            return tones.beep()
        case AudioFile():
            return read_file(prompt)


def read_file(recording: AudioFile) -> Samples:
    """Decode a recording, mix its channels to one, and resample it to 8 kHz.

    `audio/basic` without the header of an AU file is mu-law at 8 kHz (RFC 2046 section 4.3).

    Raises:
        MediaError: It cannot be read, or is too large or too long.
    """
    data = recording.data
    if len(data) > MOST_BYTES:
        raise MediaError(f"an audio file of {len(data)} bytes; at most {MOST_BYTES} are read")
    if recording.content_type in _HEADERLESS and data[:4] not in {b".snd", b"RIFF"}:
        _refuse_long(len(data) / RATE)
        return g711.decode(data, "PCMU")
    return _decoded(data, recording.content_type)


def _decoded(data: bytes, content_type: str) -> Samples:
    import numpy as np
    import soundfile
    import soxr

    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            _refuse_long(file.frames / file.samplerate)
            most = int(LONGEST * file.samplerate)
            resampler = soxr.ResampleStream(file.samplerate, RATE, 1, dtype="float32")
            parts, count = [], 0
            while len(block := file.read(_BLOCK, dtype="float32", always_2d=True)):
                count += len(block)
                if count > most:
                    _refuse_long(count / file.samplerate)
                parts.append(resampler.resample_chunk(block.mean(axis=1)))
            parts.append(resampler.resample_chunk(np.zeros(0, np.float32), last=True))
    except soundfile.LibsndfileError as error:
        raise MediaError(f"cannot read {content_type or 'the audio'}: {error.error_string}") from error
    return to_pcm(np.concatenate(parts))


def to_pcm(samples: npt.NDArray[np.floating]) -> Samples:
    """Turn samples between -1 and 1 into 16-bit ones; louder ones are clipped."""
    import numpy as np

    scaled: Samples = (np.clip(samples, -1.0, 1.0) * 32767.0).round().astype(np.int16)
    return scaled


def _refuse_long(duration: float) -> None:
    if duration > LONGEST:
        raise MediaError(f"audio of {duration:.0f} s; at most {LONGEST:.0f} s are played")
