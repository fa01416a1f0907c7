"""A part of the random servers of `tests.properties.relay`."""

from __future__ import annotations

import pytest

from tests.properties.relay import play


@pytest.mark.parametrize("seed", range(8))
def test_a_random_server_of_a_relay_is_answered_to_the_letter_and_nothing_is_left(seed: int) -> None:
    bot = play(seed)
    assert bot.sent.total() >= 200
    assert bot.came["setup"] == 1
