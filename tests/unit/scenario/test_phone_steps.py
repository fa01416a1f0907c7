"""What a phone does in an answered call: steps that wait for the answer, and what is expected of what they did."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.errors import FileError
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.worlds import maker
from tests.unit.scenario.paper import PaperCall, PaperWorld, play

HERE = Path(__file__).parents[3] / "scenarios" / "phones" / "here.scenario.yaml"
HEAD = """
scenario: A phone talks
given:
  access_lists: {office: [127.0.0.10]}
  domains: {acme: {calls: [office], voice: /voice}}
  app: {/voice: {say: Welcome, pause: 30}}
  phones: {pbx: {address: 127.0.0.10}}
steps:
  - dial: sip:100@acme
"""


def played(*steps: str) -> Result:
    text = HEAD + "".join(f"  - {each}\n" for each in steps)
    return run_scenario(load_scenario_text(text, str(HERE)), maker("sim"), substrate="sim")


def unmet(*steps: str) -> tuple[str, str, str]:
    (mismatch,) = played(*steps).mismatches
    return mismatch.path, mismatch.expected, mismatch.got


@pytest.mark.parametrize(
    "step", ["say: Hello", "play: tone.wav", 'press: {keys: "1"}', "hold:", "resume:", "transfer: sip:2@a"]
)
def test_what_needs_an_answered_call_says_so_of_one_that_is_over(step: str) -> None:
    def refused(_: PaperWorld, call: PaperCall) -> None:
        call.state, call.ended_at, call.responses = "refused", 100.0, [100, 603]

    text = f"scenario: A\ngiven: {{phones: {{alice: {{}}}}}}\nsteps:\n  - dial: sip:1@a\n  - {step}\n"
    if "play" in step:
        text = text.replace("tone.wav", str(HERE.parents[2] / "fixtures" / "audio" / "tone-1000-hz.wav"))
    (mismatch,) = play(text, refused)[0].mismatches
    name = step.partition(":")[0]
    assert mismatch.path == f"steps[1].{name}"
    assert mismatch.expected.startswith("an answered call to ")
    assert mismatch.got == "refused"


def test_words_are_expected_to_be_said_to_their_end() -> None:
    result = played(
        "say: Good morning", "say: Good night", "expect: {said: Good night}", "expect: {said: Good morning}"
    )
    assert result.mismatches == ()
    said = "“Good night” said to its end", "nothing was said to its end"
    assert unmet("say: Good night", "hang_up:", "expect: {said: Good night}") == (
        "steps[3].expect.said",
        *said,
    )
    assert unmet("say: Good morning", "expect: {said: Good night, within: 2}") == (
        "steps[2].expect.said", "“Good night” said to its end", "“Good morning”",
    )  # fmt: skip


def test_a_file_is_expected_by_its_name_and_one_that_is_not_audio_fails_at_once() -> None:
    tone = "../../fixtures/audio/tone-1000-hz.wav"
    assert played(f"play: {tone}", f"expect: {{said: {tone}}}").mismatches == ()
    result = played("play: ../../README.md", "expect: {said: ../../README.md, within: 30}")
    (mismatch,) = result.mismatches
    assert mismatch.near[0].startswith("not said: ../../README.md: ")
    assert result.duration < 5.0


def test_a_call_is_held_and_resumed_and_not_twice() -> None:
    assert played("hold:", "resume:", "hold: {inactive: true}", "resume:").mismatches == ()
    assert unmet("hold:", "hold:") == (
        "steps[2].hold", "a step that can be carried out", "the call is on hold already",
    )  # fmt: skip


def test_what_is_said_on_hold_is_an_error_with_the_reason() -> None:
    assert (
        unmet("hold: {inactive: true}", "say: Hello")[2]
        == "nothing can be said: the call is on hold (inactive)"
    )


def test_a_transfer_is_expected_by_its_statuses() -> None:
    assert (
        played("transfer: sip:2@acme", "expect: {transfer: [403], alerts: [13802], within: 40}").mismatches
        == ()
    )
    assert unmet("transfer: sip:2@acme", "expect: {transfer: [202, 200]}") == (
        "steps[2].expect.transfer", "202, 200", "403",
    )  # fmt: skip
    assert unmet("hang_up:", "expect: {transfer: [403]}") == ("steps[2].expect.transfer", "403", "none")


def test_the_other_side_is_asked_to_take_our_place_in_another_call_of_the_phone() -> None:
    second = "dial: {to: sip:2@acme, name: second}"
    result = played(
        second, "transfer: {call: call, replaces: second}", "expect: {call: call, transfer: [403]}"
    )
    assert result.mismatches == ()
    nowhere = "dial: {to: sip:2@nowhere, name: second}"
    assert unmet(nowhere, "transfer: {call: call, replaces: second}") == (
        "steps[2].transfer.replaces", "`second` to be answered", "refused",
    )  # fmt: skip
    assert unmet("transfer: {replaces: call}")[2] == "a call cannot take its own place"


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("transfer: {call: call}", "exactly one of to and replaces"),
        ("transfer: {to: sip:2@acme, replaces: call}", "exactly one of to and replaces"),
        ("transfer: {replaces: nobody}", "there is no call `nobody`"),
        ("transfer: bob", "`bob` is not a SIP URI"),
        ("say: ''", "words"),
        ("play: nothing.wav", "there is no file `nothing.wav`"),
    ],
)
def test_a_step_that_cannot_be_carried_out_is_refused_when_it_is_read(step: str, message: str) -> None:
    with pytest.raises(FileError, match=message):
        played(step)


def test_a_recording_that_was_never_made_holds_nothing() -> None:
    path, expected, got = unmet("hang_up:", "expect: {recorded: {say: Hello}}")
    assert (path, expected) == ("steps[2].expect.recorded", "the words “Hello”")
    assert got.startswith("0.0 s of audio")
