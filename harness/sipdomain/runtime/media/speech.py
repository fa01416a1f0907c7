"""Speech from one child process: started with the first text, kept, and ended on close."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Final

from sipdomain.errors import MediaError
from sipdomain.runtime.media.child_process import ChildProcess
from sipdomain.runtime.media.speech_child import SAMPLES, SILENCE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_TIMEOUT: Final = 30.0
"""Seconds for a text; the voice needs about a hundredth of what it says, and half a second to load."""
_LONGEST: Final = 20_000


def installed() -> bool:
    """Whether the speech engine is there (the extra `sipdomain[speech]`)."""
    return all(importlib.util.find_spec(name) is not None for name in ("hibari", "onnxruntime"))


class SpeechProcess:
    """Speaks one text at a time, in English whatever its language."""

    def __init__(self, *, timeout: float = _TIMEOUT) -> None:
        """Begin without a child.

        Args:
            timeout: How long a text may take, in seconds.
        """
        module = "sipdomain.runtime.media.speech_child"
        self._child = ChildProcess(module, "speech", timeout=timeout, environment=SILENCE)

    async def start(self) -> None:
        """Start the child, if it does not run; a text does that too."""
        await self._child.start()

    async def speak(self, text: str) -> npt.NDArray[np.int16]:
        """Return a text as 16-bit samples at 8 kHz.

        Raises:
            MediaError: The text is too long, the voice failed, or it took too long; the child is then begun anew.
        """
        import numpy as np

        data = text.encode("utf-8", "replace")
        if len(data) > _LONGEST:
            raise MediaError(f"a text of {len(data)} bytes; at most {_LONGEST} are spoken")
        status, content = await self._child.ask(data)
        if status != SAMPLES:
            raise MediaError(f"the voice failed: {content.decode(errors='replace')}")
        return np.frombuffer(content, np.int16)

    async def close(self) -> None:
        """End the child."""
        await self._child.close()
