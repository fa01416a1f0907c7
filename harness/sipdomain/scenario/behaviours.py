"""The behaviours of the far end, as a scenario gives them: one word and its keys, from the registry."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Annotated, Any, cast

from pydantic import BeforeValidator, Field, create_model, model_validator

from sipdomain.scenario.values import Strict, several
from sipdomain.twilio.behaviours import BEHAVIOURS
from sipdomain.twilio.behaviours.behaviour import Behaviour


class _One(Strict):
    """One behaviour."""

    @model_validator(mode="before")
    @classmethod
    def _word_alone(cls, value: Any) -> Any:
        """Take `late_ringing:` with nothing behind it for one whose keys are all left out."""
        if isinstance(value, str):
            return {value: {}}
        if isinstance(value, dict):
            return {word: keys or {} for word, keys in value.items()}
        return value

    @model_validator(mode="after")
    def _is_one(self) -> _One:
        if len(self.model_fields_set) != 1:
            raise ValueError("one behaviour stands in each entry; write such as `- status: {code: 503}`")
        return self

    @property
    def behaviour(self) -> Behaviour:
        """It, as the emulator takes it."""
        return cast("Behaviour", getattr(self, next(iter(self.model_fields_set))))


def _fields() -> dict[str, Any]:
    return {
        word: (
            Annotated[
                kind | None, Field(description=inspect.cleandoc(kind.__doc__ or "").partition("\n")[0])
            ],
            None,
        )
        for word, kind in BEHAVIOURS.items()
    }


BehaviourGiven: type[_One] = create_model(
    "BehaviourGiven", __base__=_One, __doc__="One behaviour of the far end.", **_fields()
)


BehavioursGiven = Annotated[list[BehaviourGiven], BeforeValidator(several)]  # type: ignore[valid-type]
"""Behaviours in order, or one alone."""


def behaviours_of(given: Iterable[Any]) -> tuple[Behaviour, ...]:
    """Return behaviours as the emulator takes them."""
    return tuple(each.behaviour for each in given)
