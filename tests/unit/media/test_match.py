"""Finding a prompt in what was heard."""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings, strategies as st

from sipdomain.media import g711, tones
from sipdomain.media.match import ends_after, find

Samples = npt.NDArray[np.int16]

PROMPT = tones.speech("Welcome to Acme. Press one for sales.")
OTHERS = ("Welcome to Acme. Press two for sales.", "Goodbye.", "Please call later.", "Your code is 4 7 1 1.")
LEAD = 4000


def line(samples: Samples, codec: str = "PCMU", lead: int = LEAD) -> Samples:
    """Return samples as they come off a line, with silence on both sides."""
    heard = np.concatenate((np.zeros(lead, np.int16), samples, np.zeros(3000, np.int16)))
    return g711.decode(g711.encode(heard, codec), codec)


def lost(heard: Samples, *starts: int) -> Samples:
    heard = heard.copy()
    for start in starts:
        heard[start : start + 160] = 0
    return heard


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
@pytest.mark.parametrize("lead", [0, 1, 4000, 80_000])
def test_a_prompt_is_found_where_it_begins(codec: str, lead: int) -> None:
    match = find(line(PROMPT, codec, lead), PROMPT)

    assert match.correlation > 0.999
    assert match.weakest > 0.99
    assert match.offset == pytest.approx(lead / 8000, abs=0.0002)


