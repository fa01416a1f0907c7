"""Play a tone that this app serves itself."""

from __future__ import annotations

import io
import math
import wave
from array import array
from functools import cache
from sys import byteorder

from flask import Response

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb

RATE = 8000
FREQUENCY = 440.0


def answer() -> Response:
    """Return a <Play> of the tone, by a relative URL."""
    return respond(verb("Play", "/play/tone.wav"))


def tone() -> Response:
    """Return the tone as a WAV file."""
    return Response(tone_wav(), content_type="audio/wav")


@cache
def tone_wav() -> bytes:
    """Return one second of 440 Hz at half volume, 16 bits, mono, 8000 samples a second."""
    samples = array("h", (round(16383 * math.sin(2 * math.pi * FREQUENCY * n / RATE)) for n in range(RATE)))
    if byteorder == "big":
        samples.byteswap()
    file = io.BytesIO()
    with wave.open(file, "wb") as wav:
        wav.setnchannels(1)
        wav.setsampwidth(2)
        wav.setframerate(RATE)
        wav.writeframes(samples.tobytes())
    return file.getvalue()


FLOW = Flow("Plays one second of 440 Hz from a WAV file.", {"/play": answer}, {"/play/tone.wav": tone})
