"""A wrong option is complained of in our own words, and a long expression is not printed back whole."""

from __future__ import annotations

import pytest

from tests.integration.program import ended


def said(*arguments: str) -> tuple[int, str]:
    done = ended(*arguments)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "--seed", "abc", "scenarios"), "Invalid value for '--seed': `abc` is not a whole number"),
        (
            ("config", "c.yaml"),
            "Invalid value for 'action': 'c.yaml' is not one of 'check', 'import', 'export'",
        ),
    ],
)
def test_a_wrong_value_is_reported_in_our_own_words(arguments: tuple[str, ...], words: str) -> None:
    code, told = said(*arguments)
    assert (code, words in " ".join(told.split())) == (2, True), told
    assert "Input should" not in told
    assert "Value error" not in told


@pytest.mark.parametrize("expression", ["(" * 5_000, "a" * 5_000, "a)" + "b" * 5_000])
def test_a_long_expression_is_shown_in_part(expression: str) -> None:
    code, told = said("run", "scenarios/first-call", "-k", expression)
    assert code != 0
    assert 0 < len(told) < 1_000
