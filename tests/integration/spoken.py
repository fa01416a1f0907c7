"""Words as the emulator's own voice says them, to be looked for in what a foreign phone heard."""

from __future__ import annotations

import asyncio
from functools import cache

import numpy as np
import numpy.typing as npt

from sipdomain.media.prompts import Speech
from sipdomain.runtime.media.prompt_library import PromptLibrary


@cache
def spoken(words: str) -> npt.NDArray[np.int16]:
    """Return words as samples at 8 kHz."""

    async def say() -> npt.NDArray[np.int16]:
        library = PromptLibrary(speech=True)
        try:
            await library.prepare(Speech(words))
            return library.samples(Speech(words))
        finally:
            await library.close()

    return asyncio.run(say())
