"""What a scenario file says, as checked values."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, Field, WithJsonSchema, create_model

from sipdomain.scenario.given import Given
from sipdomain.scenario.matrix import Matrix
from sipdomain.scenario.step import OneStep
from sipdomain.scenario.steps import STEPS
from sipdomain.scenario.values import Strict, Within
from sipdomain.scenario.world import Profile

Need = Literal["live", "sim", "sipp", "baresip", "pjsip", "speech"]
_TAG: Final = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$"


def _tag(text: str) -> str:
    if re.match(_TAG, text) is None:
        raise ValueError(f"`{text[:40]}` is not a tag; write one word of letters, digits, `_`, `.` and `-`")
    return text


Tag = Annotated[str, AfterValidator(_tag), WithJsonSchema({"type": "string", "pattern": _TAG})]
TIMEOUT: Final = 3_600.0
"""How long a scenario may take that says nothing of its own, in seconds."""


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
    # Some steps have steps within them.
    for each in STEPS.values():
        each.model_rebuild(_types_namespace={"AnyStep": AnyStep})
    AnyStep.model_rebuild(_types_namespace={"AnyStep": AnyStep})


def _needs(needs: list[Need]) -> list[Need]:
    if "sim" in needs and set(needs) - {"sim", "speech"}:
        raise ValueError("what needs virtual time has neither live sockets nor foreign phones")
    return needs


class Scenario(Strict):
    """What is given, what happens, and what must be seen."""

    scenario: str = Field(min_length=1, description="The title: what is shown, in a few words.")
    seed: list[str] = Field(
        default_factory=list,
        description="Titles of sections of the provider's documentation that it demonstrates.",
    )
    sentence: str = Field("", description="The documented behaviour, in our own words.")
    rules: list[str] = Field(
        default_factory=list,
        description="Ids of [rules of the service](fidelity.md) that it demonstrates.",
        examples=[["bad-credentials"]],
    )
    needs: Annotated[list[Need], AfterValidator(_needs)] = Field(
        default_factory=list, description="What it cannot run without."
    )
    tags: list[Tag] = Field(
        default_factory=list,
        description="Words that `-k` selects it by.",
        examples=[["smoke", "slow"]],
    )
    timeout: Within = Field(TIMEOUT, description="How long all of it may take, in seconds.")
    within: Within | None = Field(
        None,
        description="How long each step waits that has no `within` of its own, in seconds; as the step says when left out.",
    )
    profiles: list[Profile] = Field(
        default=["documented", "observed"], min_length=1, description="The profiles it applies to."
    )
    matrix: Matrix | None = Field(None, description="Rows that it is played for, one after another.")
    given: Given = Field(default_factory=Given)
    steps: list[AnyStep] = Field(
        min_length=1,
        description="What happens, in order; one key an entry.",
        examples=[[{"dial": "sip:100@acme"}]],
    )
