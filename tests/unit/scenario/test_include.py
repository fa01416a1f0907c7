"""A scenario includes what several are given; an error in such a file names that file."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.errors import FileError
from sipdomain.scenario.loader import load_scenario
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker

OFFICE = """\
access_lists: {office: [127.0.0.1]}
domains: {acme: {calls: [office], voice: /voice}}
app: {/voice: [{file: voice.xml}, {say: Again, headers: {file: voice.xml}}]}
"""
SCENARIO = """\
scenario: Shared
given:
  include: INCLUDED
  app: {/own: {say: Own}}
steps:
  - dial: {phone: alice, to: sip:100@acme}
  - expect: {said: From a file}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "office.given.yaml").write_text(OFFICE)
    (tmp_path / "shared" / "voice.xml").write_text("<Response><Say>From a file</Say></Response>")
    (tmp_path / "phones.given.yaml").write_text("phones: {alice: {}, bob: {}}\n")
    return tmp_path


def written(folder: Path, included: str) -> Path:
    path = folder / "a.scenario.yaml"
    path.write_text(SCENARIO.replace("INCLUDED", included))
    return path


def refused(folder: Path, included: str) -> str:
    with pytest.raises(FileError) as caught:
        load_scenario(written(folder, included))
    return str(caught.value).replace(f"{folder}/", "")


def test_what_is_included_stands_beside_what_is_given(folder: Path) -> None:
    source = load_scenario(written(folder, "[shared/office.given.yaml, phones.given.yaml]"))
    given = source.scenario.given
    assert (list(given.domains), list(given.phones), list(given.app)) == (
        ["acme"],
        ["alice", "bob"],
        ["/voice", "/own"],
    )
    assert given.replies()["/voice"][1]["headers"] == {"file": "voice.xml"}
    result = run_scenario(source, maker("sim", speech=False), substrate="sim")
    assert result.outcome == "passed", result.mismatches


def test_an_included_file_includes_others_from_its_own_folder(folder: Path) -> None:
    (folder / "shared" / "all.given.yaml").write_text("include: [office.given.yaml, ../phones.given.yaml]\n")
    given = load_scenario(written(folder, "shared/all.given.yaml")).scenario.given
    assert (list(given.domains), list(given.phones)) == (["acme"], ["alice", "bob"])


def test_an_application_in_an_included_file_stands_beside_that(folder: Path) -> None:
    (folder / "shared" / "app.given.yaml").write_text("app: app.py\nphones: {alice: {}}\n")
    (folder / "shared" / "app.py").write_text("def app(environ, start_response): ...\n")
    path = written(folder, "shared/app.given.yaml")
    path.write_text(path.read_text().replace("  app: {/own: {say: Own}}\n", ""))
    assert load_scenario(path).scenario.given.app == "shared/app.py"


def test_an_error_in_an_included_file_names_that_file(folder: Path) -> None:
    (folder / "phones.given.yaml").write_text("phones:\n  alice: {usr: a}\n")
    assert refused(folder, "[shared/office.given.yaml, phones.given.yaml]") == (
        "error: unknown key `usr`\n"
        " --> phones.given.yaml:2:11\n"
        "2 |   alice: {usr: a}\n"
        "  |           ^^^ did you mean `user`?"
    )


def test_what_two_files_give_is_refused_with_both_places(folder: Path) -> None:
    (folder / "more.given.yaml").write_text("phones: {carol: {}, bob: {}}\n")
    assert refused(folder, "[phones.given.yaml, more.given.yaml]") == (
        f"error: `bob` is already given in {folder}/phones.given.yaml:1:21\n"
        " --> more.given.yaml:1:21\n"
        "1 | phones: {carol: {}, bob: {}}\n"
        "  |                     ^^^ remove one of the two"
    ).replace(f"{folder}/", "")


def test_a_setting_that_two_files_give_is_refused(folder: Path) -> None:
    (folder / "one.given.yaml").write_text("dns: true\n")
    (folder / "two.given.yaml").write_text("dns: true\n")
    assert refused(folder, "[one.given.yaml, two.given.yaml]").startswith(
        "error: `dns` is already given in one.given.yaml:1:1\n --> two.given.yaml:1:1\n"
    )


def test_a_circle_is_refused(folder: Path) -> None:
    (folder / "one.given.yaml").write_text("include: two.given.yaml\n")
    (folder / "two.given.yaml").write_text("include: one.given.yaml\n")
    assert refused(folder, "one.given.yaml") == (
        "error: one.given.yaml includes itself: one.given.yaml → two.given.yaml → one.given.yaml\n"
        " --> two.given.yaml:1:10\n"
        "1 | include: one.given.yaml\n"
        "  |          ^^^^^^^^^^^^^^"
    )


def test_more_files_than_can_be_read_are_refused(folder: Path) -> None:
    for number in range(101):
        (folder / f"{number}.given.yaml").write_text(f"bins: {{b{number}: <Response/>}}\n")
    names = ", ".join(f"{number}.given.yaml" for number in range(101))
    assert refused(folder, f"[{names}]").startswith("error: more than 100 files are included\n")


@pytest.mark.parametrize(
    ("included", "said"),
    [
        ("", "the name of a file is needed here, or a list of them"),
        ("[]", "the name of a file is needed here, or a list of them"),
        ("{a: b}", "the name of a file is needed here, or a list of them"),
        ("nothing.yaml", "there is no file `nothing.yaml`"),
        ("shared/voice.xml", "an included file has the keys of `given`"),
        ("a.scenario.yaml", "a.scenario.yaml includes itself: a.scenario.yaml → a.scenario.yaml"),
    ],
)
def test_what_cannot_be_included_is_refused(folder: Path, included: str, said: str) -> None:
    assert refused(folder, included).partition("\n")[0] == f"error: {said}"
