"""What an expectation says of places where calls meet: how many are there."""

from __future__ import annotations

from pydantic import Field

from sipdomain.scenario.values import Strict


class Queue(Strict):
    """How many calls wait in a queue."""

    name: str = Field(min_length=1, description="Its name.")
    size: int = Field(ge=0, description="How many wait in it.")


class Conference(Strict):
    """How many calls are in a conference."""

    name: str = Field(min_length=1, description="Its name.")
    participants: int = Field(ge=0, description="How many are in it.")
