"""What is expected of the voice of a call: met by what it names, never by less, and a failure names the nearest."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from sipdomain.entries import PhoneEvent
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.worlds import maker
from sipdomain.voice_entries import CompanyChanged, KeyHeard, Played, RecordingEnded, SpeechHeard
from tests.unit.scenario.paper import PaperCall, PaperWorld, good_call, play, sid_of

HEAD = """\
scenario: A call
given: {app: {/voice: {say: [Welcome, Farewell]}, /mail: {verbs: [{record: }]}}, phones: {alice: {}}}
steps:
  - dial: sip:100@acme
"""
MENU = "Press one for sales"
CLOSED = "Our office is closed today"


def spoken_with(world: PaperWorld, call: PaperCall) -> None:
    """A menu that the key 1 stops, a second key, a file, a conference, a recording, and the end."""
    sid: dict[str, Any] = {"call_sid": sid_of(call), "call_id": call.call_id}

    def happen() -> None:
        start, add = world.now(), world.journal.append
        call.state, call.answered_at, call.said = "answered", start, ["Good morning"]
        add(PhoneEvent(at=start, phone="alice", call_id=call.call_id, event="says", detail="Good morning"))
        add(KeyHeard(at=start + 0.1, key="1", **sid))
        add(Played(at=start + 0.1, began_at=start, what="words", text=MENU, whole=False, **sid))
        add(KeyHeard(at=start + 0.2, key="2", awaited=False, **sid))
        add(Played(at=start + 0.3, began_at=start + 0.1, what="words", text="One moment", **sid))
        add(
            Played(
                at=start + 0.4, began_at=start + 0.3, what="file", text="http://a.test/ring.wav?n=1", **sid
            )
        )
        add(Played(at=start + 0.4, began_at=start + 0.4, what="keys", text="99", **sid))
        room: dict[str, Any] = {"company": "conference", "text": "Weekly", "sid": "CF1"}
        add(CompanyChanged(at=start + 0.4, moved="joined", **room, **sid))
        add(SpeechHeard(at=start + 0.45, began_at=start + 0.3, text="My order", by="gather", **sid))
        add(CompanyChanged(at=start + 0.5, moved="left", **room, **sid))
        add(
            RecordingEnded(
                at=start + 3.5,
                recording_sid="RE1",
                began_at=start + 0.5,
                length=3.2,
                text="RecordVerb",
                **sid,
            )
        )

    def end() -> None:
        call.state, call.ended_by, call.ended_at = "ended", "them", world.now()

    world.after(0.1, happen)
    world.after(0.6, end)


@pytest.mark.parametrize(
    "expectation",
    [
        "{said: One moment}",
        "{said: Good morning}",
        '{said: {matches: "One .*"}}',
        '{pressed: "12"}',
        '{transcript: [{says: Press one for sales}, {presses: "1"}, {says: One moment}, {presses: "2"}]}',
        '{transcript: [{presses: "1"}, {presses: "2"}]}',
        '{transcript: [{says: Press one for sales}, {presses: "12"}, {plays: /ring.wav}]}',
        "{transcript: [{says: Good morning, by: alice}, {says: One moment, by: emulator}]}",
        "{transcript: [{plays: /ring.wav}]}",
        "{transcript: [{plays: /ring.wav}, {hears: My order}, {joins: conference Weekly}]}",
        '{transcript: [{plays: "/ring.wav?n=1"}, {sends: "99"}]}',
        "{transcript: [{plays: 'http://a.test/ring.wav?n=1'}]}",
        "{transcript: [{joins: conference Weekly}, {leaves: {matches: conference .*}}, {records: 3s}]}",
        "{transcript: [{records: 3.2..4}]}",
    ],
)
def test_what_happened_is_met(expectation: str) -> None:
    result, _ = play(f"{HEAD}  - expect: {expectation}\n", spoken_with)
    assert result.outcome == "passed", result.mismatches


@pytest.mark.parametrize(
    ("expectation", "path", "expected", "got"),
    [
        # Stopped by a key: it was not said to its end.
        (f"{{said: {MENU}}}", "said", f"“{MENU}” said to its end", "“One moment”"),
        ("{said: One}", "said", "“One” said to its end", "“One moment”"),
        ('{pressed: "1"}', "pressed", "1", "12"),
        ('{pressed: "123"}', "pressed", "123", "12"),
        ('{pressed: "21"}', "pressed", "21", "12"),
        ("{pressed: none}", "pressed", "none", "12"),
        ("{transcript: [{says: One}]}", "transcript", "says One", "item 1 of 1, `says One`, did not come"),
        ("{transcript: [{says: One moment}, {says: Press one for sales}]}", "transcript",
         "says One moment, says Press one for sales",
         "item 2 of 2, `says Press one for sales`, did not come after `says One moment`; it came before"),
        ("{transcript: [{says: One moment, by: alice}]}", "transcript", "says One moment by alice",
         "item 1 of 1, `says One moment by alice`, did not come"),
        ("{transcript: [{says: Good morning, by: emulator}]}", "transcript", "says Good morning by emulator",
         "item 1 of 1, `says Good morning by emulator`, did not come"),
        ('{transcript: [{presses: "2"}, {presses: "1"}]}', "transcript", "presses 2, presses 1",
         "item 2 of 2, `presses 1`, did not come after `presses 2`; it came before"),
        ('{transcript: [{presses: "12"}, {presses: "2"}]}', "transcript", "presses 12, presses 2",
         "item 2 of 2, `presses 2`, did not come after `presses 12`; it came before"),
        ('{transcript: [{presses: "13"}]}', "transcript", "presses 13", "item 1 of 1, `presses 13`, did not come"),
        ("{transcript: [{plays: /wring.wav}]}", "transcript", "plays /wring.wav",
         "item 1 of 1, `plays /wring.wav`, did not come"),
        ('{transcript: [{sends: "9"}]}', "transcript", "sends 9", "item 1 of 1, `sends 9`, did not come"),
        ("{transcript: [{joins: Weekly}]}", "transcript", "joins Weekly", "item 1 of 1, `joins Weekly`, did not come"),
        ("{transcript: [{joins: queue Weekly}]}", "transcript", "joins queue Weekly",
         "item 1 of 1, `joins queue Weekly`, did not come"),
        ("{transcript: [{leaves: conference weekly}]}", "transcript", "leaves conference weekly",
         "item 1 of 1, `leaves conference weekly`, did not come"),
        ("{transcript: [{records: 4s}]}", "transcript", "records 4s", "item 1 of 1, `records 4s`, did not come"),
        ("{transcript: [{records: 1..3}]}", "transcript", "records 1..3", "item 1 of 1, `records 1..3`, did not come"),
    ],
)  # fmt: skip
def test_what_did_not_happen_fails_and_says_what_came(
    expectation: str, path: str, expected: str, got: str
) -> None:
    result, _ = play(f"{HEAD}  - expect: {expectation}\n", spoken_with)
    (mismatch,) = result.mismatches
    assert (mismatch.path, mismatch.expected, mismatch.got) == (f"steps[1].expect.{path}", expected, got)


def test_a_failure_shows_the_nearest_line_and_all_that_came() -> None:
    result, _ = play(f"{HEAD}  - expect: {{transcript: [{{says: One momment}}]}}\n", spoken_with)
    assert result.mismatches[0].near == (
        "nearest: emulator says “One moment” (0.2 s)",
        "alice says “Good morning”",
        f"emulator says “{MENU}” (0.1 s, stopped)",
        "phone presses 1",
        "emulator says “One moment” (0.2 s)",
        "phone presses 2 (nothing waited for it)",
        "emulator plays http://a.test/ring.wav?n=1 (0.1 s)",
        "emulator hears “My order” (0.2 s, gather)",
        "emulator sends 99 (0.0 s)",
        "phone joins conference Weekly",
        "phone leaves conference Weekly",
        "emulator records RE1 (3.2 s, RecordVerb)",
        "the call is ended",
    )


def test_words_that_were_not_said_to_their_end_are_shown_with_what_stopped() -> None:
    result, _ = play(f"{HEAD}  - expect: {{said: Press one}}\n", spoken_with)
    assert result.mismatches[0].near == (
        "said to its end: “Good morning”",
        f"stopped after 0.1 s: “{MENU}”",
        "the call is ended",
    )


def test_keys_that_nothing_waited_for_are_named() -> None:
    result, _ = play(f'{HEAD}  - expect: {{pressed: "3"}}\n', spoken_with)
    assert result.mismatches[0].near == ("nothing waited for the key 2",)


def test_no_key_is_judged_when_the_call_is_over() -> None:
    assert play(f"{HEAD}  - expect: {{pressed: none}}\n", good_call)[0].mismatches == ()


@pytest.mark.parametrize("words", ["transcript: [{says: Welcome}]", "said: Welcome", 'pressed: "1"'])
def test_nothing_is_met_by_a_call_in_which_nothing_happened(words: str) -> None:
    (mismatch,) = play(f"{HEAD}  - expect: {{{words}}}\n", good_call)[0].mismatches
    assert mismatch.got in {
        "item 1 of 1, `says Welcome`, did not come", "nothing was said to its end", "none",
    }  # fmt: skip


def test_a_transcript_of_which_entries_were_dropped_cannot_be_judged() -> None:
    def flood(world: PaperWorld, call: PaperCall) -> None:
        good_call(world, call)
        for _ in range(2_001):
            world.speak(call, "Say", "Welcome")

    (mismatch,) = play(f"{HEAD}  - expect: {{transcript: [{{says: Hello}}]}}\n", flood)[0].mismatches
    assert mismatch.got.startswith("cannot be judged: the first ")


@pytest.mark.parametrize("sounds", ["{say: Farewell}", "[{say: Farewell}, {tone: 1000}]", "{tone: 1000}"])
def test_what_was_not_heard_is_judged_at_the_end_of_the_call(sounds: str) -> None:
    assert play(f"{HEAD}  - expect: {{unheard: {sounds}}}\n", good_call)[0].mismatches == ()


@pytest.mark.parametrize("sounds", ["{say: Welcome}", "[{say: Farewell}, {say: Welcome}]"])
def test_what_was_heard_is_not_unheard(sounds: str) -> None:
    (mismatch,) = play(f"{HEAD}  - expect: {{unheard: {sounds}}}\n", good_call)[0].mismatches
    assert (mismatch.path, mismatch.expected) == ("steps[1].expect.unheard", "nowhere the words “Welcome”")
    assert mismatch.got.startswith("it was heard: ")


def test_a_tone_that_was_heard_is_not_unheard() -> None:
    def beeps(world: PaperWorld, call: PaperCall) -> None:
        good_call(world, call)
        wave = 6_000 * np.sin(2 * np.pi * 1000 * np.arange(8_000) / 8_000)
        world.after(1.8, lambda: setattr(world, "audio", wave.astype(np.int16)))

    (mismatch,) = play(f"{HEAD}  - expect: {{unheard: {{tone: 1000}}}}\n", beeps)[0].mismatches
    assert mismatch.got == "it was heard: at best 100% of the sound"


def test_words_that_nobody_says_are_not_taken_for_unheard() -> None:
    head = HEAD.replace("given: {", "given: {domains: {acme: {voice: 'http://127.0.0.1:5000/'}}, ")
    (mismatch,) = play(f"{head}  - expect: {{unheard: {{say: Wellcome}}}}\n", good_call)[0].mismatches
    assert mismatch.got == "cannot be judged: nobody says these words"


def test_words_that_somebody_said_to_others_may_be_unheard() -> None:
    def said_to_another(world: PaperWorld, call: PaperCall) -> None:
        good_call(world, call)
        add = world.journal.append
        sid: dict[str, Any] = {"call_sid": "CA2", "call_id": "another"}
        add(Played(at=world.now(), began_at=0.0, what="words", text="Adieu", **sid))

    head = HEAD.replace("given: {", "given: {domains: {acme: {voice: 'http://127.0.0.1:5000/'}}, ")
    assert play(f"{head}  - expect: {{unheard: {{say: Adieu}}}}\n", said_to_another)[0].mismatches == ()


def test_several_sounds_are_all_to_be_heard() -> None:
    both = f"{HEAD}  - expect: {{heard: [{{say: Welcome}}, {{say: Farewell}}]}}\n"
    (mismatch,) = play(both, good_call)[0].mismatches
    assert mismatch.expected == "the words “Farewell”"
    assert play(f"{HEAD}  - expect: {{heard: [{{say: Welcome}}]}}\n", good_call)[0].mismatches == ()


def test_words_are_heard_once_they_have_ended() -> None:
    def speaks(world: PaperWorld, call: PaperCall) -> None:
        call.state, call.answered_at = "answered", world.now()
        # 0.7 s long; after 0.6 s enough of it is there to know it by.
        whole = np.concatenate((world.prompt_samples("Welcome"), np.zeros(4_000, np.int16)))
        for tenth in range(1, 12):
            world.after(tenth / 10, partial(setattr, world, "audio", whole[: 800 * tenth]))

    result, world = play(f"{HEAD}  - expect: {{heard: {{say: Welcome}}}}\n  - hang_up: {{}}\n", speaks)
    assert result.mismatches == ()
    assert world.calls[0].ended_at == pytest.approx(100.7)


@pytest.mark.parametrize(("cut", "is_whole"), [(0, True), (160, True), (640, False), (1_000, False)])
def test_words_whose_end_is_cut_off_are_neither_heard_nor_unheard(cut: int, is_whole: bool) -> None:
    def cuts(world: PaperWorld, call: PaperCall) -> None:
        good_call(world, call)
        whole = world.prompt_samples(CLOSED)
        spoken = int(np.flatnonzero(np.abs(whole) >= 64)[-1]) + 1
        cut_off = np.concatenate((whole[: spoken - cut], np.zeros(4_000, np.int16)))
        world.after(0.1, partial(setattr, world, "audio", cut_off))

    head = HEAD.replace("[Welcome,", f"[{CLOSED},")
    heard = play(f"{head}  - expect: {{heard: {{say: {CLOSED}}}}}\n", cuts)[0]
    assert (heard.mismatches == ()) is is_whole
    assert play(f"{head}  - expect: {{unheard: {{say: {CLOSED}}}}}\n", cuts)[0].mismatches != ()


VOICEMAIL = """
scenario: A message
given:
  access_lists: {office: [127.0.0.10]}
  domains: {acme: {calls: [office], voice: /voice}}
  app: {/voice: {verbs: [{record: {playBeep: false, action: /thanks}}]}, /thanks: {hangup: }}
  phones: {pbx: {address: 127.0.0.10}}
