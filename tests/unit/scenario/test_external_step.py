"""Another program's exit code and output are its verdict."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest

from tests.unit.scenario.paper import PaperWorld, play


class HastyWorld(PaperWorld):
    """Waits for real processes: its clock stands still until a condition holds."""

    def wait(self, condition: Callable[[], bool], within: float) -> bool:
        while not condition():
            assert within > 0
        return True


def run(expected: str, program: str) -> list[tuple[str, str, str]]:
    command = json.dumps([sys.executable, "-c", program])
    text = f"scenario: Other program\nsteps:\n  - external: {{command: {command}, {expected}}}\n"
    result, _ = play(text, world=HastyWorld)
    return [(each.path, each.expected, each.got) for each in result.mismatches]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("expected", "program", "mismatches"),
    [
        ("exit_code: 0", "pass", []),
        ("exit_code: 3", "raise SystemExit(3)", []),
        ("exit_code: 0", "raise SystemExit(3)", [("steps[0].external.exit_code", "0", "3")]),
        ("output: hello", "print('well')\\nprint('hello')", []),
        ("output: hello", "print('hell')", [("steps[0].external.output", "hello", "no such line")]),
        ("output: '127.0.0.1:5060'", "print('${sip}')", []),
    ],
)
def test_exit_code_and_output_are_compared(
    expected: str, program: str, mismatches: list[tuple[str, str, str]]
) -> None:
    assert run(expected, program.replace("\\n", "\n")) == mismatches


@pytest.mark.timeout(20)
def test_a_scenario_goes_on_after_a_program_whose_verdict_is_soft() -> None:
    result, _ = play(
        "scenario: Other program\nsteps:\n"
        "  - external: {command: [/bin/false], soft: true}\n"
        "  - external: {command: [/bin/false]}\n",
        world=HastyWorld,
    )
    assert [each.path for each in result.mismatches] == [
        "steps[0].external.exit_code",
        "steps[1].external.exit_code",
    ]


def test_a_program_whose_name_is_known_only_when_it_runs_fails_the_step() -> None:
    result, _ = play("scenario: None\nsteps: [{external: {command: ['./no-such-program-${sip}']}}]\n")
    assert result.mismatches[0].got.startswith("cannot start ./no-such-program-127.0.0.1:")
