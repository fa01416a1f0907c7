"""Prompts ready to play: each is rendered once, and kept while there is room."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections import OrderedDict
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakValueDictionary

from sipdomain.errors import MediaError
from sipdomain.media import g711, tones
from sipdomain.media.prompts import AudioFile, Beep, Keys, Prompt, Speech
from sipdomain.media.render import render
from sipdomain.media.script import Script
from sipdomain.runtime.media.speech import SpeechProcess, installed

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Samples = npt.NDArray[np.int16]

log = logging.getLogger(__name__)

_CAPACITY: Final = 64 * 1024 * 1024
_SHORT: Final = 10.0
"""Seconds of a prompt that may be made when it is played: ten seconds of tones take less than two milliseconds."""


@dataclass(slots=True)
class _Rendered:
    samples: Samples
    encoded: dict[str, bytes] = field(default_factory=dict)

    def size(self, key: Prompt) -> int:
        kept = len(key.data) if isinstance(key, AudioFile) else 0
        return kept + self.samples.nbytes + sum(map(len, self.encoded.values()))


class PromptLibrary:
    """Renders prompts and keeps the latest used.

    Words sound the same in each voice and language: there is one voice. Past the capacity the prompt
    that was not asked for the longest time goes first.

    Attributes:
        scripts: What is said of it in streams of RTP, by their SSRC.
    """

    def __init__(self, *, speech: bool, capacity: int = _CAPACITY) -> None:
        """Make an empty library.

        Args:
            speech: Whether words are spoken by the speech engine, where it is installed; otherwise by tones.
            capacity: How many bytes of audio are kept.
        """
        self._speech = SpeechProcess() if speech and installed() else None
        if speech and self._speech is None:
            log.warning("no speech engine: words become tones; pip install 'sipdomain[speech]' gives a voice")
        self.scripts: WeakValueDictionary[int, Script] = WeakValueDictionary()
        self._capacity = capacity
        self._size = 0
        self._loading: asyncio.Task[None] | None = None
        self._rendered: OrderedDict[Prompt, _Rendered] = OrderedDict()
        self._rendering: dict[Prompt, asyncio.Task[_Rendered]] = {}

    @property
    def loading(self) -> asyncio.Task[None] | None:
        """The loading of the voice, while it goes on."""
        return self._loading if self._loading is not None and not self._loading.done() else None

    async def warm_up(self) -> None:
        """Load what rendering needs, so that the first call does not wait: numpy; the voice goes on loading."""
        if self._speech is not None:
            self._loading = asyncio.create_task(self._load(self._speech))
        await asyncio.to_thread(importlib.import_module, "numpy")

    async def _load(self, speech: SpeechProcess) -> None:
        """Have the voice say a word: the first takes it much longer than those after it."""
        await speech.start()
        try:
            await self.prepare(Speech("ready"))
        except MediaError as error:
            log.warning("the voice does not speak: %s", error)

    async def prepare(self, prompt: Prompt, codecs: AbstractSet[str] = frozenset()) -> float:
        """Render and encode a prompt, outside the loop where that takes time.

        Args:
            prompt: The prompt.
            codecs: In which codecs it may be played.

        Returns:
            Its duration in seconds.

        Raises:
            MediaError: It cannot be rendered.
        """
        duration = self.ready(prompt, codecs)
        if duration is not None:
            return duration
        key = _key(prompt)
        found = self._rendered.get(key)
        if found is None:
            task = self._rendering.get(key)
            if task is None:
                task = self._rendering[key] = asyncio.create_task(self._render(key))
                task.add_done_callback(lambda _: self._rendering.pop(key, None))
            # One that no longer waits must not spoil it for the others.
            found = await asyncio.shield(task)
        for codec in codecs - found.encoded.keys():
            self._keep_encoded(key, found, codec, await asyncio.to_thread(g711.encode, found.samples, codec))
        return len(found.samples) / g711.RATE

    def ready(self, prompt: Prompt, codecs: AbstractSet[str]) -> float | None:
        """Return the duration in seconds of a prompt that can be played at once, else None: `prepare` it first.

        Args:
            prompt: The prompt.
            codecs: In which codecs it may be played.

        Raises:
            MediaError: It cannot be rendered.
        """
        duration = self.duration_now(prompt)
        if duration is None or duration <= _SHORT:
            return duration
        found = self._rendered.get(_key(prompt))
        return duration if found is not None and codecs <= found.encoded.keys() else None

    def duration_now(self, prompt: Prompt) -> float | None:
        """Return a prompt's duration in seconds when it is known without rendering, else None.

        Raises:
            MediaError: It cannot be rendered.
        """
        match prompt:
            case Keys(digits):
                return tones.keys_duration(digits)
            case Beep():
                return tones.beep_duration()
            case Speech(text) if not self._is_spoken(prompt):
                return tones.speech_duration(text)
        found = self._rendered.get(_key(prompt))
        return None if found is None else len(found.samples) / g711.RATE

    def samples(self, prompt: Prompt) -> Samples:
        """Return a prompt as 16-bit samples at 8 kHz; what is not spoken is rendered when it is missing.

        Raises:
            MediaError: It cannot be rendered, or are words that were not prepared.
        """
        return self._find(prompt).samples

    def encoded(self, prompt: Prompt, codec: str) -> bytes:
        """Return a prompt as G.711 bytes.

        Args:
            prompt: The prompt; as for `samples`.
            codec: "PCMU" or "PCMA".

        Raises:
            MediaError: As for `samples`.
        """
        found = self._find(prompt)
        audio = found.encoded.get(codec)
        if audio is None:
            audio = g711.encode(found.samples, codec)
            self._keep_encoded(_key(prompt), found, codec, audio)
        return audio

    async def close(self) -> None:
        """Drop everything, and end the speech process."""
        tasks: tuple[asyncio.Task[Any], ...] = tuple(self._rendering.values())
        if self._loading is not None:
            tasks = (*tasks, self._loading)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._speech is not None:
            await self._speech.close()
        self._rendered.clear()
        self._size = 0

    def _is_spoken(self, prompt: Prompt) -> bool:
        """Whether only the speech engine can render it: where there are no words, there is nothing to say."""
        return self._speech is not None and isinstance(prompt, Speech) and bool(prompt.text.strip())

    async def _render(self, key: Prompt) -> _Rendered:
        if self._speech is not None and isinstance(key, Speech):
            samples = await self._speech.speak(key.text)
        else:
            samples = await asyncio.to_thread(render, key)
        return self._keep(key, samples)

    def _find(self, prompt: Prompt) -> _Rendered:
        key = _key(prompt)
        found = self._rendered.get(key)
        if found is None:
            if self._is_spoken(key):
                raise MediaError("the words were not prepared, or not kept")
            return self._keep(key, render(prompt))
        self._rendered.move_to_end(key)
        return found

    def _keep(self, key: Prompt, samples: Samples) -> _Rendered:
        found = self._rendered.get(key)
        if found is None:
            found = self._rendered[key] = _Rendered(samples)
            self._size += found.size(key)
            self._make_room()
        return found

    def _keep_encoded(self, key: Prompt, found: _Rendered, codec: str, audio: bytes) -> None:
        if codec not in found.encoded:
            found.encoded[codec] = audio
            if self._rendered.get(key) is found:
                self._size += len(audio)
                self._make_room()

    def _make_room(self) -> None:
        while self._size > self._capacity and len(self._rendered) > 1:
            key, gone = self._rendered.popitem(last=False)
            self._size -= gone.size(key)


def _key(prompt: Prompt) -> Prompt:
    return Speech(tones.spoken(prompt.text)) if isinstance(prompt, Speech) else prompt
