"""What a scenario file says, as checked values; and the JSON Schema of it."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ConfigDict, Field, create_model, model_validator

from sipdomain.scenario.given import Given
from sipdomain.scenario.step import Step
from sipdomain.scenario.steps import STEPS
from sipdomain.scenario.values import Strict
from sipdomain.scenario.world import Profile

Need = Literal["live", "sipp", "baresip", "pjsip", "speech"]


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


if TYPE_CHECKING:
    AnyStep = OneStep
else:
    with warnings.catch_warnings():
        # The step `register` hides ABCMeta.register, which nobody calls on a model.
        warnings.filterwarnings("ignore", message='Field name "register"', category=UserWarning)
        AnyStep = create_model(
            "AnyStep",
            __base__=OneStep,
            **{
                name: (step, Field(default=None, description=step.__doc__.splitlines()[0]))
                for name, step in STEPS.items()
            },
        )


class Scenario(Strict):
    """What is given, what happens, and what must be seen."""

    scenario: str = Field(min_length=1, description="The title: what is shown, in a few words.")
    seed: list[str] = Field(
        default_factory=list,
        description="Titles of sections of the provider's documentation that it demonstrates.",
    )
    sentence: str = Field("", description="The documented behaviour, in our own words.")
    needs: list[Need] = Field(default_factory=list, description="What it cannot run without.")
    profiles: list[Profile] = Field(
        default=["documented", "observed"], min_length=1, description="The profiles it applies to."
    )
    given: Given = Field(default_factory=Given)
    steps: list[AnyStep] = Field(
        min_length=1,
        description="What happens, in order; one key an entry.",
        examples=[[{"dial": "sip:100@acme"}]],
    )


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file, for editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "sipdomain scenario",
        **{key: value for key, value in Scenario.model_json_schema().items() if key != "title"},
    }
