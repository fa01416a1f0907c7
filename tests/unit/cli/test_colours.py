"""Colours by the usual variables."""

from __future__ import annotations

import pytest

from sipdomain.cli.colours import has_colours, overwrites


@pytest.mark.parametrize(
    ("environment", "terminal", "pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": ""}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_colours_follow_the_variables(environment: dict[str, str], terminal: bool, pipe: bool) -> None:
    assert has_colours(environment, is_terminal=True) is terminal
    assert has_colours(environment, is_terminal=False) is pipe


def test_a_line_is_overwritten_on_a_terminal_that_can() -> None:
    assert overwrites({}, is_terminal=True)
    assert not overwrites({"FORCE_COLOR": "1"}, is_terminal=False)
    assert not overwrites({"TERM": "dumb"}, is_terminal=True)
