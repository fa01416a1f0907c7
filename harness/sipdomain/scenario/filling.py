"""Replaces what `${name}` stands for in every text of a step."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

from pydantic import BaseModel

from sipdomain.scenario.mismatch import StepError
from sipdomain.scenario.patterns import PatternError, read
from sipdomain.scenario.step import OneStep
from sipdomain.scenario.values import Matches

WRITTEN: Final = re.compile(r"\$\{([^}]*)(\}?)")
"""A placeholder as it is written: what is in it, and whether it is closed."""

M = TypeVar("M", bound=BaseModel)


def filled(model: M, fill: Callable[[str], str]) -> M:
    """Return a model with every text in it filled, keys too, but not those of steps within it.

    Args:
        model: A step.
        fill: Replaces what `${…}` stands for.
    """
    values = {name: getattr(model, name) for name in type(model).model_fields}
    changed = {name: new for name, value in values.items() if (new := _filled(value, fill)) is not value}
    return model.model_copy(update=changed) if changed else model


def _filled(value: Any, fill: Callable[[str], str]) -> Any:
    new: Any
    match value:
        case str():
            return fill(value) if "${" in value else value
        case Matches():
            # What a variable stands for is meant literally, also within a pattern.
            new = filled(value, lambda text: WRITTEN.sub(lambda found: re.escape(fill(found[0])), text))
            try:
                read(new.matches)
            except PatternError as error:
                raise StepError(str(error)) from None
            return new
        case OneStep():
            # It is filled when its turn comes: earlier ones remember what it needs.
            return value
        case BaseModel():
            return filled(value, fill)
        case dict():
            new = {_filled(key, fill): _filled(each, fill) for key, each in value.items()}
        case list():
            new = [_filled(each, fill) for each in value]
        case tuple():
            new = tuple(_filled(each, fill) for each in value)
        case _:
            return value
    return value if new == value else new
