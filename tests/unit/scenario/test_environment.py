"""`${env.NAME}` stands for a value of the environment; secrets among them are masked."""

from __future__ import annotations

import pytest

from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker
from tests.unit.scenario.paper import good_call, play

TEXT = """\
scenario: Call ${env.FLOW_EXTENSION:-100}
given:
  credential_lists: {staff: {alice: "${env.FLOW_LOGIN}"}}
  phones: {alice: {}}
steps:
  - dial: {to: "sip:${env.FLOW_EXTENSION:-100}@acme", headers: [[X-Token, "${env.FLOW_TOKEN:-none}"]]}
"""


def test_values_of_the_environment_stand_in_what_is_given_and_in_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FLOW_LOGIN", "Correct-Horse-42")
    monkeypatch.setenv("FLOW_EXTENSION", "200")
    result, world = play(TEXT, good_call)
    assert result.title == "Call 200"
    assert world.dialled[0][:2] == ("sip:200@acme.sip.twilio.com", (("X-Token", "none"),))


def test_a_default_stands_for_what_is_unset_or_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOW_LOGIN", "Correct-Horse-42")
    monkeypatch.setenv("FLOW_EXTENSION", "")
    assert play(TEXT, good_call)[0].title == "Call 100"


def test_what_stands_in_a_password_or_is_named_as_one_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOW_LOGIN", "Correct-Horse-42")
    monkeypatch.setenv("FLOW_TOKEN", "Bearer-7")
    monkeypatch.setenv("FLOW_EXTENSION", "200")
    result, _ = play(TEXT, good_call)
    assert result.secrets == {"Correct-Horse-42", "Bearer-7"}


def test_a_call_is_placed_with_a_password_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLOW_LOGIN", "Correct-Horse-42")
    text = TEXT.replace(
        "  phones:", "  domains: {acme: {calls: [staff], voice: /v}}\n  app: {/v: {hangup: }}\n  phones:"
    )
    source = load_scenario_text(f"{text}  - expect: {{challenged: 407, status: completed}}\n")
    result = run_scenario(source, maker("sim", speech=False), substrate="sim")
    assert result.outcome == "passed", result.mismatches
