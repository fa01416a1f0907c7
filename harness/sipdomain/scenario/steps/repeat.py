"""Do the same several times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import Field

from sipdomain.scenario.course import carried_out
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import OneStep, Place, Step, numbered
from sipdomain.scenario.world import Script

if TYPE_CHECKING:
    from sipdomain.scenario.step import OneStep as AnyStep

MOST_TIMES: Final = 1_000
INDEX: Final = "${index}"


class Repeat(Step):
    """Do the same several times, one after another; `${index}` counts from 1 within it."""

    times: int = Field(ge=1, le=MOST_TIMES, description="How often.", examples=[3])
    steps: list[AnyStep] = Field(
        min_length=1, description="What is done each time.", examples=[[{"dial": "sip:100@acme"}]]
    )

    def branches_within(self) -> list[list[tuple[Place, OneStep]]]:
        """Return its steps."""
        return [numbered(self.steps)]

    def written_in_each_round(self, text: str) -> list[str]:
        """Return what a text with `${index}` becomes, round by round; the text alone where it has none."""
        if INDEX not in text:
            return [text]
        return [text.replace(INDEX, str(index)) for index in range(1, self.times + 1)]

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Carry its steps out, again and again."""
        [steps] = self.branches_within()
        for index in range(1, self.times + 1):
            yield from carried_out(steps, stage.round(index), path)
