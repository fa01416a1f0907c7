"""Scenario files are read as text first; every wrong file fails as its golden error says."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.errors import FileError
from sipdomain.scenario.loader import find, load_scenario, load_scenario_text
from sipdomain.scenario.schema import schema
from sipdomain.scenario.steps import STEPS

PHONE = "given: {phones: {a: {}}}\n"
CASES = sorted((Path(__file__).parents[2] / "corpora" / "scenario_errors").glob("*.yaml"))


@pytest.mark.parametrize("case", CASES, ids=[case.stem for case in CASES])
def test_a_wrong_file_fails_like_a_good_compiler(case: Path) -> None:
    with pytest.raises(FileError) as caught:
        load_scenario_text(case.read_text(), case.name)
    assert f"{caught.value}\n" == case.with_suffix(".err").read_text()


def test_scalars_stay_text_until_their_type_converts_them() -> None:
    source = load_scenario_text(
        """
scenario: Text survives
given:
  credential_lists: {staff: {0123: +1555Abcdefgh, no: 2030:Abcdefgh}}
  app: {/v: {status: 503, delay: 1.5, say: yes}}
  phones: {alice: {user: 0123}}
steps:
  - dial: {to: sip:+15551234567@acme, headers: [[X-A, 007], [X-A, off]]}
  - expect: {answered: no, responses: [100, 404], within: 2}
"""
    )
    given = source.scenario.given
    assert given.credential_lists == {"staff": {"0123": "+1555Abcdefgh", "no": "2030:Abcdefgh"}}
    assert given.replies() == {"/v": {"status": 503, "delay": 1.5, "say": "yes"}}
    assert (given.phones["alice"].user, given.phones["alice"].password) == ("0123", "+1555Abcdefgh")
    dial, expect = (each.step.model_dump() for each in source.scenario.steps)
    assert dial["headers"] == [("X-A", "007"), ("X-A", "off")]
    assert (expect["answered"], expect["responses"], expect["within"]) == (False, [100, 404], 2.0)


def test_replies_keep_the_order_in_which_verbs_are_written() -> None:
    source = load_scenario_text(
        "scenario: Order\ngiven: {phones: {a: {}}, app: {/v: [{redirect: /v, say: b, pause: 1}]}}\n"
        "steps: [{dial: sip:1@a}]\n"
    )
    assert list(source.scenario.given.replies()["/v"][0]) == ["redirect", "say", "pause"]


def test_a_bare_text_stands_for_the_main_field() -> None:
    source = load_scenario_text(
        f"scenario: Short\n{PHONE}steps: [{{dial: sip:1@a}}, {{hang_up: call}}, {{hang_up: }}]\n"
    )
    assert [each.step.model_dump().get("call") for each in source.scenario.steps] == [None, "call", ""]


def test_placeholders_draw_the_same_identity_for_the_same_seed() -> None:
    text = (
        "scenario: ${faker.name}\n"
        + PHONE
        + "steps: [{dial: 'sip:${faker.extension}@a'}, {expect: {verbs: ['${faker.name 2}']}}]\n"
    )
    first, again, other = (load_scenario_text(text, seed=seed).scenario for seed in (1, 1, 2))
    assert first == again
    assert first.scenario != other.scenario
    assert first.scenario != first.steps[1].step.model_dump()["verbs"][0]


def test_a_fields_place_is_found_again_for_reports() -> None:
    text = "scenario: Place\nsteps:\n  - rest:\n      get: SIP/Domains\n      body:\n        domains.0.sid: SD1\n"
    place = load_scenario_text(text, "p.yaml").place("steps[0].rest.body.domains.0.sid")
    assert (place.line, place.column) == (6, 9)


def test_folders_are_searched_in_alphabetical_order(tmp_path: Path) -> None:
    for name in ("b/two.scenario.yaml", "a/one.scenario.yaml", "a/notes.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"scenario: x\n{PHONE}steps: [{{dial: sip:1@a}}]\n")
    assert [path.name for path in find([tmp_path])] == ["one.scenario.yaml", "two.scenario.yaml"]
    assert load_scenario(find([tmp_path])[0]).scenario.scenario == "x"


def test_a_folder_without_scenarios_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no scenario found"):
        find([tmp_path])


def test_the_schema_knows_every_step() -> None:
    described = schema()
    assert set(described["$defs"]["AnyStep"]["properties"]) == set(STEPS)
    assert described["required"] == ["scenario", "steps"]
