"""Words of a voice that is none of ours, in a file that is played: recognised by their sound, never taken for granted."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from sipdomain.media.recording import wav
from sipdomain.runtime.media import understanding
from sipdomain.runtime.media.recognition import Recognised
from sipdomain.runtime.media.speech import SpeechProcess
from sipdomain.scenario.expect.foreign_voice import together
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.worlds import maker

SAID = "Thank you for calling the bank"
SCENARIO = """\
scenario: A voice from elsewhere
given:
  access_lists: {office: [127.0.0.10]}
  domains: {acme: {calls: [office], voice: /voice}}
  app: {/voice: {play: /words}, /words: {file: %s}}
  phones: {pbx: {address: 127.0.0.10}}
steps:
  - dial: sip:100@acme
  - %s
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    async def said() -> bytes:
        voice = SpeechProcess()
        try:
            return (await voice.speak(SAID)).astype("<i2").tobytes()
        finally:
            await voice.close()

    path = tmp_path_factory.mktemp("voice") / "words.wav"
    path.write_bytes(wav(asyncio.run(said()), 1))
    return path


def played(file: Path, step: str, substrate: Literal["live", "sim"] = "sim") -> Result:
    worlds = maker(substrate)
    try:
        return run_scenario(load_scenario_text(SCENARIO % (file, step)), worlds, substrate=substrate)
    finally:
        worlds.close()


def expecting(words: str, least: float) -> str:
    return f"expect: {{heard: {{words: {words}, at_least: {least}}}, within: 20}}"


@pytest.mark.parametrize("substrate", ["live", "sim"])
def test_what_a_foreign_voice_says_is_recognised(file: Path, substrate: Literal["live", "sim"]) -> None:
    result = played(file, expecting(SAID, 0.8), substrate)
    assert result.outcome == "passed", result.mismatches
    assert [each.name for each in threading.enumerate() if each.name.startswith("understanding")] == []


@pytest.mark.parametrize(
    ("words", "least"), [("thank you for calling the airport", 0.9), ("please connect me to sales", 0.4)]
)
def test_other_words_are_not_heard_in_it(file: Path, words: str, least: float) -> None:
    (mismatch,) = played(file, expecting(words, least)).mismatches
    assert mismatch.path == "steps[1].expect.heard"
    assert mismatch.got.endswith("% of them: “thank you for calling the bank”")


def test_turns_wait_for_what_is_still_recognised_when_the_call_is_over(file: Path) -> None:
    result = played(file, f"turns: [{{heard: {SAID}, at_least: 0.8, within: 20}}]", "live")
    assert result.outcome == "passed", result.mismatches


def test_where_nothing_recognises_it_the_failure_names_the_extra(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    why = "there is no speech recogniser: pip install 'sipdomain[recognition]'"
    monkeypatch.setattr(understanding, "missing", lambda _: why)
    (mismatch,) = played(file, expecting(SAID, 0.1)).mismatches
    assert mismatch.got == f"0% of them; nobody of ours says them, and another voice is not understood: {why}"


def test_a_recogniser_that_fails_fails_the_expectation(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, samples: object) -> Future[Recognised]:
        raise OSError("no processes left")

    monkeypatch.setattr(understanding.Understanding, "_understand", broken)
    (mismatch,) = played(file, expecting(SAID, 0.1)).mismatches
    assert mismatch.got.endswith("another voice is not understood: no processes left")


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("we thank you all for the bank", 5),
        ("well thank you for now calling the bank", 6),
        ("thank " + "and " * 9 + "you " + "and " * 9 + "for " + "and " * 9 + "calling", 1),
        ("", 0),
    ],
)
def test_words_that_are_scattered_over_a_long_talk_are_not_those_of_one_sentence(
    words: str, count: int
) -> None:
    assert together(SAID.lower().split(), words.split()) == count


def test_a_tone_has_no_words(tmp_path: Path) -> None:
    tone = (6_000 * np.sin(2 * np.pi * 400 * np.arange(16_000) / 8_000)).astype("<i2")
    (tmp_path / "tone.wav").write_bytes(wav(tone.tobytes(), 1))
    assert played(tmp_path / "tone.wav", expecting("please", 0.1)).outcome == "failed"
