"""A whole call in virtual time fails its expectation, and the report says what explains it."""

from __future__ import annotations

import pytest

from sipdomain.report.failure import failure
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.worlds import maker

APOLOGY = "We're sorry, an application error has occurred. Goodbye."


HEAD = """
scenario: A call that fails its expectation
given:
  access_lists: {office: [127.0.0.1]}
  domains: {acme: {calls: [office], voice: /voice}}
  app: {/voice: {say: Welcome}}
  phones: {pbx: {}}
steps:
  - dial: sip:100@acme
"""


def said_in(expected: str) -> list[str]:
    """Play a call whose expectation is not met and return the transcript that the failure shows, if any."""
    source = load_scenario_text(f"{HEAD}  - expect: {expected}\n")
    result = run_scenario(source, maker("sim"), substrate="sim")
    assert result.outcome == "failed"
    _, found, rest = failure(result).partition("what was said in call:\n")
    return rest.partition("\n\n")[0].splitlines() if found else []


@pytest.mark.parametrize(
    "expected", ["{heard: {say: Hello}}", "{said: Hello}", "{unheard: {say: Welcome}}", '{pressed: "1"}']
)
def test_a_failure_of_what_was_heard_shows_what_was_said(expected: str) -> None:
    lines = said_in(expected)
    assert lines[1] == "      0.000 s  emulator says “Welcome” (0.5 s)"
    assert lines[-1] == "      0.000 s  Say Welcome  (line 2, of http://127.0.0.1:5000/voice)"


def test_another_failure_shows_no_transcript() -> None:
    assert said_in("{verbs: [Play]}") == []


def why(app: str, expected: str, dial: str = "sip:100@acme") -> list[str]:
    """Play a call whose expectation is not met and return the lines after "why the emulator decided so"."""
    source = load_scenario_text(
        f"""
scenario: A call that fails its expectation
given:
  credential_lists: {{staff: {{alice: Correct-Horse-42}}}}
  domains: {{acme: {{calls: [staff], voice: /voice, status: /status}}}}
  app: {{/voice: {app}, /status: {{status: 204}}}}
  phones: {{alice: {{}}}}
steps:
  - dial: {dial}
  - expect: {expected}
"""
    )
    result = run_scenario(source, maker("sim"), substrate="sim")
    assert result.outcome == "failed"
    _, found, rest = failure(result).partition("why the emulator decided so:\n")
    return rest.partition("\n\n")[0].splitlines() if found else []


@pytest.mark.parametrize(
    "expected",
    [
        "{heard: {say: Welcome to Acme}, within: 10}", "{responses: [100, 407, 486], within: 30}",
        "{verbs: [Say], within: 30}", "{alerts: [], within: 30}", "{webhooks: 2, within: 30}",
    ],
)  # fmt: skip
def test_a_webhook_that_fails_is_what_explains(expected: str) -> None:
    assert why("{status: 500}", expected) == [
        "  error 11200: http://127.0.0.1:5000/voice: HTTP status 500",
        f"  said without a document: {APOLOGY}",
    ]


def test_an_application_that_refuses_a_signature_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWILIO_AUTH_TOKEN", raising=False)
    lines = why("{status: 403}", "{heard: {say: Welcome to Acme}, within: 10}")
    assert lines[0] == "  signature: noted refused-by-the-application, rule signature"
    assert lines[1].startswith(
        "    got     POST http://127.0.0.1:5000/voice by the development token, over the URL and "
    )
    assert lines[2].startswith("    wanted  match: http://127.0.0.1:5000/voice; no match: by https (")
    assert lines[3].startswith(
        "    fix     most likely another token: give the application the development token; "
    )
    assert lines[4] == "  error 11200: http://127.0.0.1:5000/voice: HTTP status 403"


def test_a_wrong_password_is_what_explains() -> None:
    lines = why(
        "{say: Welcome}", "{answered: true, within: 5}", "{to: sip:100@acme, password: Wrong-Horse-42}"
    )
    assert lines[0] == "  credentials: refused bad-credentials (32202), rule bad-credentials"


def test_what_went_well_explains_nothing() -> None:
    assert why("{say: Welcome}", "{webhook: /greeting, within: 1}") == []
