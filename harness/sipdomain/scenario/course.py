"""Carries out steps: one after another, or several at the same time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from sipdomain.errors import LocalProtocolError, SetupError
from sipdomain.scenario.filling import filled
from sipdomain.scenario.mismatch import ExpectationError, Mismatch, StepError
from sipdomain.scenario.stage import INSTANT, Stage
from sipdomain.scenario.step import OneStep, Place, Step, written
from sipdomain.scenario.world import Script, Until

CARRIED_OUT: Final = "a step that can be carried out"
"""What is expected of a step that cannot be carried out, in words."""
PLACED_WITHIN: Final = 5.0
"""How long a branch waits for a call that another one is to place, in seconds."""


def carried_out(steps: Sequence[tuple[Place, OneStep]], stage: Stage, above: str = "") -> Script[None]:
    """Carry out steps one after another, up to the first that fails.

    Args:
        steps: Each with its place below what they are in.
        stage: The scenario's state.
        above: What they are in, as in reports: `steps[3].parallel`.

    Raises:
        ExpectationError: One failed, or cannot be carried out.
    """
    for place, entry in steps:
        path = written((*place, entry.name), above)
        stage.under_way.append(path)
        if stage.comparison is not None:
            stage.comparison.begin(path)
        try:
            step = _timed(filled(entry.step, stage.memory.fill), stage.within)
            yield from _placed_elsewhere(step, stage)
            yield from step.run(stage, path)
        except ExpectationError as failure:
            unmet = failure.mismatches
            if not entry.step.branches_within():
                unmet = tuple(replace(each, near=(*each.near, *stage.remarks)) for each in unmet)
            if not getattr(entry.step, "soft", False) and stage.comparison is None:
                raise ExpectationError(*unmet) from None
            # It is kept for the end of the scenario, which goes on.
            stage.pass_over(unmet)
        except (StepError, SetupError, LocalProtocolError) as error:
            raise ExpectationError(Mismatch(path, CARRIED_OUT, str(error), stage.remarks)) from None
        finally:
            stage.under_way.remove(path)


def together(scripts: Sequence[Script[None]], now: Callable[[], float]) -> Script[None]:
    """Run scripts at the same time, until all have ended or one raises; the others are then closed.

    Args:
        scripts: Of those that can go on at the same moment, the first does so first.
        now: The moment, in seconds.
    """
    waits: dict[int, tuple[Until, float]] = {}

    def resume(number: int, *, held: bool | None) -> None:
        try:
            until = next(scripts[number]) if held is None else scripts[number].send(held)
            waits[number] = until, now() + until.within
        except StopIteration:
            waits.pop(number, None)

    try:
        for number in range(len(scripts)):
            resume(number, held=None)
        while waits:
            limit = min(deadline for _, deadline in waits.values())
            yield Until(partial(_any_holds, [until for until, _ in waits.values()]), max(0.0, limit - now()))
            for number, (until, deadline) in sorted(waits.items()):
                held = until.condition()
                if held or deadline - now() <= INSTANT:
                    resume(number, held=held)
    finally:
        for script in scripts:
            script.close()


def _any_holds(waits: Sequence[Until]) -> bool:
    return any(each.condition() for each in waits)


def _timed(step: Step, within: float | None) -> Step:
    """Return a step that waits as long as the scenario says, where it says nothing itself."""
    waits = within is not None and "within" in type(step).model_fields
    return (
        step.model_copy(update={"within": within})
        if waits and "within" not in step.model_fields_set
        else step
    )


def _placed_elsewhere(step: Step, stage: Stage) -> Script[None]:
    """Wait until another branch has placed the calls that a step names."""
    names = {name for field in ("call", "replaces") if (name := getattr(step, field, None))}
    if stage.is_branch and not names <= stage.calls.keys():
        yield Until(lambda: names <= stage.calls.keys(), getattr(step, "within", PLACED_WITHIN))
