"""Tables of turns, in YAML and CSV, and what is refused of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.bot.table import read_table
from sipdomain.errors import FileError


def table(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_a_table_of_yaml_and_one_of_csv_are_the_same(tmp_path: Path) -> None:
    yaml = table(
        tmp_path,
        "turns.yaml",
        "- {say: A table, answers_within: 1.5, heard: [For how many, Of course]}\n"
        "- {say: Wait, barge_in_at: 0.8}\n"
        "- {press: 12#}\n",
    )
    csv = table(
        tmp_path,
        "turns.csv",
        "say,press,barge_in_at,answers_within,heard\n"
        "A table,,,1.5,For how many|Of course\n"
        "Wait,,0.8,,\n"
        ",12#,,,\n",
    )

    assert read_table(yaml) == read_table(csv)
    assert [each.say for each in read_table(csv)] == ["A table", "Wait", None]


@pytest.mark.parametrize(
    ("name", "text", "place", "said"),
    [
        ("a.yaml", "- {say: Hello, presses: 1}\n", "a.yaml:1:", "presses"),
        ("a.yaml", "say: Hello\n", "a.yaml:1:1", "a table of turns is a list"),
        ("a.yaml", "- {say: Hello, stops_within: 1}\n", "a.yaml:1:", "has to interrupt it"),
        ("a.csv", "say,pause\nHello,soon\n", "a.csv:2:1", "pause"),
        ("a.csv", "say,pause\nHello\n", "a.csv:2:1", "this row has 1 values, and there are 2 names"),
        ("a.csv", "say\n", "", "has no rows"),
    ],
)
def test_a_wrong_table_is_refused_with_its_place(
    tmp_path: Path, name: str, text: str, place: str, said: str
) -> None:
    with pytest.raises(FileError) as refused:
        read_table(table(tmp_path, name, text))

    assert place in str(refused.value)
    assert said in str(refused.value)
