"""What `wait_until` says of places where calls meet, and of the application: how many are there, how often it was asked."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from sipdomain.scenario.values import Strict


class Queue(Strict):
    """How many calls wait in a queue."""

    name: str = Field(min_length=1, description="Its name.")
    size: int = Field(ge=0, description="How many wait in it.")


class Conference(Strict):
    """How many calls are in a conference."""

    name: str = Field(min_length=1, description="Its name.")
    participants: int = Field(ge=0, description="How many are in it.")


class Webhook(Strict):
    """How often the application was asked."""

    path: str = Field(pattern="^/", description="The path.")
    times: int = Field(1, ge=1, description="How often at least, callbacks included.")

    @model_validator(mode="before")
    @classmethod
    def _from_a_path(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, str) else value
