"""Words by their sound: PocketSphinx in its process, and what is said where a recogniser cannot be had."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from sipdomain.errors import MediaError
from sipdomain.media import g711
from sipdomain.runtime.media import recognition
from sipdomain.runtime.media.recognition import (
    HearingSettings,
    Recognised,
    RecognitionProcess,
    missing,
)
from sipdomain.runtime.media.speech import SpeechProcess
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker

HINTS = ("check my balance", "talk to an agent", "order 47")
GATHER = """scenario: Words by their sound
given:
  access_lists: {office: [127.0.0.10]}
  domains: {acme: {calls: [office], voice: /voice}}
  app:
    /voice:
      verbs:
        - gather:
            {input: speech, speechTimeout: auto, hints: "check my balance, talk to an agent", action: /words,
             partialResultCallback: /partial}
        - {say: Nothing}
    /partial: {status: 204}
    /words: {say: Good}
  phones: {pbx: {address: 127.0.0.10}}
steps:
  - dial: sip:100@acme
  - say: I would like to talk to an agent
  - expect: {webhook: /words, parameters: {SpeechResult: {matches: ".*talk to an agent"}}, within: 20}
  - expect: {said: Good, ended_by: cloud, within: 10}
"""


def recognised(
    text: str, hints: tuple[str, ...], language: str = "en-US", timeout: float = 30.0
) -> Recognised:
    """Return what is understood of a text, said by the voice and through G.711."""

    async def heard() -> Recognised:
        voice, ears = SpeechProcess(), RecognitionProcess(timeout=timeout)
        try:
            said = g711.decode(g711.encode(await voice.speak(text), "PCMU"), "PCMU")
            return await ears.recognise(said.tobytes(), hints, language)
        finally:
            await voice.close()
            await ears.close()

    return asyncio.run(heard())


def test_hints_are_understood() -> None:
    found = recognised("talk to an agent. check my balance", HINTS)
    assert found.text == "talk to an agent check my balance"
    assert 0.0 < found.confidence <= 1.0


def test_digits_of_a_hint_are_words_and_a_word_that_is_not_known_is_left_out() -> None:
    assert recognised("order four seven", (*HINTS, "xyzzyplugh")).text == "order four seven"


def test_another_language_is_refused() -> None:
    with pytest.raises(MediaError, match="PocketSphinx understands English, not de-DE"):
        recognised("yes", HINTS, "de-DE")


def test_one_that_takes_too_long_is_ended() -> None:
    with pytest.raises(MediaError, match=r"recognition took longer than 0\.01 s"):
        recognised("yes", HINTS, timeout=0.01)


def test_more_than_a_few_do_not_wait() -> None:
    async def crowd() -> list[BaseException | Recognised]:
        ears = RecognitionProcess(timeout=20.0)
        asked = [ears.recognise(bytes(1600), ("yes",)) for _ in range(recognition.MOST_WAITING + 1)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
        await ears.close()
        return answers

    *others, last = asyncio.run(crowd())
    assert {type(each) for each in others} == {Recognised}
    assert str(last) == "32 utterances wait for the recogniser already"


@pytest.mark.parametrize("content", [None, b""])
def test_a_model_that_is_not_there_is_named(tmp_path: Path, content: bytes | None) -> None:
    async def heard() -> None:
        ears = RecognitionProcess(tmp_path)
        try:
            await ears.recognise(bytes(1600))
        finally:
            await ears.close()

    wanted = "has no model.bin: it must be the folder of a model for faster-whisper"
    if content is not None:
        (tmp_path / "model.bin").write_bytes(content)
        wanted = "no faster-whisper: pip install 'sipdomain\\[whisper\\]'"
    with pytest.raises(MediaError, match=wanted):
        asyncio.run(heard())


def test_a_recogniser_that_is_not_installed_is_named() -> None:
    assert missing(None) == ""
    assert missing(Path("model")) == "there is no speech recogniser: pip install 'sipdomain[whisper]'"


@pytest.mark.rule("gather-speech-words")
@pytest.mark.parametrize("mode", ["scripted", "acoustic"])
def test_a_caller_is_understood_both_ways(mode: recognition.Mode) -> None:
    worlds = maker("live", hearing=HearingSettings(mode))
    try:
        result = run_scenario(load_scenario_text(GATHER), worlds, substrate="live")
    finally:
        worlds.close()
    assert result.outcome == "passed", result.mismatches


def test_where_nothing_recognises_a_caller_the_alert_says_what_to_install() -> None:
    text = (
        GATHER[: GATHER.index("  - expect")]
        + "  - expect: {verbs: [Gather, Say], alerts: [13340], within: 20}\n"
    )
    text = text.replace("speechTimeout: auto", "speechTimeout: auto, timeout: 1")
    worlds = maker("live", hearing=HearingSettings("acoustic", Path("nowhere")))
    try:
        result = run_scenario(load_scenario_text(text), worlds, substrate="live")
    finally:
        worlds.close()
    assert result.outcome == "passed", result.mismatches
