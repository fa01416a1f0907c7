"""What is expected of the emulator: what it decided, carried out and raised."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated

from pydantic import Field

from sipdomain.scenario.decided import Decided
from sipdomain.scenario.dialled import CallStatus, Dialled
from sipdomain.scenario.expect import decisions, legs, progress, registration
from sipdomain.scenario.expect.judge import Look
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import ByProfile, Count, Strict, chosen
from sipdomain.scenario.world import PhoneCall


class OfTheEmulator(Strict):
    """Expectations of what the emulator did."""

    challenged: int | None = Field(None, description="The status with which credentials were asked for.")
    refused: str | ByProfile[str] | None = Field(
        None, description="The reason of the refusal that ended it: bad-credentials, unknown-domain, …"
    )
    dropped: str | ByProfile[str] | None = Field(
        None, description="The reason for which packets were dropped in silence."
    )

    decision: Decided | ByProfile[Decided] | None = Field(
        None,
        description="A decision about a request of the call: see [decision](#decision).",
        examples=[{"check": "access-list", "outcome": "passed"}],
    )

    registered: bool | ByProfile[bool] | None = Field(
        None, description="Whether a registration stands: answered, and neither removed nor expired since."
    )
    bindings: Count | None = Field(
        None, description="How many bindings the user had after that registration's last change."
    )

    status: CallStatus | ByProfile[CallStatus] | None = Field(
        None, description="A CallStatus that the call takes on; one that ends it must be the last."
    )
    dialled: list[Dialled] | None = Field(
        None,
        description="All legs that the call dialled, in order: whom, and the CallStatus of each in the end.",
        examples=[[{"number": "+15551230001", "status": "completed"}]],
    )
    legs: Count | None = Field(None, description="How many legs the call dialled; `none` for none.")
    verbs: list[str] | None = Field(None, description="All TwiML verbs carried out, in order.")
    verbs_begin: Annotated[list[str], Field(min_length=1)] | None = Field(
        None, description="The first TwiML verbs carried out, in order, whatever follows."
    )
    alerts: list[int] | ByProfile[list[int]] | None = Field(
        None, description="The codes of all alerts raised, in order."
    )

    def looks_at_the_emulator(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        """Yield what looks at what the emulator did."""
        yield from self._looks_at_decisions(stage, call)
        profile = stage.world.profile
        if (registered := chosen(self.registered, profile)) is not None:
            yield partial(registration.registered, stage, call, registered)
        if self.bindings is not None:
            yield partial(registration.bindings, stage, call, self.bindings)
        if (status := chosen(self.status, profile)) is not None:
            yield partial(progress.status, stage, call, status)
        if self.dialled is not None:
            wanted = [(stage.memory.fill(each.address), each.status) for each in self.dialled]
            yield partial(legs.dialled, stage, call, wanted)
        if self.legs is not None:
            yield partial(legs.count, stage, call, self.legs)
        if self.verbs is not None:
            yield partial(progress.verbs, stage, call, self.verbs)
        if self.verbs_begin is not None:
            yield partial(progress.verbs_begin, stage, call, self.verbs_begin)
        if (alerts := chosen(self.alerts, profile)) is not None:
            yield partial(progress.alerts, stage, call, alerts)

    def _looks_at_decisions(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        profile = stage.world.profile
        if self.challenged is not None:
            yield partial(decisions.challenged, stage, call, self.challenged)
        if (refused := chosen(self.refused, profile)) is not None:
            yield partial(decisions.refused, stage, call, refused)
        if (dropped := chosen(self.dropped, profile)) is not None:
            yield partial(decisions.dropped, stage, call, dropped)
        if (decision := chosen(self.decision, profile)) is not None:
            yield partial(decisions.decided, stage, call, decision)
