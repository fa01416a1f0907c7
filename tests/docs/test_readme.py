"""The README: short, and true."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from sipdomain.scenario.loader import load_scenario
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker
from tests.docs.command_line import options
from tests.docs.pages import anchors, blocks, links, prose

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
TEXT = README.read_text("utf-8")


def section(title: str) -> str:
    """Return what stands below a heading, up to the next one."""
    return TEXT.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def command(title: str) -> list[str]:
    """Return the indented lines of a section, outside of its code blocks."""
    return [line.strip() for line in prose(section(title)).splitlines() if line.startswith("    ")]


def test_it_has_at_most_90_lines() -> None:
    assert len(TEXT.splitlines()) <= 90


def test_one_command_runs_it_and_one_tests_it() -> None:
    played = "scenarios/webhooks scenarios/first-call scenarios/gather/menu.scenario.yaml"
    assert command("Run it") == [f"python -m pip install -e '.[speech]' && sipdomain run -n 4 {played}"]
    assert command("Test it") == [
        "python -m pip install -e '.[test]' && python -m tests.peers && python -m pytest -n auto"
    ]


def test_ci_runs_the_command_that_the_readme_gives() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    extraction = re.search(r"command=\$\((.*)\)", script)
    assert extraction is not None
    done = subprocess.run(["bash", "-c", extraction[1]], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == command("Test it")


def test_the_extras_that_it_installs_exist() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    for extra in re.findall(r"\.\[([\w,]+)\]", TEXT):
        for name in extra.split(","):
            assert re.search(rf"^{name} = \[", project, re.MULTILINE), name


@pytest.mark.parametrize("link", links(TEXT))
def test_what_it_links_to_exists(link: str) -> None:
    path, _, anchor = link.partition("#")
    assert (ROOT / path).is_file()
    assert not anchor or anchor in anchors((ROOT / path).read_text("utf-8"))


def test_the_flags_that_it_names_exist() -> None:
    known = {
        flag
        for name in ("serve", "run", "call", "demo", "init")
        for each in options(name)
        for flag in each.flags
    }
    for line in TEXT.splitlines():
        if "sipdomain " in line:
            assert set(re.findall(r"(?<= )--[a-z-]+", line)) <= known


@pytest.mark.parametrize("profile", ["documented", "observed"])
def test_its_scenario_passes(tmp_path: Path, profile: str) -> None:
    (scenario,) = blocks(TEXT, "yaml scenario")
    assert len(scenario.splitlines()) <= 15
    file = tmp_path / "readme.scenario.yaml"
    file.write_text(scenario, "utf-8")
    result = run_scenario(
        load_scenario(file),
        maker("sim"),
        substrate="sim",
        profile="documented" if profile == "documented" else "observed",
    )
    assert result.outcome == "passed", result.mismatches


def test_its_pytest_example_passes(pytester: pytest.Pytester) -> None:
    (example,) = blocks(TEXT, "python")
    assert len(example.splitlines()) <= 8
    pytester.makepyfile(example)
    pytester.runpytest_inprocess().assert_outcomes(passed=1)
