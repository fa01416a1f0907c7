"""One event loop and one voice for all the live worlds of a run: a voice takes a second or two to load."""

from __future__ import annotations

import asyncio

from sipdomain.media.prompts import Speech
from sipdomain.runtime.event_loop import new_event_loop
from sipdomain.runtime.media.prompt_library import PromptLibrary


class Studio:
    """What live worlds share.

    Attributes:
        loop: The event loop that they run on, one at a time.
        library: The prompts, with the voice loaded.
    """

    def __init__(self, *, speech: bool = True, loop: asyncio.AbstractEventLoop | None = None) -> None:
        """Load the voice; this takes a second or two.

        Args:
            speech: Whether there is a voice, where it is installed; else tones.
            loop: The event loop, which is closed with the studio; by default a new one.
        """
        self.loop = loop or new_event_loop()
        self.library = PromptLibrary(speech=speech)
        self.loop.run_until_complete(self._load())

    async def _load(self) -> None:
        await self.library.warm_up()
        await self.library.prepare(Speech("ready"))

    def close(self) -> None:
        """End the voice and the loop; after every world is closed."""
        self.loop.run_until_complete(self.library.close())
        self.loop.close()
