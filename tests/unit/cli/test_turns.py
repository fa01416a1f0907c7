"""The order of `--say` and `--keys`."""

from __future__ import annotations

import pytest

from sipdomain.cli.turns import turns_in_order
from sipdomain.runtime.worlds.conversation import Turn

SAY, KEYS = Turn("say", "hello"), Turn("keys", "12#")


@pytest.mark.parametrize(
    ("arguments", "turns"),
    [
        ([], []),
        (["--say", "hello", "--keys", "12#"], [SAY, KEYS]),
        (["--keys=12#", "--limit", "9", "--say=hello"], [KEYS, SAY]),
    ],
)
def test_turns_come_in_the_order_written(arguments: list[str], turns: list[Turn]) -> None:
    say = [each.what for each in turns if each.does == "say"]
    keys = [each.what for each in turns if each.does == "keys"]
    assert turns_in_order(arguments, say, keys) == turns


def test_a_value_that_looks_like_a_flag_loses_no_turn() -> None:
    arguments = ["--header", "--say", "--keys", "12#", "--say", "hello"]
    assert turns_in_order(arguments, ["hello"], ["12#"]) == [SAY, KEYS]
