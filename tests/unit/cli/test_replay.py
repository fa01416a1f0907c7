"""Which files `run --watch` looks at."""

from __future__ import annotations

from pathlib import Path

from sipdomain.cli.replay import files_of
from sipdomain.scenario.loader import load_all

SCENARIO = """\
scenario: Somebody calls ${row.user}
matrix: {rows: rows.csv}
given:
  include: office.given.yaml
  app: app.py
steps:
  - dial: sip:${row.user}@acme
"""
GIVEN = "domains: {acme: {voice: /voice}}\nphones: {alice: {}}\n"


def names(folder: Path) -> set[str]:
    files, wrong = load_all([folder / "all.scenario.yaml"], seed=0)
    assert wrong == []
    return {str(path.relative_to(folder)) for each in files for path in files_of(each)}


def test_they_are_all_that_a_scenario_is_made_of(tmp_path: Path) -> None:
    (tmp_path / "all.scenario.yaml").write_text(SCENARIO)
    (tmp_path / "rows.csv").write_text("user\n100\n200\n")
    (tmp_path / "office.given.yaml").write_text(GIVEN)
    (tmp_path / "beside").mkdir()
    for each in ("app.py", "menus.py", "beside/words.py", "notes.txt"):
        (tmp_path / each).write_text("")
    assert names(tmp_path) == {
        "all.scenario.yaml", "rows.csv", "office.given.yaml", "app.py", "menus.py", "beside/words.py",
    }  # fmt: skip
