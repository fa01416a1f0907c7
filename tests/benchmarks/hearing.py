"""How many words each way of hearing gets wrong, on sentences of the voice through G.711 at 8 kHz, and how fast it is."""

from __future__ import annotations

import asyncio
import time
from typing import Final

from sipdomain.errors import SetupError
from sipdomain.media import g711
from sipdomain.media.hearing import StartHearing, WordsHeard
from sipdomain.media.prompts import Speech
from sipdomain.media.script import Script
from sipdomain.runtime.media.recognition import RecognitionProcess, missing
from sipdomain.runtime.media.scripted_hearing import Said, ScriptedHearing
from sipdomain.runtime.media.speech import SpeechProcess, installed
from sipdomain.runtime.sim.network import SimClock
from tests.benchmarks.figures import Figure

SENTENCES: Final = (
    "I want to check my balance",
    "my order number is four seven one one",
    "please connect me to sales",
    "yes please",
    "no thank you",
    "I would like to speak to an agent",
    "the weather is fine in Berlin today",
    "cancel my appointment on Friday",
)


def word_errors() -> list[Figure]:
    """Return the word error rates of scripts, and of PocketSphinx with and without a grammar of hints.

    Raises:
        SetupError: An extra is not installed.
    """
    lacks = missing(None) or ("" if installed() else "there is no voice: pip install 'sipdomain[speech]'")
    if lacks:
        raise SetupError(lacks)
    return asyncio.run(_measured())


async def _measured() -> list[Figure]:
    voice, ears = SpeechProcess(), RecognitionProcess()
    said = [await voice.speak(each) for each in SENTENCES]
    await voice.close()
    line = [g711.decode(g711.encode(each, "PCMU"), "PCMU") for each in said]
    length = sum(map(len, line)) / g711.RATE
    method = f"{len(SENTENCES)} sentences, {sum(len(each.split()) for each in SENTENCES)} words, G.711"
    figures = [Figure("word errors, scripted", _rate(list(map(_scripted, SENTENCES))), "%", method)]
    for name, hints in (("with a grammar of hints", SENTENCES), ("without hints", ())):
        await ears.recognise(line[0].tobytes(), hints)  # The first one loads the model.
        began = time.perf_counter()
        heard = [(await ears.recognise(each.tobytes(), hints)).text for each in line]
        took = time.perf_counter() - began
        figures += [
            Figure(f"word errors, PocketSphinx {name}", _rate(heard), "%", method),
            Figure(
                f"speed, PocketSphinx {name}", length / took, "times real time", "the same, in its process"
            ),
        ]
    await ears.close()
    return figures


def _scripted(sentence: str) -> str:
    """Return what a script hears of a sentence that is said in two seconds."""
    clock, script, heard = SimClock(), Script(), list[str]()
    script.play(1, Speech(sentence), 2.0, 0.0)
    ScriptedHearing(
        StartHearing("CA1", 1), 0.0, look_up=lambda since: Said(script.words(since), is_open=False),
        call_at=clock.call_at,
        notify=lambda event: heard.append(event.text) if isinstance(event, WordsHeard) else None,
    )  # fmt: skip
    while clock.step(10.0):
        pass
    return " ".join(heard)


def _rate(heard: list[str]) -> float:
    """Return how many words of a hundred are wrong, missing or too many."""
    pairs = [(said.lower().split(), got.lower().split()) for said, got in zip(SENTENCES, heard, strict=True)]
    return 100 * sum(distance(*pair) for pair in pairs) / sum(len(said) for said, _ in pairs)


def distance(said: list[str], heard: list[str]) -> int:
    """Return the least number of words to replace, put in or leave out."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(said, 1):
        above, row = row, [number]
        for place, other in enumerate(heard):
            row.append(min(above[place + 1] + 1, row[place] + 1, above[place] + (word != other)))
    return row[-1]
