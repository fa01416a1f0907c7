"""What is expected of the phone: what it saw on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from sipdomain.scenario.asked import REQUESTS, Asked
from sipdomain.scenario.expect import application, messages, wire
from sipdomain.scenario.expect.judge import Look
from sipdomain.scenario.saved import Saved
from sipdomain.scenario.sought import Between, Message, Sought
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import Beginning, ByProfile, Strict, Text, chosen, chosen_texts
from sipdomain.scenario.world import PhoneCall


def _by_profile(value: Any) -> str:
    is_so = isinstance(value, dict) and bool(value) and value.keys() <= ByProfile.model_fields.keys()
    return "by profile" if is_so or isinstance(value, ByProfile) else "message"


def _channel(value: Any) -> str:
    is_request = isinstance(value, dict) and not value.keys().isdisjoint(REQUESTS)
    return "request" if is_request or isinstance(value, Asked) else "message"


# A member is chosen before it is checked, so that an error is about what was meant.
OneMessage = Annotated[
    Annotated[Message, Tag("message")] | Annotated[ByProfile[Message], Tag("by profile")],
    Discriminator(_by_profile),
]
Item = Annotated[
    Annotated[Sought, Tag("message")] | Annotated[Asked, Tag("request")], Discriminator(_channel)
]


class OfThePhone(Strict):
    """Expectations of what the phone saw."""

    responses: list[int] | ByProfile[list[int]] | None = Field(
        None,
        description="All response statuses at the phone, in order, to the last one.",
        examples=[[100, 180, 200]],
    )
    responses_begin: Beginning | ByProfile[Beginning] | None = Field(
        None, description="The first response statuses at the phone, in order, whatever follows."
    )
    headers: dict[str, Text | ByProfile[Text]] = Field(
        default_factory=dict, description="Header fields of the last response, among others."
    )
    answered: bool | ByProfile[bool] | None = Field(None, description="Whether the call was ever answered.")
    ended_by: Literal["phone", "cloud"] | None = Field(None, description="Who sent the BYE.")

    transfer: Beginning | ByProfile[Beginning] | None = Field(
        None,
        description="The statuses of the latest `transfer`: the answer to the REFER, then those of the new call.",
        examples=[[202, 100, 200]],
    )

    message: OneMessage | None = Field(
        None,
        description="A SIP message of the call, or how many there are: see [message](#message).",
        examples=[{"method": "BYE", "from": "cloud"}],
    )
    order: Annotated[list[Item], Field(min_length=2)] | None = Field(
        None,
        description="SIP messages, or requests to the application, that came in this order, whatever came between.",
        examples=[[{"method": "INVITE"}, {"status": 200}]],
    )
    between: Between | None = Field(None, description="How long it took from one SIP message to another.")

    @model_validator(mode="after")
    def _is_an_order_of_one_channel(self) -> OfThePhone:
        if self.order is not None and len({isinstance(each, Sought) for each in self.order}) > 1:
            raise ValueError(
                "an order is of SIP messages alone, or of requests to the application alone; write two, "
                "since nothing promises which channel is first"
            )
        return self

    def methods_named(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield each SIP method that is named, with its place below the step."""
        if isinstance(self.message, ByProfile):
            yield from (
                found
                for profile, each in self.message
                if isinstance(each, Sought)
                for found in each.methods(("message", profile))
            )
        elif self.message is not None:
            yield from self.message.methods(("message",))
        for number, item in enumerate(self.order or ()):
            if isinstance(item, Sought):
                yield from item.methods(("order", number))
        if self.between is not None:
            yield from self.between.first.methods(("between", "first"))
            yield from self.between.then.methods(("between", "then"))

    def saved_of_the_phone(self, stage: Stage, call: PhoneCall) -> Iterator[Saved]:
        """Yield what is to be remembered of the message."""
        wanted = chosen(self.message, stage.world.profile)
        if wanted is not None and wanted.save:
            seen = messages.found(stage, call, wanted)
            for name, field in wanted.save.items():
                got = messages.value(seen, field) if seen is not None else None
                yield Saved(f"message.save.{name}", name, field, got)

    def looks_at_the_phone(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        """Yield what looks at what the phone saw."""
        profile = stage.world.profile
        if (statuses := chosen(self.responses, profile)) is not None:
            yield partial(wire.responses, stage, call, statuses)
        if (first := chosen(self.responses_begin, profile)) is not None:
            yield partial(wire.responses_begin, stage, call, first)
        for name, text in chosen_texts(self.headers, profile).items():
            yield partial(wire.headers, stage, call, name, text)
        if (answered := chosen(self.answered, profile)) is not None:
            yield partial(wire.answered, stage, call, answered)
        if self.ended_by is not None:
            yield partial(wire.ended_by, stage, call, self.ended_by)
        if (statuses := chosen(self.transfer, profile)) is not None:
            yield partial(wire.transfer, stage, call, statuses)
        if (message := chosen(self.message, profile)) is not None:
            yield partial(messages.message, stage, call, message)
        if self.order is not None:
            sought = [each for each in self.order if isinstance(each, Sought)]
            asked = [each for each in self.order if isinstance(each, Asked)]
            yield (
                partial(messages.order, stage, call, sought)
                if sought
                else partial(application.order, stage, call, asked)
            )
        if self.between is not None:
            yield partial(messages.between, stage, call, self.between)
