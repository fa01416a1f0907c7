"""Speech from one child process: started with the first text, kept, and ended on close."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sipdomain.errors import MediaError
from sipdomain.runtime.media.speech_child import SAMPLES, SILENCE

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_TIMEOUT: Final = 30.0
"""Seconds for a text; the voice needs about a hundredth of what it says, and half a second to load."""
_PATIENCE: Final = 2.0
_LONGEST: Final = 20_000
_ROOT: Final = str(Path(__file__).resolve().parents[3])


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
        self._timeout = timeout
        self._child: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Start the child, if it does not run; a text does that too."""
        async with self._turn:
            await self._running()

    async def speak(self, text: str) -> npt.NDArray[np.int16]:
        """Return a text as 16-bit samples at 8 kHz.

        Raises:
            MediaError: The text is too long, the voice failed, or it took too long; the child is then begun anew.
        """
        import numpy as np

        data = text.encode("utf-8", "replace")
        if len(data) > _LONGEST:
            raise MediaError(f"a text of {len(data)} bytes; at most {_LONGEST} are spoken")
        async with self._turn:
            try:
                async with asyncio.timeout(self._timeout):
                    status, content = await self._ask(data)
            except TimeoutError:
                await self._end(kill=True)
                raise MediaError(f"speech took longer than {self._timeout:g} s") from None
            except (OSError, asyncio.IncompleteReadError) as error:
                await self._end(kill=True)
                raise MediaError("the speech process ended; its last words are on stderr") from error
            except asyncio.CancelledError:
                # Its answer would be taken for the next one's.
                await self._end(kill=True)
                raise
        if status != SAMPLES:
            raise MediaError(f"the voice failed: {content.decode(errors='replace')}")
        return np.frombuffer(content, np.int16)

    async def close(self) -> None:
        """End the child."""
        async with self._turn:
            await self._end(kill=False)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._child is None:
            path = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH"))))
            # -P keeps the user's directory, and a numpy.py in it, out of the child's imports.
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "sipdomain.runtime.media.speech_child",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                env=os.environ | SILENCE | {"PYTHONPATH": path},
            )  # fmt: skip
        return self._child

    async def _ask(self, data: bytes) -> tuple[int, bytes]:
        child = await self._running()
        stdin, stdout = child.stdin, child.stdout
        if stdin is None or stdout is None:
            raise MediaError("the speech process has no pipes")
        stdin.write(len(data).to_bytes(4) + data)
        await stdin.drain()
        head = await stdout.readexactly(5)
        return head[0], await stdout.readexactly(int.from_bytes(head[1:]))

    async def _end(self, *, kill: bool) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if kill:
                child.kill()
            elif child.stdin is not None:
                child.stdin.close()
        try:
            async with asyncio.timeout(_PATIENCE):
                await child.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
