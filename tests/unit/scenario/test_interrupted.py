"""What a far end was saying when it was interrupted: through all its pauses, as far as it was queued before."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sipdomain.media import g711
from sipdomain.scenario.measures import answer_to, interrupted, is_through, stale_after
from sipdomain.scenario.talk import Stretch, Talk
from sipdomain.scenario.waiting import Waiting, waiting_at
from sipdomain.socket_entries import SocketMessage
from sipdomain.voice_entries import Played

WORDS = Stretch(1.0, 1.8)


def heard(*spans: tuple[float, float], until: float) -> Talk:
    samples = np.zeros(round(until * g711.RATE), np.int16)
    noise = np.random.default_rng(1).integers(-6000, 6000, len(samples), np.int16)
    noise[np.arange(len(noise)) % 1280 < 320] = (
        0  # Syllables: what never pauses passes for the noise of a line.
    )
    for begin, end in spans:
        part = slice(round(begin * g711.RATE), round(end * g711.RATE))
        samples[part] = noise[part]
    audio = [g711.encode(samples, "PCMU")]
    ear: Any = SimpleNamespace(began_at=0.0, reader=lambda: lambda: audio.pop() if audio else b"")
    call: Any = SimpleNamespace(ended_at=None, utterances=[])
    talk = Talk(call, lambda: ear, lambda _: samples)
    talk.look()
    return talk


def message(at: float, lane: Any, kind: str, purpose: str = "stream") -> SocketMessage:
    text = json.dumps({"event" if purpose == "stream" else "type": kind})
    return SocketMessage(
        at=at, socket=1, call_sid="CA", call_id="id", purpose=purpose, lane=lane, text=text
    )  # fmt: skip


@pytest.mark.parametrize("pause", [0.1, 0.2, 0.3, 0.4, 0.5])
@pytest.mark.parametrize("at", [1.1, 1.3, 1.6, 1.9, 2.4, 2.9])
def test_a_stale_sentence_is_stale_through_a_pause_at_any_place(pause: float, at: float) -> None:
    sentence = (0.3, at), (at + pause, 3.6)
    talk = heard(*sentence, until=5.0)
    voices = interrupted(talk, WORDS, Waiting())
    assert voices[-1].end == pytest.approx(3.6, abs=0.1)
    assert is_through(talk, voices, Waiting())
    assert answer_to(talk, WORDS, Waiting()) is None
    assert stale_after(talk, WORDS, Waiting()).seconds >= 2.5 - pause
    early = heard(sentence[0], until=at + 0.5)
    assert not is_through(early, interrupted(early, WORDS, Waiting()), Waiting())


def test_what_follows_a_clear_is_new_however_soon_it_comes() -> None:
    cleared = waiting_at(1.0, [message(1.1, "in", "clear")])
    talk = heard((0.3, 1.1), (1.5, 3.0), until=4.0)
    assert [each.end for each in interrupted(talk, WORDS, cleared)] == [pytest.approx(1.1, abs=0.1)]
    assert len(interrupted(talk, WORDS, Waiting())) == 2
    silent = heard((0.3, 1.1), until=1.4)
    assert is_through(silent, interrupted(silent, WORDS, cleared), cleared)


def test_what_follows_a_pause_of_a_turn_is_new_where_nothing_else_is_known() -> None:
    talk = heard((0.3, 1.2), (2.2, 3.0), until=4.0)
    answer = answer_to(talk, WORDS, Waiting())
    assert answer is not None
    assert answer.begin == pytest.approx(2.2, abs=0.1)


def test_a_mark_that_came_before_and_has_not_gone_back_says_that_more_is_played() -> None:
    messages = [message(0.2, "in", "mark"), message(0.3, "in", "mark"), message(0.9, "out", "mark")]
    assert waiting_at(1.0, messages).plays_until == float("inf")
    talk = heard((0.3, 1.2), (2.2, 3.0), until=4.0)
    until = waiting_at(1.0, [*messages, message(3.0, "out", "mark")])
    assert until.plays_until == 3.0
    assert len(interrupted(talk, WORDS, until)) == 2
    assert not is_through(
        talk, interrupted(talk, WORDS, waiting_at(1.0, messages)), waiting_at(1.0, messages)
    )
    cleared = waiting_at(1.0, [*messages, message(1.1, "in", "clear"), message(1.2, "out", "mark")])
    assert cleared == Waiting(1.1, 1.1)


def test_tokens_of_a_prompt_that_was_interrupted_are_stale_until_the_next_prompt() -> None:
    messages = [message(1.2, "out", "interrupt", "relay"), message(1.4, "in", "text", "relay")]
    assert waiting_at(1.0, messages) == Waiting()
    assert waiting_at(1.0, [*messages, message(2.0, "out", "prompt", "relay")]).dropped_at == 2.0
    assert waiting_at(1.0, [message(2.0, "out", "prompt", "relay")]) == Waiting()


def test_a_prompt_of_a_verb_is_stale_until_it_is_over() -> None:
    def prompt(until: float, *, whole: bool) -> list[Played]:
        return [Played(at=until, call_sid="CA", call_id="id", began_at=0.3, what="words", whole=whole)]

    assert waiting_at(1.0, [], prompt(3.0, whole=True)) == Waiting(3.0)
    assert waiting_at(1.0, [], prompt(1.2, whole=False)) == Waiting(1.2, 1.2)
    assert waiting_at(1.0, [], prompt(0.9, whole=True)) == Waiting()
