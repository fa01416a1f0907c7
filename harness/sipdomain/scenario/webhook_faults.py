"""The faults of webhooks, as a scenario gives them."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from sipdomain.faults.webhooks import (
    WEBHOOK_FAULTS,
    Double,
    Fail,
    Lose,
    Shuffle,
    Slow,
    Status,
    Type,
    WebhookFault,
)
from sipdomain.faults.webhooks.webhook_fault import Ending
from sipdomain.scenario.faults import listed
from sipdomain.scenario.values import Strict


class WebhookFaultGiven(Strict):
    """A fault: how likely, of which requests, and when."""

    chance: float = Field(1.0, ge=0, le=1, description="How likely it is applied to a request, from 0 to 1.")
    of: list[str] | None = Field(
        None,
        description="Which requests: `callbacks`, `documents`, or what one is for, such as `voice` or `status`.",
    )
    since: float = Field(0.0, ge=0, description="From which second of the run on.")
    until: float = Field(
        math.inf, ge=0, description="Up to which second of the run; to its end when left out."
    )

    @model_validator(mode="after")
    def _can_be(self) -> WebhookFaultGiven:
        self.fault()
        return self

    @abstractmethod
    def fault(self) -> WebhookFault:
        """Return the fault.

        Raises:
            ValueError: A value is out of its range.
        """

    @property
    def _common(self) -> dict[str, Any]:
        of = {} if self.of is None else {"of": frozenset(self.of)}
        return {"chance": self.chance, "since": self.since, "until": self.until, **of}


class DoubleGiven(WebhookFaultGiven):
    """Requests that are sent more than once."""

    copies: int = Field(1, ge=1, le=10, description="How many times more.")
    within: float = Field(0.1, ge=0, le=60, description="How much later a copy may leave, in seconds.")

    def fault(self) -> Double:
        """Return the fault."""
        return Double(**self._common, copies=self.copies, within=self.within)


class ShuffleGiven(WebhookFaultGiven):
    """Requests that later ones may overtake."""

    within: float = Field(1.0, ge=0, le=60, description="How long one is held up at most, in seconds.")

    def fault(self) -> Shuffle:
        """Return the fault."""
        return Shuffle(**self._common, within=self.within)


class SlowGiven(WebhookFaultGiven):
    """Answers that come late."""

    headers: float = Field(0.0, ge=0, le=300, description="By how many seconds.")
    body: float = Field(0.0, ge=0, le=300, description="By how many seconds more the body comes.")

    def fault(self) -> Slow:
        """Return the fault."""
        return Slow(**self._common, headers=self.headers, body=self.body)


class LoseGiven(WebhookFaultGiven):
    """Requests that are lost, unnoticed."""

    def fault(self) -> Lose:
        """Return the fault."""
        return Lose(**self._common)


class TypeGiven(WebhookFaultGiven):
    """Answers that have another Content-Type."""

    name: str = Field("text/html", max_length=100, description="Which one; empty for none.")

    def fault(self) -> Type:
        """Return the fault."""
        return Type(**self._common, name=self.name)


class StatusGiven(WebhookFaultGiven):
    """Answers in the application's place."""

    code: int = Field(503, ge=400, le=599, description="Their status.")

    def fault(self) -> Status:
        """Return the fault."""
        return Status(**self._common, code=self.code)


class FailGiven(WebhookFaultGiven):
    """Exchanges that fail."""

    by: Ending = Field("reset", description="How.")

    def fault(self) -> Fail:
        """Return the fault."""
        return Fail(**self._common, by=self.by)


class WebhookFaultsGiven(Strict):
    """What befalls requests to the application; a list gives several of one kind."""

    double: Annotated[list[DoubleGiven], BeforeValidator(listed)] = Field(
        default_factory=list,
        description="Requests that are sent more than once; callbacks when `of` is left out.",
    )
    shuffle: Annotated[list[ShuffleGiven], BeforeValidator(listed)] = Field(
        default_factory=list,
        description="Requests that later ones may overtake; callbacks when `of` is left out.",
    )
    slow: Annotated[list[SlowGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Answers that come late."
    )
    lose: Annotated[list[LoseGiven], BeforeValidator(listed)] = Field(
        default_factory=list,
        description="Requests that are lost, unnoticed; callbacks when `of` is left out.",
    )
    type: Annotated[list[TypeGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Answers that have another Content-Type."
    )
    status: Annotated[list[StatusGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Answers in the application's place."
    )
    fail: Annotated[list[FailGiven], BeforeValidator(listed)] = Field(
        default_factory=list, description="Exchanges that fail."
    )

    def faults(self) -> tuple[WebhookFault, ...]:
        """Return the faults in the order in which a request meets them, whatever the order they are written in."""
        return tuple(given.fault() for word in WEBHOOK_FAULTS for given in getattr(self, word))
