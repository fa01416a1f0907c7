"""A soft expectation that is not met lets the scenario go on; nothing makes a pass of it."""

from __future__ import annotations

import pytest

from sipdomain.scenario.keywords import expectation
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import run_scenario
from sipdomain.scenario.step import Judging
from sipdomain.scenario.steps import STEPS
from sipdomain.scenario.worlds import maker
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


REFUSED = """\
scenario: A call that is refused
given:
  access_lists: {office: [127.0.0.1]}
  domains: {acme: {calls: [office], voice: /voice}}
  app: {/voice: {reject: busy}}
  phones: {alice: {}, bob: {address: 127.0.0.2}}
steps:
  - dial: {to: sip:100@acme, phone: alice, name: it}
"""


@pytest.mark.parametrize(
    ("step", "path"),
    [
        ("rest: {get: Calls, body: {page: '7'}", "rest.body.page"),
        ("wait_until: {webhook: {path: /voice, times: 9}, within: 0.1", "wait_until.webhook"),
        ("answer: {phone: bob, name: other, within: 0.1", "answer"),
        ("wait_ringing: {phone: bob, name: other, within: 0.1", "wait_ringing"),
        ("press: {call: it, keys: '1'", "press"),
        ("turns: {call: it, rows: [{say: Hello}]", "turns"),
        ("hang_up: {call: it", "hang_up"),
    ],
)
def test_steps_that_judge_in_virtual_time_may_be_soft(step: str, path: str) -> None:
    text = f"{REFUSED}  - {step}, soft: true}}\n  - expect: {{call: it, status: completed}}\n"
    result = run_scenario(load_scenario_text(text), maker("sim"), substrate="sim")
    assert [each.path for each in result.mismatches] == [f"steps[1].{path}", "steps[2].expect.status"]


def test_steps_that_go_on_whatever_happens_have_nothing_to_be_soft_about() -> None:
    others = {name for name, step in STEPS.items() if not issubclass(step, Judging)}
    assert others == {"behave", "dial", "parallel", "register", "repeat", "request", "unregister"}


def test_a_change_of_the_cloud_judges_nothing() -> None:
    text = f"{REFUSED}  - behave: {{cloud: [{{status: {{code: 503}}}}]}}\n"
    (mismatch,) = run_scenario(load_scenario_text(text), maker("sim"), substrate="sim").mismatches
    assert mismatch.expected == "a step that says what must be seen: this would pass whatever happens"
