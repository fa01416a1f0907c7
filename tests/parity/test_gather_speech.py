"""<Gather> of speech: what the caller says, and who is asked then."""

from __future__ import annotations

import pytest

from sipdomain.media.hearing import (
    HearingFailed,
    HearingInput,
    SpeechBegan,
    StartHearing,
    StopHearing,
    WordsHeard,
)
from sipdomain.media.outputs import StopPlayback
from tests.parity.documents import heard
from tests.parity.test_gather import gathering, press
from tests.unit.twilio.bench import Bench
from tests.unit.twilio.caller import Make
from tests.unit.twilio.pages import page

AUTO = 'speechTimeout="auto" action="/menu"'


def listening(make: Make, attributes: str) -> Bench:
    bench = gathering(make, attributes).bench
    bench.pages["/partial"] = page("<Response><Say>Never</Say></Response>")
    return bench


def wish(bench: Bench) -> StartHearing:
    return [each for each in bench.media if isinstance(each, StartHearing)][-1]


def began(bench: Bench) -> None:
    bench.tell(SpeechBegan(bench.record.sid, wish(bench).hearing, bench.now))


def said(bench: Bench, text: str, *, final: bool = True) -> None:
    event: HearingInput = WordsHeard(
        bench.record.sid, wish(bench).hearing, text, final=final, confidence=0.87, stability=0.9
    )
    bench.tell(event)


def asked(bench: Bench, purpose: str = "action") -> list[dict[str, str]]:
    names = (
        "Digits",
        "SpeechResult",
        "Confidence",
        "UnstableSpeechResult",
        "StableSpeechResult",
        "Stability",
    )
    return [
        {name: each.parameters[name] for name in names if name in each.parameters}
        for each in bench.asked(purpose)
    ]


@pytest.mark.rule("gather-speech")
def test_the_words_and_their_confidence_reach_the_action(make: Make) -> None:
    bench = listening(make, f'input="speech" {AUTO}')
    began(bench)
    said(bench, "check my balance")
    assert asked(bench) == [{"SpeechResult": "check my balance", "Confidence": "0.87"}]
    assert heard(bench) == ["Press a key", "Thank you"]


@pytest.mark.rule("gather-speech-begins")
def test_the_first_word_stops_the_prompt_and_the_timeout(make: Make) -> None:
    bench = listening(make, f'input="speech" timeout="3" {AUTO}')
    bench.wait(0.5)
    began(bench)
    assert any(isinstance(each, StopPlayback) for each in bench.media)
    bench.wait(20.0)
    assert asked(bench) == []
    said(bench, "yes")
    assert asked(bench) == [{"SpeechResult": "yes", "Confidence": "0.87"}]


@pytest.mark.rule("gather-speech-first")
def test_after_the_first_word_keys_do_not_count_and_after_the_first_key_words(make: Make) -> None:
    bench = listening(make, f'input="dtmf speech" numDigits="2" {AUTO}')
    began(bench)
    press(bench, "1")
    said(bench, "sales")
    assert asked(bench) == [{"SpeechResult": "sales", "Confidence": "0.87"}]
    bench = listening(make, f'input="dtmf speech" numDigits="2" {AUTO}')
    press(bench, "1")
    assert isinstance(bench.media[-1], StopHearing)
    said(bench, "sales")
    press(bench, "2")
    assert asked(bench) == [{"Digits": "12"}]


@pytest.mark.rule("gather-speech-timeout", "gather-speech-auto", "gather-speech-hints")
@pytest.mark.parametrize(
    ("attributes", "pause"),
    [('timeout="3"', 3.0), ('speechTimeout="2"', 2.0), ('speechTimeout="auto"', 0.8)],
)
def test_so_much_silence_ends_speech(make: Make, attributes: str, pause: float) -> None:
    bench = listening(make, f'input="speech" hints="yes, no" {attributes}')
    assert (wish(bench).pause, wish(bench).hints, wish(bench).partials) == (pause, ("yes", "no"), False)


@pytest.mark.rule("gather-speech-timeout", "gather-nothing")
def test_without_a_word_the_next_verb_follows(make: Make) -> None:
    bench = listening(make, f'input="speech" timeout="3" {AUTO}')
    bench.wait(4.9)
    assert heard(bench) == ["Press a key"]
    bench.wait(0.2)
    assert (heard(bench), asked(bench)) == (["Press a key", "You pressed nothing"], [])


