"""The reference is complete where the code has a registry."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable

import pytest

from mock_webhooks.flows import FLOWS
from sipdomain.cli import COMMANDS
from sipdomain.qa.drivers.command import NAMES
from sipdomain.scenario.given import Given
from sipdomain.scenario.loader import load_scenario
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.steps import STEPS
from sipdomain.scenario.steps.expect import Expect
from sipdomain.scenario.worlds import maker
from sipdomain.twilio.admission.admission import REFUSALS
from sipdomain.twilio.fidelity.profile import PROFILES
from sipdomain.twilio.methods import HANDLERS
from sipdomain.twiml.verbs import NOT_EMULATED, VERBS
from tests.docs.caps import caps, spelled
from tests.docs.command_line import options
from tests.docs.pages import PAGES, ROOT
from tests.docs.tables import DOCS, TABLES, codes, operations, outdated, used
from tests.integration.served import served


def reference(name: str) -> str:
    return (DOCS / "reference" / f"{name}.md").read_text("utf-8")


def test_the_tables_are_up_to_date() -> None:
    assert [page.name for page in outdated()] == [], "run: python -m tests.docs.tables"


def test_every_table_stands_on_a_page() -> None:
    assert used() == set(TABLES)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        pytest.param("twiml", lambda: [f"`<{name}>`" for name in (*VERBS, *NOT_EMULATED)], id="verbs"),
        pytest.param(
            "twiml",
            lambda: [f"`{a.name}`" for verb in VERBS.values() for a in verb.attributes or ()],
            id="attributes",
        ),
        pytest.param("sip", lambda: [f"`{name}`" for name in HANDLERS], id="methods"),
        pytest.param("scenario-file", lambda: [f"### `{name}`" for name in STEPS], id="steps"),
        pytest.param(
            "scenario-file", lambda: [f"| `{name}` |" for name in Expect.model_fields], id="expectations"
        ),
        pytest.param("scenario-file", lambda: [f"| `{name}` |" for name in Given.model_fields], id="given"),
        pytest.param("rest", lambda: [f"`{path}`" for path, _ in operations()], id="resources"),
        pytest.param("cli", lambda: [f"## `sipdomain {name}`" for name in COMMANDS], id="commands"),
        pytest.param(
            "cli",
            lambda: [f"`{flag}`" for name in COMMANDS for each in options(name) for flag in each.flags],
            id="options",
        ),
        pytest.param(
            "mock-webhooks", lambda: [f"`{path}`" for flow in FLOWS for path in flow.routes], id="flows"
        ),
        pytest.param("errors", lambda: [f"`{symbol}`" for symbol in REFUSALS], id="refusals"),
        pytest.param("errors", lambda: [f"[{code}]" for code in codes()], id="codes"),
        pytest.param("limits", lambda: [f"`{each.where}`" for each in caps()], id="caps"),
    ],
)
def test_a_registry_is_documented_in_full(page: str, words: Callable[[], list[str]]) -> None:
    text = reference(page)
    found = words()
    assert found
    assert [word for word in found if word not in text] == []


def test_the_limits_written_by_hand_are_those_of_the_code() -> None:
    known = {each.where: spelled(each.value) for each in caps()}
    by_hand = reference("limits").partition("## All of them")[0]
    told = re.findall(r"^\| [^|]+ \| ([\d,]+(?: s)?) \|.* `([\w.]+(?:\(.*\))?)` \|$", by_hand, re.MULTILINE)
    assert len(told) > 30
    assert [(where, most) for most, where in told if known.get(where) != most] == []


@pytest.mark.parametrize("profile", PROFILES)
def test_the_parameters_of_a_call_are_documented(profile: str) -> None:
    scenario = ROOT / "scenarios" / "progress" / "status-callbacks.scenario.yaml"
    asked = run_scenario(
        load_scenario(scenario), maker("sim"), substrate="sim", profile=PROFILES[profile].name
    ).entries
    names = {
        name
        for entry in asked
        for name, _ in getattr(entry, "parameters", ())
        if not name.startswith("SipHeader_")
    }
    assert {"CallSid", "SequenceNumber", "CallDuration"} <= names
    assert [name for name in sorted(names) if f"`{name}`" not in reference("webhook-parameters")] == []


def test_the_flags_that_pages_name_exist() -> None:
    """A guide names the option of the report that it adds."""
    known = {name: {flag for each in options(name) for flag in each.flags} for name in COMMANDS}
    for page in PAGES:
        text = page.read_text("utf-8")
        added = set(re.findall(r'^\s*\+\s+"([a-z-]+)": \w+\.REPORT,$', text, re.MULTILINE))
        for line in text.splitlines():
            for name, rest in re.findall(r"sipdomain (\w+)( [^`|&]*)", line):
                if name in known:
                    shown = set(re.findall(r"(?<= )--[a-z-]+", rest))
                    assert shown - {f"--{report}" for report in added} <= known[name], (page.name, line)


def test_the_control_api_is_documented_in_full() -> None:
    with served("--no-speech") as emulator:
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{emulator.http}/_sipdomain/nothing")
        names = json.loads(refused.value.read())["names"]
    text = reference("control-api")
    assert [name for name in names if f"/_sipdomain/{name}" not in text] == []


def test_all_that_a_command_of_qa_has_filled_in_is_documented() -> None:
    page = (DOCS / "reference/qa.md").read_text("utf-8")
    assert [name for name in NAMES if f"`{{{name}}}`" not in page] == []
