"""A soft expectation that is not met lets the scenario go on; nothing makes a pass of it."""

from __future__ import annotations

import pytest

from sipdomain.scenario.keywords import expectation
from tests.unit.scenario.paper import good_call, play

HEAD = "scenario: Soft\ngiven: {phones: {alice: {}}}\nsteps:\n  - dial: sip:100@acme\n"


def test_the_scenario_goes_on_and_fails_at_its_end_with_all_that_was_not_met() -> None:
    result, _ = play(
        f"{HEAD}  - expect: {{verbs: [Hangup], soft: true}}\n"
        "  - expect: {status: busy, soft: true}\n"
        "  - expect: {status: completed}\n"
        "  - expect: {ended_by: phone}\n"
        "  - expect: {alerts: [11200]}\n",
        good_call,
    )
    assert result.outcome == "failed"
    assert [(each.path, each.where and each.where.line) for each in result.mismatches] == [
        ("steps[1].expect.verbs", 5),
        ("steps[2].expect.status", 6),
        ("steps[4].expect.ended_by", 8),
    ]


def test_a_soft_expectation_that_fails_last_fails_the_scenario() -> None:
    result, _ = play(f"{HEAD}  - expect: {{status: busy, soft: true}}\n", good_call)
    assert (result.outcome, len(result.mismatches)) == ("failed", 1)


def test_one_that_is_met_passes() -> None:
    result, _ = play(f"{HEAD}  - expect: {{status: completed, soft: true}}\n", good_call)
    assert result.outcome == "passed"


def test_what_was_not_met_in_a_round_says_in_which() -> None:
    result, _ = play(
        "scenario: Soft\ngiven: {phones: {alice: {}}}\nsteps:\n"
        "  - repeat: {times: 2, steps: [{dial: sip:100@acme}, {expect: {status: busy, soft: true}}]}\n",
        good_call,
    )
    assert [each.near[-1] for each in result.mismatches] == ["in round 1", "in round 2"]


def test_what_it_was_to_save_is_not_known() -> None:
    result, _ = play(
        f"{HEAD}  - expect: {{webhook: /other, save: {{sid: parameters.CallSid}}, soft: true}}\n"
        "  - dial: sip:${sid}@acme\n",
        good_call,
    )
    assert [each.path for each in result.mismatches] == ["steps[1].expect.webhook", "steps[2].dial"]


def test_a_test_in_python_has_no_soft_expectations() -> None:
    with pytest.raises(ValueError, match="`soft` is not a word here"):
        expectation({"status": "busy", "soft": True})
