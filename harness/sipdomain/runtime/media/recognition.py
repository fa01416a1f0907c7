"""Words out of sounds, by one child process: started with the first utterance, kept, and ended on close."""

from __future__ import annotations

import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from sipdomain.errors import MediaError
from sipdomain.runtime.media.child_process import ChildProcess
from sipdomain.runtime.media.replies import DONE

Mode = Literal["scripted", "acoustic"]
MOST_WAITING: Final = 32
"""How many utterances may wait for the recogniser; one more is not understood, and that is reported."""
_TIMEOUT: Final = 30.0
"""Seconds for an utterance of a minute at most, and for the model to load."""


@dataclass(frozen=True, slots=True)
class HearingSettings:
    """How words are heard.

    Attributes:
        mode: "scripted": what our own phones and simulated numbers say is known word for word, and only others are
            recognised by their sound; "acoustic": everybody is.
        model: The folder of a model for faster-whisper, or None for PocketSphinx.
    """

    mode: Mode = "scripted"
    model: Path | None = None


SCRIPTED: Final = HearingSettings()


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was understood of an utterance.

    Attributes:
        text: The words; "" for none.
        confidence: From 0 to 1, as the recogniser counts.
    """

    text: str
    confidence: float


def missing(model: Path | None) -> str:
    """Return which extra is not installed, as a sentence that says what to do; "" when nothing is missing."""
    module, extra = ("pocketsphinx", "recognition") if model is None else ("faster_whisper", "whisper")
    if all(importlib.util.find_spec(name) is not None for name in (module, "soxr")):
        return ""
    return f"there is no speech recogniser: pip install 'sipdomain[{extra}]'"


class RecognitionProcess:
    """Understands one utterance at a time."""

    def __init__(self, model: Path | None = None, *, timeout: float = _TIMEOUT) -> None:
        """Begin without a child.

        Args:
            model: The folder of a model for faster-whisper, or None for PocketSphinx.
            timeout: How long an utterance may take, in seconds.
        """
        arguments = (str(model),) if model is not None else ()
        module = "sipdomain.runtime.media.recognition_child"
        self._child = ChildProcess(module, "recognition", timeout=timeout, arguments=arguments)
        self._waiting = 0

    async def recognise(
        self, audio: bytes, hints: tuple[str, ...] = (), language: str = "en-US"
    ) -> Recognised:
        """Return what is said in 16-bit samples at 8 kHz.

        Raises:
            MediaError: The recogniser failed, cannot be loaded, took too long, or has too much to do.
        """
        if self._waiting >= MOST_WAITING:
            raise MediaError(f"{MOST_WAITING} utterances wait for the recogniser already")
        self._waiting += 1
        try:
            asked = json.dumps({"hints": hints, "language": language}).encode()
            status, content = await self._child.ask(asked + b"\n" + audio)
        finally:
            self._waiting -= 1
        if status != DONE:
            raise MediaError(f"the recogniser failed: {content.decode(errors='replace')}")
        found = json.loads(content)
        return Recognised(str(found["text"]), float(found["confidence"]))

    async def close(self) -> None:
        """End the child."""
        await self._child.close()
