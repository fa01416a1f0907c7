"""The JSON Schema that editors check by takes every example, and refuses what is plainly wrong."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from jsonschema.exceptions import best_match

from sipdomain.runtime.files.yaml_file import load, plain
from sipdomain.scenario.loader import find
from sipdomain.scenario.schema import schema

FOLDER = Path(__file__).parents[3] / "scenarios"
FILES = find([FOLDER])
VALIDATOR = Draft7Validator(schema())
HEAD = "scenario: x\ngiven: {phones: {a: {}}}\n"


class EditorsLoader(yaml.SafeLoader):
    """Takes dates for text, as YAML 1.2 does."""


EditorsLoader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if not tag.endswith(":timestamp")]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def as_editors_read(text: str) -> Any:
    return yaml.load(text, EditorsLoader)


def complaint(document: Any) -> str:
    error = best_match(VALIDATOR.iter_errors(document))
    return "" if error is None else f"{error.json_path}: {error.message}"


def test_it_is_a_schema() -> None:
    Draft7Validator.check_schema(schema())


def test_every_example_names_it_in_its_first_line() -> None:
    line = "# yaml-language-server: $schema=../scenario.schema.json"
    assert [path for path in FILES if path.read_text("utf-8").partition("\n")[0] != line] == []
    assert {(path.parent / "../scenario.schema.json").resolve() for path in FILES} == {
        FOLDER / "scenario.schema.json"
    }


def test_every_example_is_right_by_it() -> None:
    found = {path.name: complaint(as_editors_read(path.read_text("utf-8"))) for path in FILES}
    assert {name: text for name, text in found.items() if text} == {}


def test_quotes_change_nothing() -> None:
    found = {path.name: complaint(plain(load(path))) for path in FILES}
    assert {name: text for name, text in found.items() if text} == {}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("scenario: x\n", "$"),
        ("steps: [{dial: sip:1@a}]\n", "$"),
        (f"{HEAD}steps: []\n", "$.steps"),
        (f"{HEAD}stepps: []\nsteps: [{{dial: sip:1@a}}]\n", "$"),
        (f"{HEAD}steps: [{{dail: sip:1@a}}]\n", "$.steps[0]"),
        (f"{HEAD}steps: [{{dial: sip:1@a, hang_up: }}]\n", "$.steps[0]"),
        (f"{HEAD}steps: [{{dial: }}]\n", "$.steps[0].dial"),
        (f"{HEAD}steps: [{{expect: {{answred: true}}}}]\n", "$.steps[0].expect"),
        (f"{HEAD}steps: [{{expect: {{answered: perhaps}}}}]\n", "$.steps[0].expect.answered"),
        (f"{HEAD}steps: [{{expect: {{responses: 200}}}}]\n", "$.steps[0].expect.responses"),
        (f"{HEAD}steps: [{{expect: {{ended_by: me}}}}]\n", "$.steps[0].expect.ended_by"),
        (f"{HEAD}steps: [{{parallel: [{{dial: sip:1@a}}]}}]\n", "$.steps[0].parallel"),
        (f"{HEAD}steps: [{{parallel: {{dial: sip:1@a}}}}]\n", "$.steps[0].parallel"),
        (f"{HEAD}steps: [{{repeat: {{times: 0, steps: [{{hang_up: }}]}}}}]\n", "$.steps[0].repeat.times"),
        (f"{HEAD}matrix: {{rows: []}}\nsteps: [{{hang_up: }}]\n", "$.matrix.rows"),
        (f"{HEAD}needs: [sip]\nsteps: [{{hang_up: }}]\n", "$.needs[0]"),
        (f"{HEAD}tags: [two words]\nsteps: [{{hang_up: }}]\n", "$.tags[0]"),
        ("scenario: x\ngiven: {phones: {a: {transport: sctp}}}\nsteps: [{hang_up: }]\n", "$.given.phones.a.transport"),
        ("scenario: x\ngiven: {numbers: {+1555: bussy}}\nsteps: [{hang_up: }]\n", "$.given.numbers"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_marked_where_it_stands(text: str, place: str) -> None:
    assert re.match(re.escape(place), complaint(as_editors_read(text))) is not None, complaint(
        as_editors_read(text)
    )
    assert complaint(as_editors_read(f"{HEAD}steps: [{{dial: sip:1@a}}]\n")) == ""
