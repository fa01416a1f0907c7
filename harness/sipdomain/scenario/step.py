"""What every step of a scenario is: checked values, and a generator that carries them out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from pydantic import ConfigDict, Field, model_validator

from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import Strict
from sipdomain.scenario.world import Script

Place = tuple[str | int, ...]
"""The way to something in a file: keys of mappings, and numbers of entries."""


class Step(Strict, ABC):
    """One step.

    Attributes:
        shorthand: The field that a bare text stands for: `hang_up: right` is `hang_up: {call: right}`.
        listed: The field that a bare list stands for.
    """

    shorthand: ClassVar[str] = ""
    listed: ClassVar[str] = ""

    def branches_within(self) -> list[list[tuple[Place, OneStep]]]:
        """Return the steps within this one, by branch, each with its place below this one's."""
        return []

    @model_validator(mode="before")
    @classmethod
    def _from_shorthand(cls, value: Any) -> Any:
        if isinstance(value, str):
            if value == "":
                return {}
            if cls.shorthand:
                return {cls.shorthand: value}
        if isinstance(value, list) and cls.listed:
            return {cls.listed: value}
        return value

    @abstractmethod
    def run(self, stage: Stage, path: str) -> Script[None]:
        """Carry the step out.

        Args:
            stage: The scenario's state.
            path: The step's name in reports, such as `steps[3].expect`.

        Raises:
            ExpectationError: Something else came than was expected.
            StepError: The step cannot be carried out.
        """

    def names_saved(self) -> Iterator[tuple[str, ...]]:
        """Yield the place, below the step, of each name that it remembers something by; the last word is the name."""
        yield from ()


class Judging(Step):
    """A step that fails where something is otherwise than it says."""

    soft: bool = Field(
        default=False,
        description="Whether the scenario goes on when this is not met; it fails at its end all the same.",
    )


class OneStep(Strict):
    """A step as written: one key that names it, and its values."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    @model_validator(mode="after")
    def _is_one(self) -> OneStep:
        if len(self.model_fields_set) != 1:
            raise ValueError("one step an entry; begin the next one with `-`")
        return self

    @property
    def name(self) -> str:
        """The step's word, such as `dial`."""
        return next(iter(self.model_fields_set))

    @property
    def step(self) -> Step:
        """The step itself."""
        step: Step = getattr(self, self.name)
        return step


def numbered(steps: Sequence[OneStep]) -> list[tuple[Place, OneStep]]:
    """Return steps below the key `steps`, each with its place."""
    return [(("steps", number), each) for number, each in enumerate(steps)]


def walk(steps: Sequence[OneStep]) -> Iterator[tuple[Place, OneStep]]:
    """Yield the steps of a scenario in the order written, those within others too, each with its place in the file."""
    return _below((), numbered(steps))


def _below(above: Place, entries: Sequence[tuple[Place, OneStep]]) -> Iterator[tuple[Place, OneStep]]:
    for place, entry in entries:
        here = (*above, *place, entry.name)
        yield here, entry
        for branch in entry.step.branches_within():
            yield from _below(here, branch)


def written(place: Place, above: str = "") -> str:
    """Return a place as reports write it: `steps[3].expect`."""
    for each in place:
        above += f"[{each}]" if isinstance(each, int) else f".{each}" if above else each
    return above