steps:
  - dial: sip:100@acme
  - say: Please ring back
  - expect: {said: Please ring back}
  - press: {keys: "#"}
"""


def recorded(expectation: str) -> Result:
    text = f"{VOICEMAIL}  - expect: {{recorded: {expectation}}}\n"
    return run_scenario(load_scenario_text(text, "voicemail.scenario.yaml"), maker("sim"), substrate="sim")


@pytest.mark.parametrize("expectation", ["{length: 0.5..3, say: Please ring back}", "{length: 1s}"])
def test_a_recording_has_its_length_and_its_words(expectation: str) -> None:
    assert recorded(expectation).mismatches == ()


@pytest.mark.parametrize(
    ("expectation", "expected", "got"),
    [
        ("{length: 4..9}", "a length of 4 to 9 s", "1.03 s of audio"),
        ("{length: 0.1..0.5}", "a length of 0.1 to 0.5 s", "1.03 s of audio"),
        ("{say: The line is dead}", "the words “The line is dead”", "1.0 s of audio, at best "),
    ],
)
def test_a_recording_of_another_length_or_with_other_words_fails(
    expectation: str, expected: str, got: str
) -> None:
    (mismatch,) = recorded(expectation).mismatches
    assert (mismatch.path, mismatch.expected) == ("steps[4].expect.recorded", expected)
    assert mismatch.got.startswith(got)


def test_a_call_of_which_nothing_was_recorded_has_no_recording_however_short() -> None:
    (mismatch,) = play(f"{HEAD}  - expect: {{recorded: {{length: 0..5}}}}\n", good_call)[0].mismatches
    assert mismatch.got == "no finished recording"


def test_a_recording_with_other_words_states_the_correlation_and_what_the_phone_said() -> None:
    (mismatch,) = recorded("{say: The line is dead}").mismatches
    assert " s of audio, at best " in mismatch.got
    assert "% alike, " in mismatch.got
    assert mismatch.near[0] == "the phone said: “Please ring back”"
