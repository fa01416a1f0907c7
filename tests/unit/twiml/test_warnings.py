"""What is wrong with elements and where they stand, by the provider's numbers."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sipdomain.twiml.parse import parse
from sipdomain.twiml.verbs import NOUNS, VERBS

TABLE: dict[str, list[int]] = tomllib.loads(
    (Path(__file__).parents[3] / "fixtures/twiml/warnings.toml").read_text()
)


@pytest.mark.parametrize("inside", TABLE)
def test_what_is_wrong_has_its_number(inside: str) -> None:
    document = parse(f"<Response>{inside}</Response>".encode())

    assert [each.code for each in document.warnings] == TABLE[inside]


def test_every_number_of_a_place_is_in_the_table() -> None:
    kinds = {**VERBS, **NOUNS}.values()
    numbers = {each.misplaced for each in kinds} | {code for each in kinds for code in each.codes.values()}

    assert numbers - {code for codes in TABLE.values() for code in codes} == set()
