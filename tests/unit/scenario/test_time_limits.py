"""A scenario ends in time: it says how long all of it may take, and how long its steps wait."""

from __future__ import annotations

from tests.unit.scenario.paper import good_call, play

STEPS = "given: {phones: {a: {}, b: {}}}\nsteps:\n  - dial: {phone: a, to: sip:1@acme}\n"


def test_a_scenario_that_takes_too_long_names_the_step_it_hung_in() -> None:
    result, world = play(
        f"scenario: Slow\ntimeout: 3\n{STEPS}  - expect: {{status: completed, within: 60}}\n"
    )
    assert [(each.path, each.expected, each.got) for each in result.mismatches] == [
        ("steps[1].expect", "the scenario to end within 3 s", "this step was still under way")
    ]
    where = result.mismatches[0].where
    assert where is not None
    assert (where.line, where.column) == (6, 5)
    assert 103 <= world.now() < 108


def test_each_branch_that_hung_is_named() -> None:
    text = f"""scenario: Slow
timeout: 1
{STEPS}
  - parallel:
      - expect: {{status: completed, within: 60}}
      - - expect: {{answered: true}}
        - expect: {{callbacks: [completed], within: 60}}
"""
    result, _ = play(text, good_call)
    assert [each.path for each in result.mismatches] == [
        "steps[1].parallel[0].expect",
        "steps[1].parallel[1][1].expect",
    ]


def test_what_ends_in_time_passes() -> None:
    result, _ = play(f"scenario: Quick\ntimeout: 3\n{STEPS}  - expect: {{status: completed}}\n", good_call)
    assert result.outcome == "passed", result.mismatches


def test_steps_that_say_nothing_wait_as_long_as_the_scenario_says() -> None:
    tail = "  - expect: {status: completed}\n"
    result, world = play(f"scenario: Slow\nwithin: 30\n{STEPS}{tail}")
    assert world.now() >= 130
    assert result.mismatches[0].near[-1] == "the call was not over after 30 s; raise `within`"


def test_a_step_that_says_how_long_it_waits_is_not_overruled() -> None:
    result, _ = play(f"scenario: Slow\nwithin: 30\n{STEPS}  - expect: {{status: completed, within: 1}}\n")
    assert result.mismatches[0].near[-1] == "the call was not over after 1 s; raise `within`"
