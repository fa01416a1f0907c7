"""Bots in which something is planted, each named by the scorecard, in virtual time."""

from __future__ import annotations

from tests.unit.bot.played import LINES, card_of, outcomes, played, seen_of


def test_a_bot_that_does_as_it_should_passes_everything_that_was_looked_at() -> None:
    found = card_of(played())

    assert outcomes(found, "failed") == {}
    assert outcomes(found, "could not tell") == {}
    assert set(outcomes(found, "not run")) == {"words", "signature"}
    assert found.exit_code == 0


def test_a_bot_that_speaks_on_over_an_interruption_is_named() -> None:
    failed = outcomes(card_of(played("stale-audio")), "failed")

    assert set(failed) == {"barge-in", "stale-audio"}
    assert "the bot sent no `clear`" in failed["stale-audio"]


def test_a_bot_that_never_answers_is_named() -> None:
    found = card_of(played("dead-air"))

    assert set(outcomes(found, "failed")) == {"answers", "dead-air"}
    assert set(outcomes(found, "could not tell")) == {"barge-in", "stale-audio"}
    assert outcomes(found, "failed")["dead-air"].endswith("after the caller had spoken")


def test_silence_behind_connect_is_named_when_the_bot_has_gone() -> None:
    failed = outcomes(card_of(played("hangs-up", "<Pause length='10'/>")), "failed")

    assert "the bot had closed its socket at" in failed["dead-air"]
    assert failed["conversation"] == "call 1: the bot ended it after turn 1 of 3"


def test_a_bot_that_sends_marks_ahead_of_their_audio_is_named() -> None:
    failed = outcomes(card_of(played("mark-order")), "failed")

    assert failed["marks"].startswith("call 1: mark “line 1” came back 0 ms after it was sent")


def test_a_bot_that_ignores_keys_is_named() -> None:
    failed = outcomes(card_of(played("ignores-keys")), "failed")

    assert failed == {"keys": "call 1, turn 3: no answer, though a dtmf message went to the bot"}


def test_a_bot_that_begins_before_the_caller_has_ended_is_named() -> None:
    turns = [{"say": "I would like, if you please, a table for two people on Friday", "pause": 1.0}]
    talking = {"kind": "talking", "lines": LINES[1:], "wait": 2.0}
    failed = outcomes(card_of(seen_of(talking, turns)), "failed")

    assert set(failed) == {"talk-over"}


def test_a_message_that_is_left_out_is_named_by_its_code_with_its_text() -> None:
    found = card_of(seen_of({"kind": "bad", "fault": "unknown-event", "after": 0.5}, [{"silence": 2}]))
    row = next(each for each in found.rows if each.name == "protocol")

    assert (row.outcome, row.said) == ("failed", "alerts 31951")
    assert '"event":"speak"' in row.evidence[-1]


def test_a_socket_that_is_not_opened_is_named_with_its_status() -> None:
    found = card_of(seen_of({"kind": "bad", "fault": "status", "status": 503}, [{"say": "Hello"}]))

    assert "(HTTP 503); 31920" in outcomes(found, "failed")["answered"]
    assert found.exit_code == 1


def test_a_bot_that_nobody_hears_is_not_passed() -> None:
    found = card_of(seen_of({"kind": "recorder"}, [{"press": "1", "pause": 1.0}]))

    assert outcomes(found, "could not tell").keys() >= {"answers", "dead-air"}
    assert set(outcomes(found, "failed")) == {"keys"}
