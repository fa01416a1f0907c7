"""What is expected of the application: what it was asked, and told of the call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from sipdomain.scenario.asked import REQUESTS, CallbackStatus
from sipdomain.scenario.expect import application
from sipdomain.scenario.expect.judge import Look
from sipdomain.scenario.saved import Saved
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import ByProfile, Count, Strict, Text, chosen, chosen_texts
from sipdomain.scenario.world import PhoneCall

_OF_ONE_REQUEST = (
    "method", "signed", "parameters", "absent", "request_headers", "body", "nth", "count", "save",
)  # fmt: skip
_SAVED = re.compile(r"(parameters|headers)\..+|method|path|body")


def _checked_field(field: str) -> str:
    if not _SAVED.fullmatch(field):
        raise ValueError(f"`{field}` is not a field of a request; write such as `parameters.CallSid`")
    return field


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
    request_headers: dict[str, Text] = Field(
        default_factory=dict, description="HTTP header fields of that request, among others."
    )
    body: Text | None = Field(None, description="The body of that request, as it came.")
    nth: int | None = Field(
        None, ge=1, description="Which request of that path or status, in the order sent; any when left out."
    )
    count: Count | None = Field(
        None, description="How many requests are so in all; `none`: that path or status was never asked for."
    )
    save: dict[str, Annotated[str, AfterValidator(_checked_field)]] = Field(
        default_factory=dict,
        description="What to remember of it: a name, and `parameters.NAME`, `headers.NAME`, `body`, `method` or `path`.",
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
        details = [name for name in _OF_ONE_REQUEST if name in self.model_fields_set]
        if details and len(self._named()) != 1:
            raise ValueError(f"{details[0]} needs one of webhook, fallback and callback beside it")
        if self.count is not None and (self.nth is not None or self.save):
            raise ValueError("count speaks of all such requests; write nth and save where one is meant")
        return self

    def _named(self) -> list[tuple[str, str]]:
        """Return each request that is named: its kind, and its path or status."""
        named = [(name, getattr(self, name)) for name in REQUESTS]
        return [(kind, name) for kind, name in named if name not in {None, "not asked"}]

    def _wanted(self, stage: Stage) -> application.Wanted:
        profile = stage.world.profile
        return application.Wanted(
            method=self.method,
            signed=self.signed,
            parameters=chosen_texts(self.parameters, profile),
            absent=chosen(self.absent, profile) or (),
            headers=self.request_headers,
            body=self.body,
            nth=self.nth,
            count=self.count,
        )

    def saved_of_the_application(self, stage: Stage, call: PhoneCall) -> Iterator[Saved]:
        """Yield what is to be remembered of the request."""
        for kind, name in self._named() if self.save else ():
            request = application.found(stage, call, kind, name, self._wanted(stage))
            for variable, field in self.save.items():
                got = application.value(request, field) if request is not None else None
                yield Saved(f"save.{variable}", variable, field, got)

    def looks_at_the_application(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        """Yield what looks at what the application received."""
        profile = stage.world.profile
        if self.fallback == "not asked":
            yield partial(application.no_fallback, stage, call)
        for kind, name in self._named():
            yield partial(application.request, stage, call, kind, name, self._wanted(stage))
        if (webhooks := chosen(self.webhooks, profile)) is not None:
            yield partial(application.webhooks, stage, call, webhooks)
        if (callbacks := chosen(self.callbacks, profile)) is not None:
            yield partial(application.callbacks, stage, call, callbacks)
