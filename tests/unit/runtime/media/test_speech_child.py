"""What goes between the program and its voice."""

from __future__ import annotations

import io

import numpy as np

from sipdomain.runtime.media.replies import serve
from sipdomain.runtime.media.speech_child import answering, trimmed


def speak(text: str) -> bytes:
    if text == "boom":
        raise ValueError("no such phoneme")
    return text.encode()[::-1]


def replies(requests: str) -> str:
    answers = io.BytesIO()
    serve(io.BytesIO(bytes.fromhex(requests)), answers, answering(speak))
    return answers.getvalue().hex(" ")


def test_each_text_is_answered_in_turn() -> None:
    assert (
        replies("00000002 6869 00000000 00000001 21")
        == "00 00 00 00 02 69 68 00 00 00 00 00 00 00 00 00 01 21"
    )


def test_a_text_that_cannot_be_said_does_not_end_the_voice() -> None:
    reason = b"ValueError: no such phoneme"

    assert replies("00000004 626f6f6d 00000001 61") == f"01 00 00 00 1b {reason.hex(' ')} 00 00 00 00 01 61"


def test_it_ends_with_its_input() -> None:
    assert replies("0000") == ""


def test_words_begin_and_end_a_tenth_of_a_second_within_what_is_played() -> None:
    quiet, word = np.full(2600, 63, np.int16), np.full(4000, -64, np.int16)

    assert trimmed(np.concatenate((quiet, word, quiet))).tolist() == [63] * 800 + [-64] * 4000 + [63] * 800
    assert trimmed(word).tolist() == word.tolist()
    assert trimmed(quiet).tolist() == quiet.tolist()
