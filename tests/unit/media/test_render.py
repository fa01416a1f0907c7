"""Recordings of all sorts, as samples at 8 kHz."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from sipdomain.errors import MediaError
from sipdomain.media import g711, tones
from sipdomain.media.prompts import AudioFile, Keys, Prompt, Speech
from sipdomain.media.render import render

Samples = npt.NDArray[np.int16]


def recording(
    kind: str, rate: int, *, channels: int = 1, subtype: str | None = None, duration: float = 1.0
) -> bytes:
    """Return a file with 400 Hz at half the largest amplitude."""
    wave = 0.5 * np.sin(2 * np.pi * 400 * np.arange(round(rate * duration)) / rate)
    file = io.BytesIO()
    soundfile.write(file, np.repeat(wave[:, None], channels, axis=1), rate, format=kind, subtype=subtype)
    return file.getvalue()


def loudest(samples: Samples) -> int:
    """Return the frequency with the most energy, in hertz."""
    return int(np.argmax(np.abs(np.fft.rfft(samples))) * 8000 / len(samples))


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (recording("WAV", 8000), "audio/wav"),
        (recording("WAV", 8000, subtype="ULAW"), "audio/x-wav"),
        (recording("WAV", 44_100, channels=2), "audio/wav"),
        (recording("WAV", 48_000, subtype="PCM_24"), "audio/wave"),
        (recording("MP3", 44_100, channels=2), "audio/mpeg"),
        (recording("MP3", 16_000), "audio/mp3"),
        (recording("AIFF", 22_050), "audio/aiff"),
        (recording("WAV", 8000, subtype="GSM610"), "audio/x-wav"),
        (recording("AU", 8000, subtype="ULAW"), "audio/basic"),
        (recording("WAV", 8000), "audio/basic"),
    ],
)
def test_a_recording_becomes_one_channel_at_8_khz(data: bytes, content_type: str) -> None:
    samples = render(AudioFile(data, content_type))

    assert samples.dtype == np.int16
    assert len(samples) == pytest.approx(8000, abs=800)
    assert loudest(samples) == pytest.approx(400, abs=2)
    assert np.abs(samples[2000:6000].astype(int)).max() == pytest.approx(16_384, rel=0.08)


def test_headerless_mu_law_is_taken_as_it_is() -> None:
    codes = bytes(range(256))

    assert render(AudioFile(codes, "audio/basic")).tolist() == list(g711.decoding("PCMU"))


@pytest.mark.parametrize(
    ("prompt", "samples"), [(Speech("Hello.", "alice", "de-DE"), tones.speech("Hello.")), (Keys("1w"), tones.keys("1w"))]
)  # fmt: skip
def test_words_and_keys_are_tones(prompt: Prompt, samples: Samples) -> None:
    assert np.array_equal(render(prompt), samples)


@pytest.mark.parametrize(
    ("recording", "reason"),
    [
        (AudioFile(b"<html>not found</html>", "audio/mpeg"), "cannot read audio/mpeg"),
        (AudioFile(b"", "audio/wav"), "cannot read audio/wav"),
        (AudioFile(bytes(41 * 1024 * 1024), "audio/wav"), "an audio file of 42991616 bytes"),
        (AudioFile(bytes(8000 * 2401), "audio/basic"), "audio of 2401 s; at most 2400 s"),
    ],
)
def test_what_cannot_be_played_is_refused(recording: AudioFile, reason: str) -> None:
    with pytest.raises(MediaError, match=reason):
        render(recording)
