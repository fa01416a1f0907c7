"""A caller who talks with a bot, in virtual time: what is measured at its ear, and which bots fail by which expectation."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.worlds import maker

HEAD = """scenario: A conversation
given:
  access_lists: {{office: [127.0.0.10]}}
  domains: {{acme: {{calls: [office], voice: /voice}}}}
  app:
    /voice: {{verbs: [{{connect: {{stream: {{url: /bot}}}}}}, {{pause: {{length: 20}}}}]}}
  bots:
    /bot: {bot}
  phones: {{pbx: {{address: 127.0.0.10}}}}
steps:
  - dial: sip:100@acme
"""
LONG = "We are open from nine to five on every day of the week but Sunday and holidays"
BOT = f'{{kind: answering, signed: true, wait: 0.5, lines: [Welcome, {LONG}, Good bye], keys: {{"5": You pressed five}}%s}}'


def talked(steps: str, bot: str = BOT % "") -> Result:
    text = HEAD.format(bot=bot) + "".join(f"  {line}\n" for line in steps.strip().splitlines())
    return run_scenario(load_scenario_text(text, "talk.scenario.yaml"), maker("sim"), substrate="sim")


def with_fault(fault: str) -> str:
    return BOT % f", fault: {fault}"


def unmet(result: Result) -> list[str]:
    return [each.path.rpartition(".")[2] for each in result.mismatches]


ANSWER = "- turns: [{heard: Welcome}, {say: When, answers_within: %s}]"
INTERRUPTION = "- turns: [{heard: Welcome}, {say: When, answers_within: 1}, {say: Thank you very much, barge_in_at: 1, %s}]"


def test_an_answer_is_measured_from_the_end_of_the_words_to_the_first_sound_of_the_bot() -> None:
    """The bot waits for 0.4 s of silence, which frames of 20 ms may make 0.44 s."""
    assert talked(ANSWER % 0.5).outcome == "passed"
    late = talked(ANSWER % 0.3)
    assert unmet(late) == ["answers_within"]
    assert late.mismatches[0].got.startswith("no answer in 0.4")
    slow = talked(ANSWER % 0.5, BOT % ", delay: 0.3")
    assert unmet(slow) == ["answers_within"]


def test_a_bot_that_is_interrupted_falls_silent_and_plays_nothing_stale() -> None:
    assert talked(INTERRUPTION % "stops_within: 0.1, stale_audio: 0.1").outcome == "passed"
    stale = talked(INTERRUPTION % "stops_within: 0.1, stale_audio: 0.1", with_fault("stale-audio"))
    assert unmet(stale) == ["stops_within", "stale_audio"]
    stale = talked(INTERRUPTION % "stale_audio: 1", with_fault("stale-audio"))
    assert unmet(stale) == ["stale_audio"]


@pytest.mark.parametrize("at", [0.6, 0.8, 1.2])
@pytest.mark.parametrize("limit", ["stops_within: 0.6", "stale_audio: 0.6"])
def test_a_pause_in_a_sentence_that_is_not_cleared_is_no_end_of_it(at: float, limit: str) -> None:
    steps = INTERRUPTION.replace("barge_in_at: 1", f"barge_in_at: {at}") % limit
    sentence = "We are open from nine to five, every day of the week, but Sunday"
    bot = BOT.replace(LONG, f"'{sentence}'")
    assert talked(steps, bot % "").outcome == "passed"
    assert unmet(talked(steps, bot % ", fault: stale-audio")) == [limit.partition(":")[0]]


def test_who_interrupts_nobody_has_not_seen_anybody_fall_silent() -> None:
    silent = talked("- turns: [{heard: Welcome}, {say: Hello, stops_within: 5, stale_audio: 5}]")
    assert unmet(silent) == ["stops_within", "stale_audio"]
    assert {each.got for each in silent.mismatches} == {"nothing was interrupted: it was silent then"}


def test_nobody_is_waited_for_to_interrupt_for_ever() -> None:
    never = talked("- turns: [{heard: Welcome}, {say: Hello, barge_in_at: 3, within: 4}]")
    assert unmet(never) == ["barge_in_at"]
    assert never.mismatches[0].got == "not in 4 s"


@pytest.mark.parametrize("fault", ["dead-air", "hangs-up"])
def test_dead_air_is_a_silence_that_is_too_long(fault: str) -> None:
    steps = (
        "- turns: [{heard: Welcome}, {say: When}, {silence: 3}]\n- hang_up:\n- expect: {silence_at_most: 2}"
    )
    result = talked(steps, with_fault(fault))
    assert unmet(result) == ["silence_at_most"]
    assert talked(steps).outcome == "passed"


def test_silence_counts_from_the_answer_and_up_to_the_end() -> None:
    before = talked(
        "- say: {silence: 4}\n- hang_up:\n- expect: {silence_at_most: 2}", BOT.replace("0.5", "3") % ""
    )
    assert unmet(before) == ["silence_at_most"]
    after = talked("- turns: [{heard: Welcome}, {silence: 3}]\n- hang_up:\n- expect: {silence_at_most: 2.5}")
    assert unmet(after) == ["silence_at_most"]


def test_where_nobody_was_heard_nothing_is_known_of_the_conversation() -> None:
    silent = "{kind: recorder}"
    result = talked("- say: Hello\n- hang_up:\n- expect: {silence_at_most: 30, talk_over: 30}", silent)
    assert {each.got for each in result.mismatches} == {"nobody was heard"}
    mute = talked("- say: {silence: 1}\n- hang_up:\n- expect: {talk_over: 30}")
    assert [each.got for each in mute.mismatches] == ["the caller has said nothing"]


def test_an_answer_that_nobody_waited_for_is_no_answer() -> None:
    result = talked("- turns: [{heard: Welcome}]\n- say: When\n- hang_up:\n- expect: {answers_within: 30}")
    assert unmet(result) == ["answers_within"]


def test_both_speak_at_one_time_while_a_bot_does_not_listen() -> None:
    steps = "- turns: [{heard: Welcome}, {say: When, answers_within: 1}, {say: I have heard it all, barge_in_at: 1}]\n"
    end = "- say: {silence: 6}\n- hang_up:\n- expect: {talk_over: 0.1}"
    assert talked(steps + end).outcome == "passed"
    assert unmet(talked(steps + end, with_fault("stale-audio"))) == ["talk_over"]


def test_a_bot_that_ignores_keys_does_not_answer_them() -> None:
    steps = '- turns: [{heard: Welcome}, {press: "5", answers_within: 0.3, heard: You pressed five}]'
    assert talked(steps).outcome == "passed"
    assert unmet(talked(steps, with_fault("ignores-keys"))) == ["heard", "answers_within"]


def test_a_mark_that_is_sent_before_its_audio_comes_back_before_it_is_heard() -> None:
    steps = (
        "- turns: [{heard: Welcome}, {say: When}, {silence: 2}]\n- expect: {marks_after: {line 1: Welcome}}"
    )
    assert talked(steps).outcome == "passed"
    early = talked(steps, with_fault("mark-order"))
    assert [each.path for each in early.mismatches] == ["steps[2].expect.marks_after.line 1"]
    assert early.mismatches[0].got.endswith("when 0% of the words had been heard")
    assert (
        talked("- turns: [{heard: Welcome}]\n- hang_up:\n- expect: {marks_after: {line 7: Welcome}}").outcome
        == "failed"
    )


def test_a_bot_that_does_not_check_signatures_takes_one_of_another_token() -> None:
    steps = "- say: {silence: 1}\n- hang_up:\n- expect: {alerts: [31920]}"
    other = ", auth_token: another-token"
    assert talked(steps, BOT % other).outcome == "passed"
    assert unmet(talked(steps, BOT % f"{other}, fault: unsigned")) == ["alerts"]


def test_part_of_what_a_bot_says_is_recognised_word_by_word() -> None:
    def heard(wanted: str) -> Any:
        return talked(f"- turns: [{{heard: Welcome}}, {{say: When}}, {{heard: {wanted}}}]")

    assert heard("open from nine to five").outcome == "passed"
    assert heard("'[every day of the week, but Sunday]'").outcome == "passed"
    assert unmet(heard("open from six to seven")) == ["heard"]
    assert unmet(heard("five to nine from open")) == ["heard"]


def test_what_was_said_in_an_earlier_turn_is_not_heard_again() -> None:
    result = talked("- turns: [{heard: Welcome}, {say: When, heard: Welcome, within: 3}]")
    assert unmet(result) == ["heard"]
    again = talked("- turns: [{heard: Welcome}, {heard: Welcome, within: 2}]")
    assert unmet(again) == ["heard"]


def test_a_caller_speaks_when_words_were_heard_or_after_a_pause() -> None:
    cued = "- say: {words: Yes, when_heard: Welcome}\n- expect: {heard: {words: every day}, answers_within: 1, within: 20}"
    assert talked(cued).outcome == "passed"
    assert unmet(talked("- say: {words: Yes, when_heard: Farewell, within: 3}")) == ["when_heard"]
    paused = "- say: {words: Yes, pause: 2}\n- hang_up:\n- expect: {silence_at_most: 1.9}"
    assert unmet(talked(paused)) == ["silence_at_most"]


def test_noise_interrupts_a_bot_that_hears_by_energy() -> None:
    steps = "- turns: [{heard: Welcome}, {say: When, answers_within: 1}, {noise: 1.5, barge_in_at: 1, stops_within: 0.2}]"
    assert talked(steps).outcome == "passed"


def test_two_callers_talk_at_the_same_time() -> None:
    """Who waits for one of several things is asked twice in the same moment."""
    branches = "".join(
        f"    - [{{dial: {{name: {name}, to: 'sip:100@acme'}}}},"
        f" {{turns: {{call: {name}, rows: [{{heard: Welcome}}, {{say: When, answers_within: 1}}]}}}}]\n"
        for name in ("left", "right")
    )
    result = talked(f"- parallel:\n{branches}")
    assert result.outcome == "passed", result.mismatches
    assert result.entries[-1].at < 10


def test_the_same_conversation_is_the_same_to_the_byte() -> None:
    steps = "- turns: [{heard: Welcome}, {say: When, answers_within: 1}, {say: Thank you, barge_in_at: 1}]"
    first, *others = [repr(talked(steps).entries) for _ in range(3)]
    assert others == [first, first]
