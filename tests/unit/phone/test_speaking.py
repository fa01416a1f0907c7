"""What a phone says: rendered first, in its order, and on record when it was said to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.errors import LocalProtocolError
from sipdomain.media.outputs import (
    CloseMedia,
    MediaOutput,
    PlaybackDone,
    PreparePrompt,
    PromptFailed,
    PromptReady,
    StartPlayback,
)
from sipdomain.media.prompts import AudioFile, Speech
from tests.unit.phone.far_end import ANSWER, FarEnd

HELLO, BYE = Speech("Hello"), Speech("Goodbye")
TONE = Path(__file__).parents[3] / "fixtures" / "audio" / "tone-1000-hz.wav"


def spoken(far: FarEnd) -> list[MediaOutput]:
    return [each for each in far.media if isinstance(each, PreparePrompt | StartPlayback)]


def test_words_are_rendered_and_played_and_are_on_record_when_they_were_said() -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.carry(far.phone.say(0.0, call, "Hello"))
    assert spoken(far) == [PreparePrompt(1, HELLO)]
    far.carry(far.phone.media(PromptReady(1, 0.6), 0.0))
    assert spoken(far) == [PreparePrompt(1, HELLO), StartPlayback("alice-1", 1, HELLO)]
    assert call.said == []
    far.carry(far.phone.media(PlaybackDone("alice-1", 1), 0.6))
    assert call.said == ["Hello"]
    assert [(each.event, each.detail) for each in far.events[-2:]] == [("says", "Hello"), ("said", "Hello")]


def test_what_is_said_next_is_rendered_only_when_the_words_before_it_are_played() -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.carry(far.phone.say(0.0, call, "Hello"))
    far.carry(far.phone.say(0.0, call, "Goodbye"))
    assert spoken(far) == [PreparePrompt(1, HELLO)]
    far.carry(far.phone.media(PromptReady(1, 0.6), 0.1))
    assert spoken(far)[1:] == [StartPlayback("alice-1", 1, HELLO), PreparePrompt(2, BYE)]
    far.carry(far.phone.media(PromptReady(2, 0.8), 0.2))
    far.carry(far.phone.media(PlaybackDone("alice-1", 1), 0.7))
    far.carry(far.phone.media(PlaybackDone("alice-1", 2), 1.5))
    assert call.said == ["Hello", "Goodbye"]


def test_a_file_is_played_under_its_name_and_one_that_cannot_be_read_is_on_record_with_the_reason() -> None:
    far = FarEnd()
    call, _ = far.talk()
    tone = AudioFile(TONE.read_bytes(), "audio/x-wav")
    far.carry(far.phone.play(0.0, call, AudioFile(b"MZ", "audio/x-wav"), "virus.wav"))
    far.carry(far.phone.play(0.0, call, tone, "tone.wav"))
    far.carry(far.phone.media(PromptFailed(1, "no audio"), 0.0))
    assert call.not_said == {"virus.wav": "no audio"}
    assert spoken(far)[1:] == [PreparePrompt(2, tone)]
    far.carry(far.phone.media(PromptReady(2, 1.0), 0.0))
    far.carry(far.phone.media(PlaybackDone("alice-1", 2), 1.0))
    assert call.said == ["tone.wav"]


def test_words_that_are_ready_when_the_call_is_over_are_dropped() -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.carry(far.phone.say(0.0, call, "Hello"))
    far.hang_up(call)
    far.carry(far.phone.media(PromptReady(1, 0.6), 0.0))
    assert far.media[-1] == CloseMedia("alice-1")
    assert (call.said, far.phone.say(0.0, call, "Hello")) == ([], [])


def test_nothing_is_said_before_the_answer_nor_on_hold_nor_without_end() -> None:
    far = FarEnd()
    call = far.dial()
    with pytest.raises(LocalProtocolError, match="once the call is answered"):
        far.phone.say(0.0, call, "Hello")
    invite = far.request("INVITE")
    far.answer(invite)
    for _ in range(100):
        far.phone.say(0.0, call, "Hello")
    with pytest.raises(LocalProtocolError, match="100 utterances wait"):
        far.phone.say(0.0, call, "Hello")
    held = ANSWER.replace(b"a=sendrecv", b"a=sendonly").replace(b"o=root 1 1", b"o=root 1 2")
    far.ask("INVITE", call, invite, 1, ("Content-Type", "application/sdp"), body=held)
    with pytest.raises(LocalProtocolError, match="on hold"):
        far.phone.say(0.0, call, "Hello")


def test_a_playback_that_the_phone_does_not_know_is_dropped() -> None:
    far = FarEnd()
    call, _ = far.talk()
    assert far.phone.media(PlaybackDone("alice-1", 7), 0.0) == []
    assert far.phone.media(PlaybackDone("nobody-1", 7), 0.0) == []
    assert far.phone.media(PromptReady(7, 1.0), 0.0) == []
    assert call.said == []
