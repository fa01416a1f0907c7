"""What is expected of the phone: what it saw on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

from pydantic import Field

from sipdomain.scenario.expect import wire
from sipdomain.scenario.expect.judge import Look
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import Beginning, ByProfile, Strict, Text, chosen, chosen_texts
from sipdomain.scenario.world import PhoneCall


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
