"""Have the emulated cloud do something on purpose from now on, or nothing any more."""

from __future__ import annotations

from pydantic import Field

from sipdomain.errors import SetupError
from sipdomain.scenario.behaviours import BehavioursGiven, behaviours_of
from sipdomain.scenario.mismatch import StepError
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import Step
from sipdomain.scenario.world import Script


class Behave(Step):
    """Have the emulated cloud do something on purpose from now on, besides what it does already.

    With `{}`, nothing any more. [Behaviours of the far end](far-end.md) are written as in `given`.
    """

    cloud: BehavioursGiven = Field(
        default_factory=list, description="What it does on purpose.", examples=[[{"status": {"code": 503}}]]
    )

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Set them."""
        yield from ()
        try:
            stage.world.behave(behaviours_of(self.cloud))
        except SetupError as error:
            raise StepError(f"{path}: {error}") from None
