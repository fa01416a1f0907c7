"""What every step of a scenario is: checked values, and a generator that carries them out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from pydantic import model_validator

from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import Strict
from sipdomain.scenario.world import Script


class Step(Strict, ABC):
    """One step.

    Attributes:
        shorthand: The field that a bare text stands for: `hang_up: right` is `hang_up: {call: right}`.
    """

    shorthand: ClassVar[str] = ""

    @model_validator(mode="before")
    @classmethod
    def _from_shorthand(cls, value: Any) -> Any:
        if isinstance(value, str):
            if value == "":
                return {}
            if cls.shorthand:
                return {cls.shorthand: value}
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