@pytest.mark.parametrize(
    ("heard", "least"),
    [
        (lost(line(PROMPT), 6400, 9600), 0.97),
        (np.delete(line(PROMPT), slice(9000, 9160)), 0.95),
        (np.insert(line(PROMPT), 9000, np.zeros(160, np.int16)), 0.95),
        ((line(PROMPT) * 0.1).astype(np.int16), 0.99),
        (line(PROMPT)[: LEAD + len(PROMPT) * 9 // 10], 0.9),
    ],
    ids=["two packets lost", "a packet left out", "a packet put in", "softer", "the end cut off"],
)
def test_a_bad_line_costs_little(heard: Samples, least: float) -> None:
    assert find(heard, PROMPT).correlation > least


@settings(deadline=None)
@given(
    st.sampled_from((*OTHERS, "You ordered seventeen items today")),
    st.floats(0.0, 1.0),
    st.sampled_from(("silence", "again", "out")),
)
@example("Welcome to Acme. Press two for sales.", 0.296875, "out")
def test_a_packet_left_out_or_put_in_anywhere_costs_no_piece_half_of_it(
    text: str, where: float, how: str
) -> None:
    prompt = tones.speech(text)
    heard, at = line(prompt), LEAD + round(where * len(prompt))
    if how == "out":
        heard = np.delete(heard, slice(at, at + 160))
    else:
        heard = np.insert(heard, at, np.zeros(160, np.int16) if how == "silence" else heard[at - 160 : at])
    match = find(heard, prompt)
    assert match.correlation > 0.9
    assert match.weakest > 0.5
    assert match.ending > 0.5


@settings(deadline=None)
@given(
    st.sampled_from(("two", "nine", "seven", "seventy", "hundred")),
    st.sampled_from(("ten", "one", "four", "zero")),
)
def test_one_other_word_among_the_same_ones_is_in_the_worst_piece(one: str, other: str) -> None:
    said, wanted = (tones.speech(f"The meeting has been moved to {word} today") for word in (one, other))
    match = find(line(said), wanted)
    assert match.weakest < 0.4


@pytest.mark.parametrize("text", OTHERS)
def test_another_prompt_is_not_taken_for_it(text: str) -> None:
    match = find(line(PROMPT), tones.speech(text))

    assert match.correlation < 0.5
    assert match.weakest < 0.4


def test_one_other_word_shows_in_the_weakest_piece() -> None:
    first, middle, last, other = (
        tones.speech(text) for text in ("You ordered", "seventeen", "items today", "nineteen")
    )  # fmt: skip
    heard = line(np.concatenate((first, middle, last)))
    match = find(heard, np.concatenate((first, other, last)))

    assert match.correlation > 0.6
    assert match.weakest < 0.5


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
@pytest.mark.parametrize("text", [*OTHERS, "Yes please"])
@pytest.mark.parametrize("then", [np.zeros(0, np.int16), tones.speech("Please hold the line")])
def test_a_prompt_that_is_cut_off_by_more_than_60_ms_is_not_whole(
    text: str, then: Samples, codec: str
) -> None:
    prompt = tones.speech(text)
    end = int(np.flatnonzero(np.abs(prompt) >= 64)[-1]) + 1

    def ending(cut: int) -> float:
        return find(line(np.concatenate((prompt[: end - cut * 8], then)), codec), prompt).ending

    assert all(ending(cut) < 0.5 for cut in (65, 80, 100, 150, 300))
    assert ending(20) > 0.6
    assert ending(0) > 0.99


@pytest.mark.parametrize("last", [0, 1, 2])
def test_one_packet_lost_at_the_end_leaves_it_whole(last: int) -> None:
    end = LEAD + int(np.flatnonzero(np.abs(PROMPT) >= 64)[-1]) + 1
    assert find(lost(line(PROMPT), end - 160 * (last + 1)), PROMPT).ending > 0.6


@pytest.mark.parametrize("text", OTHERS)
@pytest.mark.parametrize("before", [110, 150, 190])
@pytest.mark.parametrize("gap", [40, 60, 80])
def test_a_gap_before_the_end_leaves_it_whole(text: str, before: int, gap: int) -> None:
    prompt = tones.speech(text)
    place = int(np.flatnonzero(np.abs(prompt) >= 64)[-1]) + 1 - before * 8
    torn = np.concatenate((prompt[:place], np.zeros(gap * 8, np.int16), prompt[place:]))
    assert find(line(torn), prompt).ending > 0.6


def test_a_voice_that_dies_away_is_not_spoken() -> None:
    faint = (np.sin(np.arange(1600)) * np.linspace(110, 65, 1600)).astype(np.int16)
    assert find(line(PROMPT), np.concatenate((PROMPT, faint))).ending > 0.9


@pytest.mark.parametrize(
    ("heard", "prompt"),
    [
        (np.zeros(0, np.int16), PROMPT),
        (np.zeros(8000, np.int16), PROMPT),
        (g711.decode(b"\xd5" * 30_000, "PCMA"), PROMPT),
        (line(PROMPT), np.zeros(0, np.int16)),
        (line(PROMPT), np.zeros(8000, np.int16)),
    ],
    ids=["nothing heard", "silence", "A-law silence", "no prompt", "a silent prompt"],
)
def test_silence_is_like_nothing(heard: Samples, prompt: Samples) -> None:
    assert find(heard, prompt).correlation < 0.05


@pytest.mark.parametrize("codec", ["PCMU", "PCMA"])
def test_a_prompt_ends_in_the_tenth_of_a_second_that_brings_its_end(codec: str) -> None:
    heard = line(PROMPT, codec)
    looks = range(800, len(heard) + 1, 800)
    ends = [count for count in looks if ends_after(heard[:count], PROMPT, count - 800, 0.9)]
    whole = [count for count in looks if find(heard[:count], PROMPT).weakest >= 0.9]
    assert ends[0] <= whole[0]
    # The piece of 0.3 s that is judged last is not there before its most part is.
    assert ends[0] > LEAD + len(PROMPT) - 2 * 2400


@pytest.mark.parametrize("lead", [0, 7000])
@pytest.mark.parametrize("spoilt", [[], [6400, 9600]])
def test_no_look_that_finds_the_whole_prompt_is_left_out(lead: int, spoilt: list[int]) -> None:
    heard = lost(line(PROMPT, lead=lead), *spoilt)
    for step in (1600, 3100):
        found = 0.0
        for count in range(step, len(heard) + 1, step):
            weakest = find(heard[:count], PROMPT).weakest
            if weakest >= 0.5 > found:
                assert ends_after(heard[:count], PROMPT, count - step, 0.5)
            found = max(found, weakest)
        assert found >= 0.5


def test_silence_has_no_end_of_a_prompt_in_it_and_a_silent_prompt_ends_anywhere() -> None:
    silence = np.zeros(8000, np.int16)
    assert not ends_after(silence, PROMPT, 0, 0.5)
    assert ends_after(line(PROMPT), silence, 0, 0.5)


def test_a_long_sentence_is_looked_for_in_one_thread() -> None:
    prompt = tones.speech("Welcome to Acme. " * 12)
    heard = line(prompt)
    everywhere, here = time.process_time(), time.thread_time()

    for since in range(0, len(heard), 4000):
        ends_after(heard[: since + 4000], prompt, since, 0.5)
    find(heard, prompt)

    everywhere, here = time.process_time() - everywhere, time.thread_time() - here
    assert everywhere < 1.5 * here, f"{everywhere:.2f} s in all threads, {here:.2f} s in this one"
