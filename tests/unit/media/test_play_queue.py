"""Audio of any length is played in frames, and marks are reached at its real end."""

from __future__ import annotations

import pytest

from sipdomain.errors import MediaError
from sipdomain.media.play_queue import PlayQueue

SILENCE = b"\xff"


def test_pieces_of_any_length_are_played_as_one() -> None:
    queue = PlayQueue()
    for each in (b"a" * 100, b"b" * 100, b"c" * 130):
        queue.put(each)
    assert queue.next() == b"a" * 100 + b"b" * 60
    assert queue.next() == b"b" * 40 + b"c" * 120
    assert queue.next() == b"c" * 10 + SILENCE * 150
    assert queue.next() is None
    assert (queue.played, queue.waiting) == (330, 0)


def test_a_mark_is_reached_with_the_frame_that_holds_the_last_sample_before_it() -> None:
    queue = PlayQueue()
    queue.mark("at once")
    assert queue.reached == ["at once"]
    queue.put(b"a" * 160)
    queue.mark("one")
    queue.put(b"b" * 161)
    queue.mark("two")
    queue.mark("three")
    queue.next()
    assert queue.reached == ["at once", "one"]
    queue.next()
    assert queue.reached == ["at once", "one"]
    queue.next()
    assert queue.reached == ["at once", "one", "two", "three"]


def test_clear_reaches_the_marks_that_wait_and_plays_nothing_more() -> None:
    queue = PlayQueue()
    queue.put(b"a" * 4000)
    queue.mark("one")
    queue.next()
    queue.clear()
    assert (queue.reached, queue.next(), queue.waiting) == (["one"], None, 0)
    queue.put(b"b" * 160)
    assert queue.next() == b"b" * 160


def test_a_long_piece_behind_short_ones_is_played_whole() -> None:
    queue = PlayQueue()
    audio = bytes(range(256)) * 100
    queue.put(audio[:10])
    queue.put(audio[10:])
    found = b""
    while (frame := queue.next()) is not None:
        found += frame
    assert found == audio


@pytest.mark.rule("stream-queue")
def test_no_more_than_16_mib_and_10_000_marks_wait() -> None:
    queue = PlayQueue()
    for _ in range(16):
        queue.put(b"a" * 1024 * 1024)
    with pytest.raises(MediaError, match="16777216 bytes of audio may wait"):
        queue.put(b"a")
    for _ in range(10_000):
        queue.mark("m")
    with pytest.raises(MediaError, match="10000 marks may wait"):
        queue.mark("m")
