"""The building blocks of scenario models: strict models, values by profile, text to compare with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from sipdomain.media.wording import plain
from sipdomain.scenario.patterns import read
from sipdomain.twilio.fidelity.profile import ProfileName

MOST_WITHIN = 86_400
"""The longest that a step may wait, in seconds: a day."""

Within = Annotated[float, Field(gt=0, le=MOST_WITHIN)]
"""How long a step waits, in seconds."""

Count = Annotated[
    int,
    BeforeValidator(lambda value: 0 if value == "none" else value),
    Field(ge=0),
    WithJsonSchema({"anyOf": [{"const": "none"}, {"type": "integer", "minimum": 0}]}),
]
"""How many; `none` for 0."""

Beginning = Annotated[list[int], Field(min_length=1)]
"""Statuses, at least one."""


def _has_a_word(text: str) -> str:
    if not plain(text):
        raise ValueError(f"there is no word in `{text[:20]}` that could be heard")
    return text


Wording = Annotated[str, Field(min_length=1, max_length=4096), AfterValidator(_has_a_word)]
"""Words that may be heard."""

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Strict(BaseModel):
    """A model that refuses unknown keys and cannot be changed."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, validate_by_name=True, validate_by_alias=True, allow_inf_nan=False
    )

    def refuse_empty(self, *names: str) -> None:
        """See that what is written in fields is not empty, where that would mean nothing.

        Raises:
            ValueError: One of them is.
        """
        for name in names:
            if name in self.model_fields_set and not getattr(self, name):
                raise ValueError(f"{name} names nothing; leave it out, or write what is expected")


class Matches(Strict):
    """A pattern that the whole text must match."""

    matches: str = Field(description="A regular expression that the whole value must match.")

    @field_validator("matches")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        read(pattern)
        return pattern

    def __str__(self) -> str:
        return f"something that matches {self.matches}"


class ByProfile(Strict, Generic[T_co]):
    """One value for each profile; a profile that is left out expects nothing."""

    documented: T_co | None = None
    observed: T_co | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ByProfile[T_co]:
        if self.documented is None and self.observed is None:
            raise ValueError("no profile is named here; leave the expectation out, or write a value")
        return self

    def under(self, profile: ProfileName) -> T_co | None:
        """Return the value for a profile, or None when nothing is expected under it."""
        return self.documented if profile == "documented" else self.observed


Text = str | Matches


def several(value: Any) -> list[Any]:
    """Return a list as it is, and a single value as a list of it."""
    return value if isinstance(value, list) else [value]


def chosen(value: T | ByProfile[T] | None, profile: ProfileName) -> T | None:
    """Return the value that counts under a profile, or None when nothing is said about it."""
    if isinstance(value, ByProfile):
        return value.under(profile)
    return value


def chosen_texts(values: Mapping[str, Text | ByProfile[Text]], profile: ProfileName) -> dict[str, Text]:
    """Return the texts that count under a profile; those about which nothing is said are left out."""
    picked: dict[str, Text | None] = {}
    for name, value in values.items():
        picked[name] = value.under(profile) if isinstance(value, ByProfile) else value
    return {name: value for name, value in picked.items() if value is not None}


def fits(wanted: Text, got: str) -> bool:
    """Return whether a text is the one wanted."""
    if isinstance(wanted, Matches):
        return read(wanted.matches).matches(got)
    return wanted == got
