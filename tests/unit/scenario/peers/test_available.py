"""A foreign phone that is not installed is told before a scenario plays, with the way to install it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.peers.available import lacking
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker

REGISTERS = Path(__file__).parents[4] / "fixtures" / "sipp" / "register.xml"
PLAYS_SIPP = f"""
scenario: SIPp calls
needs: [sipp]
given: {{domains: {{acme: {{voice: /voice}}}}, app: {{/voice: {{say: Hi}}}}}}
steps:
  - sipp: {{file: {REGISTERS}, to: sip:100@acme, user: alice}}
"""


def test_what_is_no_foreign_phone_is_not_looked_for() -> None:
    assert lacking(["live", "speech"]) == ""


@pytest.mark.parametrize(
    ("need", "said"),
    [
        ("sipp", "sipp is not installed (Debian: apt install sip-tester)"),
        ("baresip", "baresip is not installed (Debian: apt install baresip-core)"),
    ],
)
def test_what_is_missing_is_reported_with_its_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, need: str, said: str
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert lacking(["live", need]) == said


def test_a_scenario_whose_foreign_phone_is_missing_is_not_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    source = load_scenario_text(PLAYS_SIPP, "sipp.scenario.yaml")
    result = run_scenario(source, maker("live", speech=False), substrate="live", profile="documented")
    assert (result.outcome, result.reason) == (
        "not run", "sipp is not installed (Debian: apt install sip-tester)",
    )  # fmt: skip
