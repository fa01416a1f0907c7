"""Each attribute of each verb and noun, with values that are taken and values that are left out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest

from sipdomain.error_codes import lookup
from sipdomain.twiml.document import Document, Element
from sipdomain.twiml.parse import parse
from sipdomain.twiml.verbs import NOUNS, VERBS
from sipdomain.twiml.verbs.verb import Attribute

REGISTRY = {**VERBS, **NOUNS}
TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[3] / "fixtures/twiml/attributes.toml").read_text()
)
ROWS = [
    (tag, name, said)
    for tag, attributes in TABLE.items()
    for name, said in attributes.items()
    if name != "document"
]
VALID = [(tag, name, value) for tag, name, said in ROWS for value in said["valid"]]
INVALID = [(tag, name, value, said["code"]) for tag, name, said in ROWS for value in said.get("invalid", ())]
NOTED = [
    (tag, name, value, code) for tag, name, said in ROWS for value, code in said.get("noted", {}).items()
]


def document(tag: str, attributes: str) -> Document:
    """Return a document with this element, and these attributes in it."""
    return parse(f"<Response>{TABLE[tag]['document'].replace('{}', attributes)}</Response>".encode())


def codes(document: Document) -> list[int]:
    return [each.code for each in document.warnings]


def element(tag: str, document: Document) -> Element:
    def within(verb: Element) -> Iterator[Element]:
        yield verb
        for child in verb.children:
            yield from within(child)

    return next(each for verb in document.verbs for each in within(verb) if each.name == tag)


def written(name: str, value: str) -> str:
    return f"{name}={quoteattr(value)}"


def attribute(tag: str, name: str) -> Attribute[Any]:
    return next(each for each in REGISTRY[tag].attributes or () if each.name == name)


@pytest.mark.parametrize(("tag", "name", "value"), VALID)
def test_a_good_value_is_taken_in_silence(tag: str, name: str, value: str) -> None:
    assert codes(document(tag, written(name, value))) == []


@pytest.mark.parametrize(("tag", "name", "value", "code"), INVALID)
def test_a_bad_value_counts_as_absent_and_has_its_warning(tag: str, name: str, value: str, code: int) -> None:
    read = document(tag, written(name, value))

    assert codes(read) == [code]
    assert attribute(tag, name).of(element(tag, read)) == attribute(tag, name).default


@pytest.mark.parametrize(("tag", "name", "value", "code"), NOTED)
def test_a_value_is_taken_with_a_remark(tag: str, name: str, value: str, code: int) -> None:
    read = document(tag, written(name, value))

    assert codes(read) == [code]
    assert attribute(tag, name).of(element(tag, read)) == value


@pytest.mark.parametrize("tag", REGISTRY)
def test_the_table_has_every_attribute_of_everything_that_is_registered(tag: str) -> None:
    assert {each.name for each in REGISTRY[tag].attributes or ()} == set(TABLE[tag]) - {"document"}


@pytest.mark.parametrize(("tag", "name", "said"), ROWS)
def test_a_row_has_a_good_value_and_the_code_of_the_attribute(
    tag: str, name: str, said: dict[str, Any]
) -> None:
    assert said["valid"] or said["noted"]
    assert attribute(tag, name).code == said["code"]
    assert lookup(said["code"]) is not None


@pytest.mark.parametrize("tag", [tag for tag in REGISTRY if REGISTRY[tag].attributes is not None])
def test_an_attribute_that_is_not_known_is_left_out(tag: str) -> None:
    assert codes(document(tag, "ACTION='1'")) == [12200]


@pytest.mark.parametrize("tag", [tag for tag in REGISTRY if REGISTRY[tag].attributes is None])
def test_of_markup_and_tasks_no_attribute_is_looked_at(tag: str) -> None:
    assert codes(document(tag, "ACTION='1'")) == codes(document(tag, ""))
