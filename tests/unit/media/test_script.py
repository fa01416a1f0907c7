"""Words that are known, with their times."""

from __future__ import annotations

from sipdomain.media.hearing import Word
from sipdomain.media.prompts import Beep, Speech
from sipdomain.media.script import Script, words_of, words_within


def rounded(words: list[Word] | tuple[Word, ...]) -> list[tuple[str, float, float]]:
    return [(each.text, round(each.began_at, 3), round(each.ended_at, 3)) for each in words]


def test_the_words_of_a_text_share_its_time_by_their_letters() -> None:
    # The tone voice needs 0.065 s for a letter, 0.06 s for a space, and 0.2 s for a comma.
    assert rounded(words_of("Yes, please  do", 1.035)) == [
        ("Yes,", 0.0, 0.195), ("please", 0.455, 0.845), ("do", 0.905, 1.035),
    ]  # fmt: skip
    assert rounded(words_of("Yes, please  do", 2.07))[1] == ("please", 0.91, 1.69)
    assert words_of(" ... ", 1.0) == ()
    assert words_of("", 0.0) == ()


def test_a_word_that_is_not_heard_in_full_is_none() -> None:
    heard = words_within(Speech("ab cd ef"), 0.51, 10.0, 10.05, 10.4)
    assert rounded(tuple(heard)) == [("cd", 10.19, 10.32)]
    assert list(words_within(Beep(), 0.4, 0.0, 0.0, 1.0)) == []


def test_prompts_are_said_one_after_another() -> None:
    script = Script()
    script.play(1, Speech("ab"), 0.5, 10.0)
    script.play(2, Beep(), 1.0, 10.0)
    script.play(3, Speech("cd"), 0.5, 10.1)
    assert rounded(script.words(0.0)) == [("ab", 10.0, 10.5), ("cd", 11.5, 12.0)]
    assert rounded(script.words(10.2)) == [("cd", 11.5, 12.0)]


def test_what_is_stopped_is_not_said_and_what_waits_begins_earlier() -> None:
    script = Script()
    script.play(1, Speech("ab cd"), 1.0, 10.0)
    script.play(2, Speech("never"), 1.0, 10.0)
    script.play(3, Speech("next"), 1.0, 10.0)
    script.stop(2, 10.1)
    script.stop(1, 10.5)
    assert rounded(script.words(0.0)) == [("ab", 10.0, 10.406), ("next", 10.5, 11.5)]
