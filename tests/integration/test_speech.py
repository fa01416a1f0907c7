"""The real voice, in its process."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from sipdomain.errors import MediaError
from sipdomain.media import tones
from sipdomain.media.match import find
from sipdomain.media.outputs import CloseMedia, MediaInput, MediaOpened, OpenMedia
from sipdomain.media.prompts import Speech
from sipdomain.runtime.media.live import LiveMedia
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.media.speech import SpeechProcess, installed
from tests.patience import PATIENCE

pytestmark = pytest.mark.skipif(not installed(), reason="needs sipdomain[speech]")

ONE, TWO = "Welcome to Acme. Press one for sales.", "Welcome to Acme. Press two for sales."


def test_words_are_spoken_and_distinguished() -> None:
    async def test() -> None:
        library = PromptLibrary(speech=True)
        try:
            await library.warm_up()
            durations = [await library.prepare(Speech(text)) for text in (ONE, TWO)]
            one, two = (library.samples(Speech(text)) for text in (ONE, TWO))
        finally:
            await library.close()

        assert durations == pytest.approx([tones.speech_duration(text) for text in (ONE, TWO)], rel=0.5)
        assert np.abs(one.astype(int)).max() > 8000
        assert find(one, one).weakest > 0.99
        assert find(one, two).weakest < 0.5

    asyncio.run(test())


def test_a_call_rings_until_the_voice_is_there_and_is_not_answered_with_silence() -> None:
    async def test() -> list[MediaInput]:
        library = PromptLibrary(speech=True)
        told: list[MediaInput] = []
        media = LiveMedia(asyncio.get_running_loop(), library, patient=True)
        hasty = LiveMedia(asyncio.get_running_loop(), library)
        media.bind(told.append)
        hasty.bind(told.append)
        try:
            await library.warm_up()
            loading = library.loading
            assert loading is not None
            for each, session in ((media, "a"), (media, "gone"), (hasty, "b")):
                each.carry(OpenMedia(session, "127.0.0.1"))
            media.carry(CloseMedia("gone"))
            assert [type(each) for each in told] == [MediaOpened]
            await loading
            assert library.duration_now(Speech("ready")) is not None
            async with asyncio.timeout(PATIENCE):
                while len(told) < 2:  # noqa: ASYNC110 - the engine tells nobody else
                    await asyncio.sleep(0)
            media.carry(OpenMedia("c", "127.0.0.1"))
        finally:
            await media.close()
            await hasty.close()
            await library.close()
        return told

    opened = [each.session for each in asyncio.run(test()) if isinstance(each, MediaOpened)]
    assert opened[0] == "b"
    assert sorted(opened) == ["a", "b", "c"]


def test_nothing_to_say_takes_no_time() -> None:
    async def test() -> None:
        library = PromptLibrary(speech=True)
        try:
            assert await library.prepare(Speech("  ")) == 0.0
        finally:
            await library.close()

    asyncio.run(test())


def test_words_that_were_not_prepared_cannot_be_had_at_once() -> None:
    library = PromptLibrary(speech=True)

    assert library.duration_now(Speech(ONE)) is None
    with pytest.raises(MediaError, match="not prepared"):
        library.samples(Speech(ONE))


def test_a_voice_that_takes_too_long_is_ended_and_begun_anew() -> None:
    async def test() -> None:
        voice = SpeechProcess(timeout=0.01)
        with pytest.raises(MediaError, match=r"speech took longer than 0\.01 s"):
            await voice.speak(ONE)
        with pytest.raises(MediaError, match="a text of 20001 bytes"):
            await voice.speak("a" * 20_001)
        await voice.close()

    asyncio.run(test())
