"""Which files `run --watch` looks at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sipdomain.cli.replay import files_named, files_of, replay
from sipdomain.scenario.loader import ScenarioFile, WrongFile, load_all

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


def test_of_a_wrong_file_they_are_all_that_it_names_wrong_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "all.scenario.yaml").write_text(SCENARIO)
    (tmp_path / "office.given.yaml").write_text("include: phones/desk.given.yaml\n")
    (tmp_path / "phones").mkdir()
    (tmp_path / "phones" / "desk.given.yaml").write_text("phones: [")
    _, wrong = load_all([tmp_path / "all.scenario.yaml"], seed=0)
    assert len(wrong) == 1
    named = {str(each.relative_to(tmp_path)) for each in files_named(tmp_path / "all.scenario.yaml")}
    assert {"all.scenario.yaml", "rows.csv", "office.given.yaml", "phones/desk.given.yaml", "app.py"} <= named


def test_what_a_wrong_file_includes_is_looked_at_until_it_is_mended(tmp_path: Path) -> None:
    scenario = tmp_path / "call.scenario.yaml"
    scenario.write_text(
        "scenario: A call\ngiven: {include: desk.given.yaml}\nsteps:\n  - dial: sip:100@acme\n"
    )
    office = "access_lists: {office: [127.0.0.1]}\ndomains: {acme: {calls: [office], voice: /voice}}\n"
    states = ["phones: {a: {}, b: {}}\n", "phones: [\n", "phones: {pbx: {}}\n"]
    seen: list[tuple[int, int]] = []

    def play(files: Sequence[ScenarioFile], wrong: Sequence[WrongFile]) -> None:
        seen.append((len(files), len(wrong)))
        if states:
            (tmp_path / "desk.given.yaml").write_text(
                f"{office}app: {{/voice: {{hangup: }}}}\n{states.pop(0)}"
            )

    # Each state has another size than the one before, so no clock of the file system has to be fine enough.
    replay([tmp_path], 0, play, lambda: (1, 0) in seen or len(seen) > 4)
    assert seen == [(0, 1), (0, 1), (0, 1), (1, 0)]
