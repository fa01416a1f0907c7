"""The documentation leads somewhere, and is runnable where it shows a file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from sipdomain.runtime.files.application_file import load_application
from sipdomain.runtime.files.config_file import ConfigurationFile
from sipdomain.runtime.files.yaml_file import load_text
from sipdomain.runtime.worlds.app_server import AppServer
from sipdomain.scenario.loader import load_scenario
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker
from sipdomain.twilio.fidelity.profile import PROFILES
from tests.docs.pages import PAGES, anchors, blocks, links, prose
from tests.docs.tables import DOCS
from tests.integration.program import ended
from tests.integration.served import served, webhooks

LINKS = [(page, link) for page in PAGES for link in links(page.read_text("utf-8"))]
SCENARIOS = [(page, text) for page in PAGES for text in blocks(page.read_text("utf-8"), "yaml scenario")]


@pytest.mark.parametrize(("page", "link"), LINKS, ids=lambda value: getattr(value, "name", value))
def test_a_link_leads_somewhere(page: Path, link: str) -> None:
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    assert target.is_file()
    assert not anchor or anchor in anchors(target.read_text("utf-8"))


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.name)
def test_the_index_leads_to_every_page(page: Path) -> None:
    index = DOCS / "index.md"
    known = {(DOCS / link.partition("#")[0]).resolve() for link in links(index.read_text("utf-8"))}
    assert page == index or page in known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_one_title_and_no_placeholder(page: Path) -> None:
    text = prose(page.read_text("utf-8"))
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1
    assert not re.search(r"TODO|TBD|coming soon|simply", text, re.IGNORECASE)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    ("page", "text"), SCENARIOS, ids=[f"{page.stem}-{n}" for n, (page, _) in enumerate(SCENARIOS)]
)
def test_a_scenario_on_a_page_passes(page: Path, text: str, profile: str, tmp_path: Path) -> None:
    file = tmp_path / f"{page.stem}.scenario.yaml"
    file.write_text(text, "utf-8")
    result = run_scenario(load_scenario(file), maker("sim"), substrate="sim", profile=PROFILES[profile].name)
    assert result.outcome == "passed", result.mismatches


def test_the_configuration_on_a_page_can_be_served(tmp_path: Path) -> None:
    (text,) = blocks(
        (DOCS / "how-to" / "configure-domains-in-yaml.md").read_text("utf-8"), "yaml configuration"
    )
    assert set(yaml.safe_load(text)["domains"]) == set(
        ConfigurationFile(load_text(text, "page")).configuration.domains
    )
    file = tmp_path / "domains.yaml"
    file.write_text(text, "utf-8")
    with served("--no-speech", "--config", str(file)) as emulator:
        assert emulator.stop() == 0


def test_the_numbering_plan_on_a_page_can_be_read() -> None:
    (text,) = blocks((DOCS / "reference" / "numbers.md").read_text("utf-8"), "yaml configuration")
    plan = ConfigurationFile(load_text(text, "page")).configuration
    assert (plan.numbers["+15551230002"].outcome, plan.clients["carol"].then[0].play) == (
        "busy",
        "http://127.0.0.1:5000/hello.wav",
    )


def test_the_pytest_example_for_ci_passes(pytester: pytest.Pytester) -> None:
    (example,) = blocks((DOCS / "how-to" / "run-in-ci.md").read_text("utf-8"), "python")
    pytester.makepyfile(example)
    pytester.runpytest_inprocess().assert_outcomes(passed=1)


MENU = """\
from flask import Flask, request

app = Flask(__name__)

@app.post("/voice")
def voice():
    return "<Response><Gather numDigits='1' action='/menu'><Say>Press one for sales</Say></Gather></Response>", {
        "Content-Type": "text/xml"
    }

@app.post("/menu")
def menu():
    words = "Sales will be with you soon" if request.form["Digits"] == "1" else "No"
    return f"<Response><Say>{words}</Say></Response>", {"Content-Type": "text/xml"}
"""


def test_an_application_elsewhere_is_called_without_a_softphone(tmp_path: Path) -> None:
    """The guide's call and its scenario, with an application that is as it says."""
    page = (DOCS / "how-to" / "call-without-a-softphone.md").read_text("utf-8")
    (tmp_path / "menu.py").write_text(MENU)
    server = AppServer(load_application(tmp_path / "menu.py"))
    try:
        commands = [line for block in blocks(page, "sh") for line in block.splitlines()]
        assert [each.split()[1] for each in commands] == ["call", "run", "run"]
        (scenario,) = blocks(page, "yaml own-url")
        file = tmp_path / "menu.scenario.yaml"
        file.write_text(scenario.replace("http://127.0.0.1:5000", server.url), "utf-8")
        called = ended(
            *commands[0].replace("http://127.0.0.1:5000", server.url).split()[1:],
            "--no-speech",
            folder=tmp_path,
        )
        played = ended(*commands[1].split()[1:], "--no-speech", folder=tmp_path)
    finally:
        server.close()
    assert called.returncode == 0, called.stdout
    assert "Sales will be with you soon" in called.stdout
    assert (tmp_path / "heard.wav").is_file()
    assert (played.returncode, played.stdout.splitlines()[-1]) == (0, "1 passed, 0 failed, 0 not run"), (
        played.stdout
    )


def test_the_first_call_of_the_tutorial_is_printed_as_it_says() -> None:
    tutorial = (DOCS / "tutorials" / "first-call.md").read_text("utf-8")
    with webhooks({}) as (app, _):
        arguments = ["--voice-url", f"{app}/greeting", "--user", "alice", "--password", "Correct-Horse-42"]
        with served(*arguments) as emulator:
            assert emulator.process.stderr is not None
            emulator.process.terminate()
            told = emulator.process.stderr.read()
    changing = re.compile(r"127\.0\.0\.1:\d+|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}|\d+\.\d{3}(?= s in)")
    shown = blocks(tutorial, "text")[0].splitlines()
    for line in shown[1:]:
        assert changing.sub("X", line) in changing.sub("X", told).splitlines()