@pytest.mark.rule("gather-speech-longest")
def test_speech_of_a_minute_is_over(make: Make) -> None:
    bench = listening(make, f'input="speech" {AUTO}')
    began(bench)
    bench.wait(59.9)
    assert not isinstance(bench.media[-1], StopHearing)
    bench.wait(0.2)
    assert isinstance(bench.media[-1], StopHearing)
    said(bench, "and so on")
    assert asked(bench) == [{"SpeechResult": "and so on", "Confidence": "0.87"}]


@pytest.mark.rule("gather-speech-partial", "gather-speech-partial-fields")
def test_words_are_reported_as_they_come_and_nothing_waits_for_the_answer(make: Make) -> None:
    bench = listening(make, f'input="speech" partialResultCallback="/partial" {AUTO}')
    assert wish(bench).partials
    began(bench)
    said(bench, "check", final=False)
    said(bench, "check my", final=False)
    said(bench, "check my balance")
    assert asked(bench, "partial") == [
        {"UnstableSpeechResult": "check", "StableSpeechResult": "", "Stability": "0.9"},
        {"UnstableSpeechResult": "check my", "StableSpeechResult": "", "Stability": "0.9"},
    ]
    assert bench.asked("partial")[0].parameters["CallSid"] == bench.record.sid
    assert heard(bench) == ["Press a key", "Thank you"]


@pytest.mark.rule("gather-speech-profanity", "gather-speech-profanities")
@pytest.mark.parametrize(("attributes", "shown"), [("", "oh s***"), ('profanityFilter="false"', "oh shit")])
def test_of_a_profanity_the_first_letter_stays(make: Make, attributes: str, shown: str) -> None:
    bench = listening(make, f'input="speech" {attributes} {AUTO}')
    began(bench)
    said(bench, "oh shit")
    assert asked(bench)[0]["SpeechResult"] == shown


@pytest.mark.rule("gather-speech-model", "gather-speech-model-timeout")
def test_auto_beside_a_model_is_warned_of_and_the_timeout_holds(make: Make) -> None:
    bench = listening(make, f'input="speech" speechModel="phone_call" timeout="4" {AUTO}')
    assert (bench.alerts, wish(bench).pause) == ([13335], 4.0)


@pytest.mark.rule("gather-speech-pair", "gather-speech-pairs")
def test_a_model_that_does_not_know_the_language_fails_the_gather(make: Make) -> None:
    bench = listening(make, 'input="speech" speechModel="deepgram_nova-2" language="ar-AE"')
    assert (bench.alerts, heard(bench)) == ([13342], ["You pressed nothing"])


@pytest.mark.rule("gather-speech-hints")
def test_of_too_many_hints_none_counts(make: Make) -> None:
    hints = ", ".join(str(each) for each in range(501))
    bench = listening(make, f'input="speech" hints="{hints}"')
    assert (bench.alerts, wish(bench).hints) == ([13330], ())


@pytest.mark.rule("gather-speech-nothing")
def test_a_sound_without_a_word_begins_the_timeout_anew(make: Make) -> None:
    bench = listening(make, f'input="dtmf speech" timeout="3" {AUTO}')
    began(bench)
    said(bench, "")
    bench.wait(2.9)
    press(bench, "4", "#")
    assert asked(bench) == [{"Digits": "4"}]


@pytest.mark.rule("gather-speech-nothing")
def test_whom_no_recogniser_understands_is_alerted_of(make: Make) -> None:
    bench = listening(make, f'input="speech" timeout="3" {AUTO}')
    began(bench)
    bench.tell(HearingFailed(bench.record.sid, wish(bench).hearing, "there is no speech recogniser"))
    said(bench, "")
    bench.wait(3.1)
    assert bench.alerts == [13340]
    assert heard(bench)[-1] == "You pressed nothing"


@pytest.mark.rule("gather-hang-up")
def test_a_caller_who_hangs_up_while_speaking_ends_it(make: Make) -> None:
    alice = gathering(make, f'input="speech" {AUTO}')
    began(alice.bench)
    alice.bye()
    assert (asked(alice.bench), alice.bench.record.status) == ([], "completed")
