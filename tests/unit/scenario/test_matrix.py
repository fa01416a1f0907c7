"""A matrix plays a scenario once for each row, with the row in its title."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.errors import FileError
from sipdomain.scenario.loader import ScenarioFile, load_all, load_rows, load_scenario
from sipdomain.scenario.plays import Manner, played
from sipdomain.scenario.runner import Result
from sipdomain.scenario.selection import selected

STEPS = """\
given: {phones: {a: {user: "${row.user}"}}}
steps:
  - dial: {to: sip:100@acme, headers: [[X-User, "${row.user}"]]}
  - expect: {responses: [100, "${row.status}"], within: "${row.wait}"}
"""


def written(folder: Path, matrix: str, steps: str = STEPS) -> Path:
    path = folder / "rows.scenario.yaml"
    path.write_text(f"scenario: Rows\nmatrix:\n{matrix}\n{steps}")
    return path


def titles(files: list[ScenarioFile]) -> list[str]:
    return [each.scenario.scenario for each in files]


def test_each_row_is_a_scenario_whose_fields_have_their_types(tmp_path: Path) -> None:
    found = load_rows(
        written(
            tmp_path,
            "  rows:\n    - {user: alice, status: 200, wait: 2}\n    - {user: 007, status: 403, wait: 1.5}",
        )
    )
    assert titles(found) == ["Rows [user=alice, status=200, wait=2]", "Rows [user=007, status=403, wait=1.5]"]
    steps = [each.scenario.steps[1].step.model_dump() for each in found]
    assert [(each["responses"], each["within"]) for each in steps] == [([100, 200], 2.0), ([100, 403], 1.5)]
    assert [each.scenario.given.phones["a"].user for each in found] == ["alice", "007"]
    assert [each.row for each in found] == [1, 2]


def test_all_combinations_are_played_and_the_last_name_changes_first(tmp_path: Path) -> None:
    matrix = "  product: {user: [alice, bob], status: [200, 403], wait: [1]}"
    assert titles(load_rows(written(tmp_path, matrix))) == [
        "Rows [user=alice, status=200, wait=1]",
        "Rows [user=alice, status=403, wait=1]",
        "Rows [user=bob, status=200, wait=1]",
        "Rows [user=bob, status=403, wait=1]",
    ]


def test_rows_come_from_a_csv_file_beside_the_scenario(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(
        '\ufeffuser,status,wait\r\n"a,b",200,1\r\n\r\n+1555,403,2\r\n'.encode()
    )
    found = load_rows(written(tmp_path, "  rows: data.csv"))
    assert [each.scenario.given.phones["a"].user for each in found] == ["a,b", "+1555"]


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("user,status,wait\na,200\n", "data.csv:2:1", "this row has 2 values, and there are 3 names"),
        ("user,user\na,b\n", "data.csv:1:1", "two columns have the same name"),
        ("first name\na\n", "data.csv:1:1", "`first name` cannot be the name of a value"),
        ('user\n"a"b\n', "data.csv:2:1", "this is not CSV: ',' expected after '\"'"),
        ("user\n", "rows.scenario.yaml:3:3", "data.csv has no rows"),
        ("", "rows.scenario.yaml:3:3", "data.csv has no rows"),
        ("user\n\xff", "rows.scenario.yaml:3:3", "cannot read data.csv: it is not UTF-8"),
        (
            "user\n" + "a\n" * 1001,
            "rows.scenario.yaml:3:3",
            "these are 1001 rows: at most 1000 can be played",
        ),
    ],
)
def test_a_wrong_csv_file_is_refused_with_its_line(tmp_path: Path, text: str, place: str, said: str) -> None:
    (tmp_path / "data.csv").write_bytes(text.encode("latin-1"))
    with pytest.raises(FileError) as caught:
        load_rows(written(tmp_path, "  rows: data.csv"))
    where = caught.value.where
    assert caught.value.message == said
    assert where is not None
    assert f"{Path(where.file).name}:{where.line}:{where.column}" == place


def test_a_value_that_does_not_fit_names_its_row(tmp_path: Path) -> None:
    matrix = "  rows: [{user: a, status: 200, wait: 1}, {user: b, status: ok, wait: 1}]"
    _, wrong = load_all([written(tmp_path, matrix)], seed=0)
    assert [each.error.message for each in wrong] == [
        "`ok` is not a whole number (row 2: user=b, status=ok, wait=1)"
    ]


def test_rows_that_look_the_same_get_their_number_and_secrets_are_hidden(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "  rows: [{password: one}, {password: two}]",
        'given: {phones: {a: {password: "${row.password}"}}}\nsteps:\n  - dial: sip:100@acme\n',
    )
    assert titles(load_rows(path)) == ["Rows [password=********] #1", "Rows [password=********] #2"]


def test_no_report_shows_what_a_row_names_as_a_secret(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "  rows: [{api_key: Key-4711, user: alice}]",
        'given: {phones: {a: {}}}\nsteps:\n  - dial: {to: sip:100@acme, headers: [[X-Key, "${row.api_key}"]]}\n',
    )
    assert [(each.scenario.scenario, each.secrets) for each in load_rows(path)] == [
        ("Rows [api_key=********, user=alice]", frozenset({"Key-4711"}))
    ]


def test_k_selects_rows_by_their_values(tmp_path: Path) -> None:
    found = load_rows(written(tmp_path, "  product: {user: [alice, bob], status: [200], wait: [1]}"))
    assert titles(selected(found, "user=bob")) == ["Rows [user=bob, status=200, wait=1]"]


def test_one_row_is_read_alone(tmp_path: Path) -> None:
    path = written(tmp_path, "  product: {user: [alice, bob], status: [200], wait: [1]}")
    assert load_scenario(path, row=2).scenario.given.phones["a"].user == "bob"
    with pytest.raises(FileError, match="has 2 rows, and no row 3 any more"):
        load_scenario(path, row=3)


def test_rows_are_played_in_processes_of_their_own(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "  product: {user: [alice, bob]}",
        """\
given:
  access_lists: {office: [127.0.0.1]}
  domains: {acme: {calls: [office], voice: /voice}}
  app: {/voice: {hangup: }}
  phones: {pbx: {user: "${row.user}"}}
steps:
  - dial: sip:100@acme
  - expect: {webhook: /voice, parameters: {From: "sip:${row.user}@acme.sip.twilio.com"}}
""",
    )
    plays = played(
        load_rows(path), Manner("sim", speech=False), at_once=2, stop=lambda: False, started=lambda _: None
    )
    results = {number: result for number, result in plays if isinstance(result, Result)}
    assert [(results[number].title, results[number].outcome) for number in (0, 1)] == [
        ("Rows [user=alice]", "passed"),
        ("Rows [user=bob]", "passed"),
    ]
