"""`sipdomain init` writes what runs, and replaces nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sipdomain.cli.init import init
from sipdomain.errors import SetupError
from sipdomain.scenario.loader import load_all
from sipdomain.scenario.schema import schema_text


def test_no_file_is_ever_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "app.py").write_text("mine")
    init(tmp_path)
    assert (tmp_path / "app.py").read_text() == "mine"
    said = capsys.readouterr().out.splitlines()
    assert f"kept      {tmp_path}/app.py   (it was there before)" in said
    assert f"written   {tmp_path}/menu.scenario.yaml" in said
    assert f"  cd {tmp_path}" in [each.rstrip() for each in said]


def test_the_schema_that_its_scenarios_name_is_written_too(tmp_path: Path) -> None:
    init(tmp_path)
    firsts = {path.read_text().partition("\n")[0] for path in tmp_path.glob("*.scenario.yaml")}
    assert firsts == {"# yaml-language-server: $schema=scenario.schema.json"}
    assert (tmp_path / "scenario.schema.json").read_text("utf-8") == schema_text()


def test_a_folder_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "app.py").mkdir()
    with pytest.raises(
        SetupError, match=r"app\.py cannot be written: a folder or a broken link is in its place"
    ):
        init(tmp_path)


@pytest.mark.parametrize("voice_url", ["", "http://127.0.0.1:3000/voice?a=b\"c'd"])
def test_what_it_writes_can_be_read(tmp_path: Path, voice_url: str) -> None:
    init(tmp_path, github=True, gitlab=True, voice_url=voice_url)
    files, wrong = load_all([tmp_path], seed=0)
    assert wrong == []
    assert len(files) == (1 if voice_url else 2)
    workflow = yaml.safe_load((tmp_path / ".github/workflows/calls.yml").read_text())
    runs = [each["run"] for each in workflow["jobs"]["calls"]["steps"] if "run" in each]
    assert [each.split()[:2] for each in runs] == [["python", "-m"], ["sipdomain", "run"]]
    pipeline = yaml.safe_load((tmp_path / ".gitlab-ci.yml").read_text())
    assert len(pipeline["calls"]["script"]) == 2
    if voice_url:
        assert files[0].scenario.given.domains["acme"].voice == voice_url
        assert f"it is called at {voice_url}\n" in (tmp_path / ".gitlab-ci.yml").read_text()


def test_with_pytest_ci_runs_that_too(tmp_path: Path) -> None:
    init(tmp_path, gitlab=True, pytest=True)
    pipeline = yaml.safe_load((tmp_path / ".gitlab-ci.yml").read_text())
    assert pipeline["calls"]["script"][2] == "python -m pytest"


@pytest.mark.parametrize("voice_url", ["127.0.0.1:3000/voice", "/voice", "ftp://127.0.0.1/voice"])
def test_a_voice_url_is_a_whole_one(tmp_path: Path, voice_url: str) -> None:
    with pytest.raises(SetupError, match=r"--voice-url needs a URL, such as http://127\.0\.0\.1:5000/voice"):
        init(tmp_path, voice_url=voice_url)
    assert list(tmp_path.iterdir()) == []


def test_a_voice_url_that_no_domain_takes_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(
        SetupError, match=r"^--voice-url is not a valid http or https URL: 'http://h/x\"y: z'$"
    ):
        init(tmp_path, voice_url='http://h/x"y: z')
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("voice_url", "read"),
    [
        ("http://127.0.0.1/\U0001f600/ü#\u2028", "http://127.0.0.1/\U0001f600/ü#\u2028"),
        ("http://127.0.0.1/${a}", "http://127.0.0.1/$%7Ba}"),
        (f"http://127.0.0.1/{'a' * 200}", f"http://127.0.0.1/{'a' * 200}"),
    ],
)
def test_a_voice_url_is_read_as_it_was_given_whatever_yaml_makes_of_its_characters(
    tmp_path: Path, voice_url: str, read: str
) -> None:
    init(tmp_path, voice_url=voice_url)
    files, wrong = load_all([tmp_path], seed=0)
    assert wrong == []
    assert files[0].scenario.given.domains["acme"].voice == read
