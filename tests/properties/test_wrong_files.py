"""A scenario file made wrong at random plays, or is refused with its place: it is never "not run", and nothing breaks."""

from __future__ import annotations

import pytest

from tests.properties.wrong_files import outcome, wrong


@pytest.mark.parametrize("first", range(0, 120, 30))
def test_a_file_made_wrong_is_refused_with_its_place_or_plays(first: int) -> None:
    for number in range(first, first + 30):
        name, text, change = wrong(number)
        assert outcome(name, text) in {"passed", "failed", "wrong"}, f"{number}: {name}: {change}"
