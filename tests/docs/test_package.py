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

from tests.docs.pages import blocks
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


EXTRAS = ("hibari", "scapy", "pjsua2", "baresip", "sipvicious", "atheris", "twilio")


def test_an_example_that_expects_a_signature_is_played_without_any_extra(python: str) -> None:
    hidden = f"import sys; sys.modules.update(dict.fromkeys({EXTRAS}))"
    started = "from sipdomain.__main__ import main; sys.argv = ['sipdomain', *sys.argv[1:]]; main()"
    example = "scenarios/gather/menu.scenario.yaml"
    assert "signed: true" in (ROOT / example).read_text("utf-8")
    said = run(python, "-c", f"{hidden}; {started}", "run", "--net=sim", "--ladder=none", example)
    assert said.endswith("1 passed, 0 failed, 0 not run\n")


@pytest.mark.timeout(300)
def test_the_tutorial_leads_from_an_empty_folder_to_a_failure_and_its_mending(
    python: str, tmp_path: Path
) -> None:
    """Each of its commands is carried out with the installed wheel, in its order, and what it shows is printed."""
    page = (ROOT / "docs" / "tutorials" / "first-project.md").read_text("utf-8")
    first = tmp_path / "first"
    done: dict[str, subprocess.CompletedProcess[str]] = {}

    def carry_out(*commands: str) -> None:
        for command in commands:
            words = command.removeprefix("python ").split()
            started = [python, *words] if command.startswith("python ") else [python, "-m", *words]
            extra = ["-p", "no:cacheprovider"] if "pytest" in words else []
            done[command] = ended(*started, *extra, folder=first if first.exists() else tmp_path)

    install, demo, project, virtual, fails, mended = blocks(page, "sh")
    assert install.splitlines()[1] == "python -m pip install 'sipdomain[speech]' pytest"
    carry_out(*demo.splitlines())
    init, cd, run_all = project.splitlines()
    assert cd == "cd first"
    carry_out(init)
    next_ones = [
        line.strip().partition("   ")[0] for line in done[init].stdout.partition("What next:")[2].splitlines()
    ]
    assert [each for each in next_ones if each] == [cd, run_all, virtual.strip(), "python -m pytest"]
    carry_out(run_all, *virtual.splitlines())
    [steps] = blocks(page, "yaml")
    assert (first / "menu.scenario.yaml").read_text("utf-8").endswith(steps)
    [scenario] = blocks(page, "yaml first-failure")
    (first / "support.scenario.yaml").write_text(scenario, "utf-8")
    carry_out(*fails.splitlines())
    failed = done[fails.strip()]
    assert failed.returncode == 1
    assert "INVITE as alice" in failed.stdout
    printed = [line.strip() for line in failed.stdout.splitlines()]
    [shown] = blocks(page, "text")
    assert [line for line in shown.splitlines() if line.strip() not in printed] == []
    [mend] = blocks(page, "python mend")
    before, _, after = (first / "app.py").read_text("utf-8").partition('@app.post("/menu")\n')
    (first / "app.py").write_text(before + mend + "\n\n@app" + after.partition("\n\n\n@app")[2], "utf-8")
    carry_out(*mended.splitlines())
    codes = {command: each.returncode for command, each in done.items() if each is not failed}
    assert codes == dict.fromkeys(codes, 0), "\n".join(each.stdout + each.stderr for each in done.values())
    assert done[run_all].stdout.endswith("2 passed, 0 failed, 0 not run\n")
    assert "POST /menu" in done[run_all].stdout
    assert done["sipdomain run . --net sim --last-failed"].stdout.endswith("1 passed, 0 failed, 0 not run\n")
    assert "4 passed" in done["python -m pytest"].stdout


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
