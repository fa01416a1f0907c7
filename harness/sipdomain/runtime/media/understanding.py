"""Words out of sounds for who judges a call: a recogniser, asked from a thread of its own."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from sipdomain.errors import MediaError
from sipdomain.runtime.media.recognition import HearingSettings, Recognised, RecognitionProcess, missing

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Understanding:
    """Understands one stretch of speech after another, without hints: they would be heard in anything."""

    def __init__(self, settings: HearingSettings) -> None:
        """Begin without a recogniser.

        Args:
            settings: Which one.
        """
        self._settings = settings
        self._thread: ThreadPoolExecutor | None = None
        self._runner: asyncio.Runner | None = None
        self._process: RecognitionProcess | None = None

    def ask(self, samples: npt.NDArray[np.int16]) -> Future[Recognised]:
        """Begin to understand samples at 8 kHz; what comes of it may be a MediaError.

        Raises:
            MediaError: No recogniser is installed; it says which extra has one.
        """
        why_not = missing(self._settings.model)
        if why_not:
            raise MediaError(why_not)
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "understanding")
        return self._thread.submit(self._understand, samples.tobytes())

    def close(self) -> None:
        """End the recogniser; harmless where there is none."""
        if self._thread is not None:
            self._thread.submit(self._end)
            self._thread.shutdown()
            self._thread = None

    def _understand(self, audio: bytes) -> Recognised:
        if self._runner is None or self._process is None:
            self._runner = asyncio.Runner()
            self._process = RecognitionProcess(self._settings.model)
        return self._runner.run(self._process.recognise(audio))

    def _end(self) -> None:
        if self._runner is not None and self._process is not None:
            self._runner.run(self._process.close())
            self._runner.close()
            self._runner = self._process = None
