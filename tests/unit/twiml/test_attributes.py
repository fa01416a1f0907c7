"""Each attribute of the plain verbs, with values that are taken and values that are left out."""

from __future__ import annotations

import tomllib
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

from sipdomain.twiml.parse import parse
from sipdomain.twiml.verbs import VERBS

TABLE = tomllib.loads((Path(__file__).parents[3] / "fixtures/twiml/attributes.toml").read_text())
CASES = [
    (verb, name, value, codes)
    for verb, attributes in TABLE.items()
    for name, said in attributes.items()
    for values, codes in ((said["valid"], []), (said["invalid"], [said["code"]]))
    for value in values
]


@pytest.mark.parametrize(("verb", "name", "value", "codes"), CASES)
def test_a_value_is_taken_or_left_out_with_its_warning(
    verb: str, name: str, value: str, codes: list[int]
) -> None:
    document = parse(f"<Response><{verb} {name}={quoteattr(value)}>/a.wav</{verb}></Response>".encode())
    assert [each.code for each in document.warnings] == codes


@pytest.mark.parametrize("verb", TABLE)
def test_the_table_has_every_attribute_of_its_verbs(verb: str) -> None:
    assert {each.name for each in VERBS[verb].attributes or ()} == set(TABLE[verb])


@pytest.mark.parametrize("verb", TABLE)
def test_an_attribute_in_the_wrong_case_is_left_out(verb: str) -> None:
    document = parse(f"<Response><{verb} LOOP='1'>/a.wav</{verb}></Response>".encode())
    assert [each.code for each in document.warnings] == [12200]
