"""Prompts: rendered once, kept while there is room."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from sipdomain.errors import MediaError
from sipdomain.media import g711, tones
from sipdomain.media.prompts import AudioFile, Keys, Prompt, Speech
from sipdomain.runtime.media.prompt_library import PromptLibrary
from tests.benchmarks.holds import longest

SECOND = AudioFile(b"\x0b" * 8000, "audio/basic")


@pytest.mark.parametrize(
    ("prompt", "duration"), [(Speech("Goodbye."), 0.86), (Speech(""), 0.0), (Keys("1w"), 0.7), (SECOND, None)]
)  # fmt: skip
def test_what_a_prompt_lasts_is_known_at_once_unless_it_is_a_file(
    prompt: Prompt, duration: float | None
) -> None:
    assert PromptLibrary(speech=False).duration_now(prompt) == duration


def test_a_prepared_file_is_known() -> None:
    async def test() -> None:
        library = PromptLibrary(speech=False)

        assert await asyncio.gather(*(library.prepare(SECOND) for _ in range(3))) == [1.0, 1.0, 1.0]
        assert library.duration_now(SECOND) == 1.0
        assert library.encoded(SECOND, "PCMU") == SECOND.data
        assert library.encoded(SECOND, "PCMA") == b"\x21" * 8000

    asyncio.run(test())


LONG = Speech(" ".join(["lorem"] * 666))


@pytest.mark.parametrize(
    ("prompt", "duration"), [(Speech("Goodbye."), 0.86), (Keys("1w"), 0.7), (SECOND, None), (LONG, None)]
)
def test_only_a_short_prompt_plays_without_being_prepared(prompt: Prompt, duration: float | None) -> None:
    assert PromptLibrary(speech=False).ready(prompt, {"PCMU"}) == duration


def test_a_long_prompt_is_rendered_and_encoded_outside_the_loop() -> None:
    async def test() -> float:
        library = PromptLibrary(speech=False)
        most, duration = await longest(library.prepare(LONG, {"PCMU"}))

        assert library.ready(LONG, {"PCMU"}) == duration == pytest.approx(256.3, abs=0.1)
        assert library.ready(LONG, {"PCMU", "PCMA"}) is None
        assert library.encoded(LONG, "PCMU") == g711.encode(library.samples(LONG), "PCMU")
        return most

    assert min(asyncio.run(test()) for _ in range(3)) < 0.010


def test_one_that_gives_up_does_not_spoil_it_for_the_others() -> None:
    async def test() -> None:
        library = PromptLibrary(speech=False)
        waiting = [asyncio.create_task(library.prepare(SECOND)) for _ in range(2)]
        await asyncio.sleep(0)
        waiting[0].cancel()

        assert await waiting[1] == 1.0

    asyncio.run(test())


@pytest.mark.parametrize("prompt", [AudioFile(b"junk", "audio/mpeg"), Keys("x")])
def test_what_cannot_be_rendered_is_reported(prompt: Prompt) -> None:
    with pytest.raises(MediaError):
        asyncio.run(PromptLibrary(speech=False).prepare(prompt))


def test_a_prompt_that_was_not_prepared_is_rendered_when_it_is_asked_for() -> None:
    library = PromptLibrary(speech=False)

    assert np.array_equal(library.samples(Speech("Hello.")), tones.speech("Hello."))
    assert library.encoded(Keys("5"), "PCMU") == g711.encode(tones.keys("5"), "PCMU")


def test_words_are_the_same_in_each_voice_and_layout() -> None:
    library = PromptLibrary(speech=False)

    assert library.samples(Speech("Hello  there\n", "alice")) is library.samples(Speech("Hello there", "man"))


def test_what_was_not_asked_for_the_longest_goes_first() -> None:
    # A second of audio is 16,000 bytes of samples.
    library = PromptLibrary(speech=False, capacity=40_000)
    first, second, third = (Keys(key * 5) for key in "123")
    kept = {prompt: library.samples(prompt) for prompt in (first, second)}
    assert library.samples(first) is kept[first]
    library.samples(third)

    assert library.samples(first) is kept[first]
    assert library.samples(second) is not kept[second]


def test_a_prompt_larger_than_the_library_still_plays() -> None:
    library = PromptLibrary(speech=False, capacity=1000)

    assert len(library.encoded(Keys("12345"), "PCMU")) == 8000
