"""The package as it is built: its metadata leads somewhere, and installed it takes no names but its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.once import once_a_run
from tests.patience import PATIENCE

ROOT = Path(__file__).parents[2]
PAGE = "https://pypi.org/project/sipdomain/"
SCENARIO = """\
scenario: A wrong password is refused
given:
  credential_lists: {staff: {alice: Correct-Horse-42}}
  domains: {acme: {calls: [staff], voice: /greeting}}
  phones: {alice: {}}
steps:
  - dial: {to: sip:100@acme, password: Wrong-Horse-42}
  - expect: {responses: [100, 407, 100, 403], refused: bad-credentials, webhooks: none}
"""
TEST = """\
import sys
from pathlib import Path

import harness
import mock_webhooks
import sipdomain
from harness.helpers import WHOSE


def test_the_folder_is_our_own(sip_domain):
    installed = [Path(each.__file__) for each in (sipdomain, mock_webhooks)]
    assert [each.is_relative_to(sys.prefix) for each in installed] == [True, True]
    assert [Path(each) for each in harness.__path__] == [Path(__file__).parent / "harness"]
    assert WHOSE == "ours"
    assert sip_domain.name
"""


def ended(*command: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON"))
    }
    return subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=PATIENCE
    )


def run(*command: str, folder: Path = ROOT) -> str:
    done = ended(*command, folder=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the wheel and the source archive."""
    build = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d")
    return once_a_run(tmp_path_factory, "built", lambda folder: run(*build, str(folder)))


@pytest.fixture(scope="module")
def python(built: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the interpreter of a virtual environment that has the wheel, and the libraries of this one."""
    folder = once_a_run(tmp_path_factory, "installed", lambda folder: install(built, folder))
    return str(Path(sysconfig.get_path("scripts", "venv", {"base": str(folder)})) / "python")


def install(built: Path, folder: Path) -> None:
    """Make a virtual environment with the wheel."""
    run(sys.executable, "-m", "venv", "--without-pip", str(folder))
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder)}))
    [wheel] = built.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    run(*pip, "--target", str(site), str(wheel))
    # A folder named in a .pth file is searched for packages; its own .pth files, and so an editable install, are not read.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")


def test_the_metadata_has_urls_and_no_relative_links(built: Path) -> None:
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        [name] = [each for each in archive.namelist() if each.endswith("/METADATA")]
        metadata = message_from_bytes(archive.read(name))
    assert metadata.get_all("Project-URL") == [f"Homepage, {PAGE}", f"Source, {PAGE}#files"]
    assert metadata["Description-Content-Type"] == "text/markdown"
    description = metadata.get_payload()
    assert isinstance(description, str)
    targets = re.findall(r"\]\(([^)]*)\)", description)
    assert len(targets) == len(re.findall(r"\]\(", (ROOT / "README.md").read_text()))
    assert [each for each in targets if not each.startswith("https://")] == []
    named = {each.partition('"')[2].strip('"').partition("#")[0] for each in targets}
    [source] = built.glob("*.tar.gz")
    with tarfile.open(source) as files:
        there = {each.partition("/")[2] for each in files.getnames()}
    assert "docs/tutorials/first-call.md" in named
    assert named <= there


def test_the_wheel_has_two_packages_and_nothing_else(built: Path) -> None:
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = {each.partition("/")[0] for each in archive.namelist()}
    assert names == {"sipdomain", "mock_webhooks", "sipdomain-0.1.0.dist-info"}


def test_the_wheel_has_the_page_of_a_run(built: Path) -> None:
    [wheel] = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read("sipdomain/report/page/page.html").startswith(b"<!doctype html>")


def test_the_wheel_has_the_examples_and_all_that_they_name(python: str, tmp_path: Path) -> None:
    said = run(python, "-m", "sipdomain", "scenarios", "--copy", "mine", folder=tmp_path)
    assert said.endswith("  sipdomain run --net sim mine/scenarios\n  sipdomain run -n 4 mine/scenarios\n")
    copied = {str(each.relative_to(tmp_path / "mine")) for each in (tmp_path / "mine").rglob("*.*")}
    ours = {str(each.relative_to(ROOT)) for each in (ROOT / "scenarios").rglob("*.scenario.yaml")}
    assert {each for each in copied if each.endswith(".scenario.yaml")} == ours
    named = {
        name
        for each in (ROOT / "scenarios").rglob("*.scenario.yaml")
        for name in re.findall(r"\.\./\.\./(fixtures/[\w./-]+)", each.read_text("utf-8"))
    }
    assert named
    assert named <= copied
    played = run(
        python,
        "-m",
        "sipdomain",
        "run",
        "--net=sim",
        "--ladder=none",
        "mine/scenarios/phones",
        folder=tmp_path,
    )
    assert played.endswith("4 passed, 0 failed, 0 not run\n")


def test_what_init_writes_runs_at_once_and_as_tests(python: str, tmp_path: Path) -> None:
    said = run(
        python, "-m", "sipdomain", "init", "first", "--pytest", "--github", "--gitlab", folder=tmp_path
    )
    commands = [
        line.strip().partition("   ")[0] for line in said.partition("What next:")[2].splitlines() if line
    ]
    assert commands == ["cd first", "sipdomain run .", "sipdomain run . --net sim", "python -m pytest"]
    first = tmp_path / "first"
    played = run(python, "-m", "sipdomain", "run", ".", "--net", "sim", folder=first)
    assert played.endswith("2 passed, 0 failed, 0 not run\n")
    assert "POST /menu" in played
    tested = run(python, "-m", "pytest", "-p", "no:cacheprovider", folder=first)
    assert "3 passed" in tested


@pytest.mark.parametrize("is_package", [True, False])
def test_the_installed_package_works_beside_a_folder_harness(
    python: str, tmp_path: Path, is_package: bool
) -> None:
    (tmp_path / "harness").mkdir()
    (tmp_path / "harness" / "helpers.py").write_text('WHOSE = "ours"\n')
    if is_package:
        (tmp_path / "harness" / "__init__.py").write_text("")
    (tmp_path / "refused.scenario.yaml").write_text(SCENARIO)
    (tmp_path / "test_ours.py").write_text(TEST)
    assert run(python, "-m", "sipdomain", "--version", folder=tmp_path) == "sipdomain 0.1.0\n"
    printed = run(python, "-m", "pytest", "-v", "-p", "no:cacheprovider", folder=tmp_path)
    assert "refused.scenario.yaml::A wrong password is refused PASSED" in printed
    assert "test_ours.py::test_the_folder_is_our_own PASSED" in printed
    assert "2 passed" in printed


def test_a_folder_that_hides_the_application_is_named(python: str, tmp_path: Path) -> None:
    (tmp_path / "mock_webhooks").mkdir()
    (tmp_path / "mock_webhooks" / "__init__.py").write_text("raise RuntimeError")
    (tmp_path / "refused.scenario.yaml").write_text(SCENARIO)
    said = f"`import mock_webhooks` finds {tmp_path / 'mock_webhooks' / '__init__.py'}, not the application"
    played = ended(python, "-m", "sipdomain", "run", ".", folder=tmp_path)
    assert (played.returncode, played.stdout) == (2, "")
    assert played.stderr.startswith(f"error: {said}")
    collected = ended(python, "-m", "pytest", "-p", "no:cacheprovider", folder=tmp_path)
    assert (collected.returncode, said in collected.stdout, "Traceback" in collected.stdout) == (
        2,
        True,
        False,
    )
