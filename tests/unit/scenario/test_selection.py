"""Expressions select scenarios by title, file, rules and needs; what matches nothing is told with what is near."""

from __future__ import annotations

import pytest

from sipdomain.scenario.loader import ScenarioFile, load_scenario_text
from sipdomain.scenario.selection import SelectionError, nearest, selected

TITLES = {
    "auth/wrong-password.scenario.yaml": "A wrong password is refused",
    "auth/no-wildcards.scenario.yaml": "Rock and roll",
    "tls/first.scenario.yaml": "A call over TLS",
}


def files() -> list[ScenarioFile]:
    text = "scenario: {}\nneeds: [speech]\nrules: [challenge-407]\n"
    text += "given: {{phones: {{a: {{}}}}}}\nsteps: [{{dial: sip:1@a}}]\n"
    return [load_scenario_text(text.format(title), name) for name, title in TITLES.items()]


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("wrong password", [0]),
        ("WRONG", [0]),
        ("password or tls", [0, 2]),
        ("auth and not password", [1]),
        ("not auth", [2]),
        ("not not auth", [0, 1]),
        ("not (password or tls)", [1]),
        ("auth and password or tls", [0, 2]),
        ("auth and (password or tls)", [0]),
        ("'rock and roll'", [1]),
        ('"Rock and"', [1]),
        ("speech", [0, 1, 2]),
        ("challenge-407", [0, 1, 2]),
        ("android", []),
        ("tls/first.scenario.yaml", [2]),
    ],
)
def test_an_expression_selects(expression: str, found: list[int]) -> None:
    names = list(TITLES)
    assert [each.path for each in selected(files(), expression)] == [names[number] for number in found]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("a and", "a word is missing at the end"),
        ("and a", "a word is missing before `and`"),
        ("a or or b", "a word is missing before `or`"),
        ("not", "a word is missing at the end"),
        ("(a", "`)` is missing"),
        ("a)", "`)` stands where `and` or `or` is needed"),
        ("a not b", "`not` stands where `and` or `or` is needed"),
        ("()", "a word is missing before `)`"),
        ("'a", "a quote is never closed"),
        ("(" * 100_000, "more than 50 brackets and `not` stand within each other"),
        ("not " * 100_000 + "a", "more than 50 brackets and `not` stand within each other"),
    ],
)
def test_what_is_not_an_expression_is_refused(expression: str, said: str) -> None:
    with pytest.raises(SelectionError) as caught:
        selected(files(), expression)
    assert str(caught.value) == said


def test_the_nearest_titles_are_named() -> None:
    assert nearest(files(), "pasword") == ["A wrong password is refused"]
    assert nearest(files(), "wrong-pasword and not x") == ["A wrong password is refused"]
    assert nearest(files(), "xyzzy") == []
