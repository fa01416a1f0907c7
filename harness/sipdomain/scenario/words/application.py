"""What is expected of the application: what it was asked, and told of the call."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

from pydantic import Field, model_validator

from sipdomain.scenario.expect import application
from sipdomain.scenario.expect.judge import Look
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import ByProfile, Count, Strict, Text, chosen, chosen_texts
from sipdomain.scenario.world import PhoneCall

CallbackStatus = Literal[
    "initiated", "ringing", "answered", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"
]
_REQUESTS = ("webhook", "fallback", "callback")
_OF_ONE_REQUEST = ("method", "signed", "parameters", "absent")


class OfTheApplication(Strict):
    """Expectations of what the application received."""

    webhook: str | None = Field(None, description="A path that was asked for instructions.")
    fallback: str | None = Field(None, description="The fallback's path, or `not asked`.")
    callback: CallbackStatus | None = Field(None, description="The CallStatus of one status callback.")
    method: Literal["GET", "POST"] | None = Field(None, description="The HTTP method of that request.")
    signed: bool | None = Field(None, description="Whether that request's signature is valid.")
    parameters: dict[str, Text | ByProfile[Text]] = Field(
        default_factory=dict, description="Parameters of that request, among others."
    )
    absent: list[str] | ByProfile[list[str]] | None = Field(
        None, description="Parameters that that request must not have."
    )
    webhooks: Count | ByProfile[Count] | None = Field(
        None,
        description="How often instructions were asked for; `none`: no request was sent, callbacks included.",
    )
    callbacks: list[CallbackStatus] | ByProfile[list[CallbackStatus]] | None = Field(
        None,
        description="The CallStatus of all status callbacks, in order; `answered` stands for in-progress.",
    )

    @model_validator(mode="after")
    def _details_belong_to_one_request(self) -> OfTheApplication:
        named = [name for name in _REQUESTS if getattr(self, name) not in {None, "not asked"}]
        details = [name for name in _OF_ONE_REQUEST if name in self.model_fields_set]
        if details and len(named) != 1:
            raise ValueError(f"{details[0]} needs one of webhook, fallback and callback beside it")
        return self

    def looks_at_the_application(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        """Yield what looks at what the application received."""
        profile = stage.world.profile
        wanted = application.Wanted(
            method=self.method,
            signed=self.signed,
            parameters={
                name: stage.fill(value) if isinstance(value, str) else value
                for name, value in chosen_texts(self.parameters, profile).items()
            },
            absent=chosen(self.absent, profile) or (),
        )
        if self.webhook is not None:
            yield partial(application.asked, stage, call, self.webhook, wanted)
        if self.fallback == "not asked":
            yield partial(application.no_fallback, stage, call)
        elif self.fallback is not None:
            yield partial(application.fallback, stage, call, self.fallback, wanted)
        if self.callback is not None:
            yield partial(application.callback, stage, call, self.callback, wanted)
        if (webhooks := chosen(self.webhooks, profile)) is not None:
            yield partial(application.webhooks, stage, call, webhooks)
        if (callbacks := chosen(self.callbacks, profile)) is not None:
            yield partial(application.callbacks, stage, call, callbacks)
