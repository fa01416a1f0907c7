"""A part of the random servers of `tests.properties.streams`."""

from __future__ import annotations

import pytest

from tests.properties.streams import play


@pytest.mark.parametrize("seed", range(8))
def test_a_random_server_of_a_stream_is_answered_to_the_letter_and_nothing_is_left(seed: int) -> None:
    bot = play(seed)
    assert bot.right.total() + bot.wrong.total() == 200
