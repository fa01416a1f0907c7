"""Branches run at the same time: all must pass, each has its own latest call, and the seed draws who is first."""

from __future__ import annotations

import pytest

from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.worlds import maker
from tests.unit.scenario.paper import PaperCall, PaperWorld, good_call, play

HEAD = "scenario: Two at once\ngiven: {phones: {a: {}, b: {}}}\nsteps:\n"
TWO = f"""{HEAD}
  - parallel:
      - - dial: {{name: one, phone: a, to: "sip:1@acme"}}
        - expect: {{answered: true}}
        - hang_up:
      - - dial: {{name: two, phone: b, to: "sip:2@acme"}}
        - expect: {{answered: true}}
        - hang_up:
"""


def test_branches_run_at_the_same_time_and_each_means_its_own_call() -> None:
    result, world = play(TWO, good_call)
    assert result.outcome == "passed", result.mismatches
    # One after the other would take twice as long.
    assert [(each.ended_at, each.ended_by) for each in world.calls] == [(100.2, "us"), (100.2, "us")]


def test_the_seed_draws_which_branch_is_first() -> None:
    def first(seed: int) -> str:
        dialled: list[str] = []

        def make(*_: object, **__: object) -> PaperWorld:
            world = PaperWorld("documented", good_call)
            dialled.append("")
            world.dialled = dialled
            return world

        run_scenario(load_scenario_text(TWO), make, substrate="sim", seed=seed)
        return str(dialled[1][0])

    firsts = [first(seed) for seed in range(8)]
    assert firsts == [first(seed) for seed in range(8)]
    assert set(firsts) == {"sip:1@acme.sip.twilio.com", "sip:2@acme.sip.twilio.com"}


def test_the_first_branch_that_fails_ends_all_and_is_named() -> None:
    result, world = play(
        f"""{HEAD}
  - parallel:
      - - dial: {{name: one, phone: a, to: "sip:1@acme"}}
        - expect: {{status: completed, within: 60}}
      - - dial: {{name: two, phone: b, to: "sip:2@acme"}}
        - expect: {{responses: [100, 404]}}
  - hang_up: one
""",
        good_call,
    )
    assert [(each.path, each.near[-1]) for each in result.mismatches] == [
        ("steps[0].parallel[1][1].expect.responses", "in branch 2 of 2")
    ]
    where = result.mismatches[0].where
    assert where is not None
    assert (where.line, where.column) == (9, 20)
    # Hung up at the end, and not by the first branch, which was waiting for the end of its call.
    assert [each.ended_by for each in world.calls] == ["them", "them"]


def test_a_step_that_cannot_be_carried_out_is_named_with_its_branch() -> None:
    result, _ = play(
        f"""{HEAD}
  - parallel:
      - dial: {{name: one, phone: a, to: "sip:1@acme"}}
      - [{{hang_up: {{call: one, within: 1}}}}, {{dial: {{name: two, phone: b, to: "sip:2@acme"}}}}]
"""
    )
    assert [(each.path, each.got, each.near) for each in result.mismatches] == [
        ("steps[0].parallel[1][0].hang_up", "trying", ("in branch 2 of 2",))
    ]


def test_what_a_soft_expectation_finds_is_named_with_its_branch_and_round() -> None:
    result, _ = play(
        f"""{HEAD}
  - repeat:
      times: 2
      steps:
        - parallel:
            - dial: {{name: "one-${{index}}", phone: a, to: "sip:1@acme"}}
            - - dial: {{name: "two-${{index}}", phone: b, to: "sip:2@acme"}}
              - expect: {{answered: false, soft: true}}
""",
        good_call,
    )
    path = "steps[0].repeat.steps[0].parallel[1][1].expect.answered"
    assert [(each.path, each.near[-2:]) for each in result.mismatches] == [
        (path, ("in branch 2 of 2", "in round 1")),
        (path, ("in branch 2 of 2", "in round 2")),
    ]


def test_a_call_that_another_branch_places_is_waited_for() -> None:
    text = f"""{HEAD}
  - parallel:
      - - dial: {{name: first, phone: a, to: "sip:1@acme"}}
        - expect: {{answered: true}}
        - dial: {{name: late, phone: a, to: "sip:2@acme"}}
      - - expect: {{call: late, answered: true}}
        - hang_up: late
"""
    result, world = play(text, good_call)
    assert result.outcome == "passed", result.mismatches
    assert world.calls[1].ended_by == "us"


def test_a_call_of_an_unfinished_branch_is_not_the_latest_of_another() -> None:
    def stays(world: PaperWorld, call: PaperCall) -> None:
        def answer() -> None:
            call.state, call.answered_at = "answered", world.now()

        world.after(0.2, answer)

    result, world = play(
        f"""{HEAD}
  - dial: {{name: before, phone: a, to: "sip:0@acme"}}
  - parallel:
      - dial: {{name: other, phone: b, to: "sip:1@acme"}}
      - [{{expect: {{answered: true}}}}, {{hang_up: }}]
""",
        stays,
    )
    assert result.outcome == "passed", result.mismatches
    # The other one stood until the scenario's end.
    assert [each.ended_at for each in world.calls] == [pytest.approx(100.2), pytest.approx(102.2)]


def test_branches_within_branches_have_calls_of_their_own() -> None:
    text = f"""{HEAD}
  - parallel:
      - parallel:
          - [{{dial: {{name: one, phone: a, to: "sip:1@acme"}}}}, {{hang_up: }}]
          - [{{dial: {{name: two, phone: b, to: "sip:2@acme"}}}}, {{hang_up: }}]
      - [{{dial: {{name: three, phone: b, to: "sip:3@acme"}}}}, {{hang_up: }}]
  - dial: {{name: last, phone: a, to: "sip:4@acme"}}
  - hang_up:
"""
    result, world = play(text, good_call)
    assert result.outcome == "passed", result.mismatches
    assert [each.ended_by for each in world.calls] == ["us"] * 4


def in_virtual_time(seed: int) -> Result:
    text = TWO.replace(
        "given: {phones",
        "given: {access_lists: {here: [127.0.0.1]}, domains: {acme: {calls: [here], voice: /voice}},"
        " app: {/voice: {say: Welcome}}, phones",
    )
    return run_scenario(load_scenario_text(text), maker("sim", speech=False), substrate="sim", seed=seed)


def test_in_virtual_time_branches_repeat_themselves_to_the_byte() -> None:
    result = in_virtual_time(3)
    assert result.outcome == "passed", result.mismatches
    assert result.entries == in_virtual_time(3).entries
