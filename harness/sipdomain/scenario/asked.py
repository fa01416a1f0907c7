"""Which request to the application is meant, in an order of several."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field, model_validator

from sipdomain.scenario.values import Strict, Text

CallbackStatus = Literal[
    "initiated", "ringing", "answered", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"
]
REQUESTS: Final = ("webhook", "fallback", "callback")


class Asked(Strict):
    """A request to the application, by what it is and its parameters."""

    webhook: str | None = Field(None, description="A path that was asked for instructions.")
    fallback: str | None = Field(None, description="The fallback's path.")
    callback: CallbackStatus | None = Field(None, description="The CallStatus of a status callback.")
    parameters: dict[str, Text] = Field(
        default_factory=dict, description="Parameters of that request, among others."
    )

    @model_validator(mode="after")
    def _is_one(self) -> Asked:
        if sum(getattr(self, name) is not None for name in REQUESTS) != 1:
            raise ValueError("exactly one of webhook, fallback and callback is needed")
        self.refuse_empty("parameters")
        return self

    def __str__(self) -> str:
        return next(f"{name} {getattr(self, name)}" for name in REQUESTS if getattr(self, name) is not None)
