"""Numbers and clients that a scenario is given: simulated ones, and phones that are one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.errors import FileError
from sipdomain.scenario.loader import load_scenario, load_scenario_text

SOURCE = """\
scenario: Lines
given:
  app: {/voice: {say: Hello}}
  GIVEN
steps:
  - rest: {get: Calls}
"""


NUMBER = "PhoneNumber must be in E.164 form, such as +15005550006 (got '555')"
IDENTITY = "`a b` is not an identity: at most 121 characters, no blank, no colon"
ONE = "`number` cannot stand beside `client`; a phone is one of the two"
PLAIN = "a phone with a `number` or a `client` is called without TLS and SRTP"


@pytest.mark.parametrize(
    ("given", "message", "column"),
    [
        ("numbers: {'+15551230001': bizzy}", "`bizzy` is not known here", 29),
        ("numbers: {'555': busy}", NUMBER, 13),
        ("clients: {'a b': busy}", IDENTITY, 13),
        ("clients: {bob: {then: [{play: /hello.wav}]}}", "the application has no `/hello.wav`", 33),
        ("phones: {bob: {number: '555'}}", NUMBER, 26),
        ("phones: {bob: {client: 'a b'}}", IDENTITY, 26),
        ("phones: {bob: {number: '+15551230001', client: bob}}", ONE, 17),
        ("phones: {bob: {number: '+15551230001', transport: tls}}", PLAIN, 17),
    ],
)
def test_a_wrong_line_is_said_with_its_place(given: str, message: str, column: int, tmp_path: Path) -> None:
    path = tmp_path / "lines.scenario.yaml"
    path.write_text(SOURCE.replace("GIVEN", given))
    with pytest.raises(FileError) as caught:
        load_scenario(path)
    assert caught.value.where is not None
    where = caught.value.where
    assert (caught.value.message, where.line, where.column) == (message, 4, column)


@pytest.mark.parametrize(
    "given",
    [
        "{numbers: {'+15551230001': busy}, phones: {bob: {number: '+15551230001'}}}",
        "{clients: {bob: busy}, phones: {bob: {client: bob}}}",
        "{phones: {bob: {client: bob}, eve: {client: bob}}}",
    ],
)
def test_nobody_has_two_lives(given: str) -> None:
    source = f"scenario: Lines\ngiven: {given}\nsteps:\n  - rest: {{get: Calls}}\n"
    with pytest.raises(FileError, match="and somebody else too; say once who it is"):
        load_scenario_text(source)


def test_two_phones_without_a_number_are_nobody_else() -> None:
    source = load_scenario_text(
        "scenario: Lines\ngiven: {phones: {alice: {}, bob: {}}}\nsteps:\n  - rest: {get: Calls}\n"
    )
    assert [each.line for each in source.scenario.given.phones.values()] == ["", ""]
