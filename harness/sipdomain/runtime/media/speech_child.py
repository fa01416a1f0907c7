"""The child process that speaks: reads texts from stdin, writes 16-bit samples at 8 kHz to stdout.

A request is a length (4 bytes, big-endian) and UTF-8 text. A reply is one byte, 0 for samples or 1 for an error's
text, then a length and the content. It ends with its input.
"""

from __future__ import annotations

import os
import signal
import struct
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

RATE = 8000
SAMPLES = 0
FAILED = 1
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
    # The parent decides when this ends; Ctrl-C in a terminal reaches both.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # A library that prints must not get into the replies.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, replies, _voice())


def serve(requests: BinaryIO, replies: BinaryIO, speak: Callable[[str], bytes]) -> None:
    """Answer requests until there are no more."""
    while len(head := requests.read(4)) == 4:
        text = requests.read(int.from_bytes(head)).decode("utf-8", "replace")
        try:
            status, content = SAMPLES, speak(text)
        except Exception as error:  # noqa: BLE001 - the parent reports it, and one text must not end the voice
            status, content = FAILED, f"{type(error).__name__}: {error}".encode()
        replies.write(struct.pack("!BI", status, len(content)) + content)
        replies.flush()


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
