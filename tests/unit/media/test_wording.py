"""Which words of a sentence were heard, by its sound."""

from __future__ import annotations

import numpy as np

from sipdomain.media import tones
from sipdomain.media.wording import in_common, plain, words_heard

SENTENCE = "We are open from nine to five on every day of the week"


def heard(seconds: float) -> list[str]:
    """Return which words are heard when the sentence is cut off."""
    rendering = tones.speech(SENTENCE)
    silence = np.zeros(8000, np.int16)
    words, _ = words_heard(
        np.concatenate((silence, rendering[: round(seconds * 8000)], silence)), SENTENCE, rendering
    )
    return words


def test_a_sentence_that_was_heard_whole_has_all_its_words() -> None:
    assert heard(9) == plain(SENTENCE)


def test_a_sentence_that_was_cut_off_has_its_first_words_alone() -> None:
    """They end at 1.7 s; where in a piece of 0.3 s a cut is, is not known."""
    words = heard(1.7)
    assert words == plain(SENTENCE)[: len(words)]
    assert 5 <= len(words) <= 7


def test_a_third_of_a_word_is_no_word() -> None:
    assert heard(0.1) == []


def test_the_words_end_where_they_were_heard() -> None:
    rendering = tones.speech(SENTENCE)
    _, end = words_heard(np.concatenate((np.zeros(16000, np.int16), rendering)), SENTENCE, rendering)
    assert abs(end - 2 - len(rendering) / 8000) < 0.1


def test_another_sentence_has_none_of_them() -> None:
    rendering = tones.speech(SENTENCE)
    assert words_heard(tones.speech("Something else altogether that is said"), SENTENCE, rendering)[0] == []


def test_words_count_in_their_order_without_case_and_stops() -> None:
    assert plain("Hello, it's 5 o'clock!") == ["hello", "it's", "5", "o'clock"]
    assert in_common(["from", "nine", "to", "five"], ["open", "from", "nine", "five"]) == 3
    assert in_common(["five", "nine"], ["nine", "five"]) == 1
