"""The child process that speaks: reads texts in UTF-8, writes 16-bit samples at 8 kHz, as `runtime.media.replies` says."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sipdomain.runtime.media.replies import DONE, serve_standard_input, take_over

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

RATE = 8000
SAMPLES = DONE
SILENCE: Final = {"ORT_DISABLE_TELEMETRY": "1"}
"""What keeps onnxruntime from looking a telemetry host up and from writing a device id below the home folder.

It counts only when it is set before the library is loaded (its Privacy.md); the call alone comes too late.
"""
VOICE: Final = "heart"
"""The voice that is part of the package: the others are downloaded when they are first used."""
PAUSE: Final = 800
"""How many silent samples are left before and after the words: the voice makes a third of a second of either."""
_SILENT: Final = 64
"""Samples under this are silence: twice the noise that G.711 makes of it."""


def main() -> None:
    """Serve until stdin ends."""
    os.environ |= SILENCE
    replies = take_over()
    serve_standard_input(answering(_voice()), replies)


def answering(speak: Callable[[str], bytes]) -> Callable[[bytes], bytes]:
    """Return what answers requests by a voice."""
    return lambda data: speak(data.decode("utf-8", "replace"))


def trimmed(samples: Samples) -> Samples:
    """Return words without the silence before and after them, but a tenth of a second of each.

    Args:
        samples: 16-bit, at 8 kHz. Where nothing in them is loud, they are returned as they are.
    """
    import numpy as np

    loud = np.flatnonzero(np.abs(samples.astype(np.int32)) >= _SILENT)
    return samples[max(0, loud[0] - PAUSE) : loud[-1] + 1 + PAUSE] if len(loud) else samples


def _voice() -> Callable[[str], bytes]:
    import numpy as np
    import onnxruntime
    import soxr
    from hibari import SAMPLE_RATE, Hibari
    from hibari.voices import voice_path

    from sipdomain.media.render import to_pcm

    onnxruntime.disable_telemetry_events()
    voice = Hibari(VOICE, model=voice_path(VOICE, download_missing=False))

    def speak(text: str) -> bytes:
        # The seed makes the same text sound the same in every run.
        audio = voice(text, seed=0)
        if not len(audio):
            return b""
        return trimmed(to_pcm(soxr.resample(np.asarray(audio, np.float32), SAMPLE_RATE, RATE))).tobytes()

    return speak


if __name__ == "__main__":
    main()
