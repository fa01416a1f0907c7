"""A leg that a call is expected to have dialled: whom it called, and how that ended."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sipdomain.scenario.values import Strict
from sipdomain.twilio.store.subscribers import CLIENT

CallStatus = Literal["ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"]


class Dialled(Strict):
    """A leg that a call dialled."""

    number: str | None = Field(None, description="The phone number.")
    client: str | None = Field(None, description="The client's identity.")
    sip: str | None = Field(None, description="The SIP URI, with `sip:`.")
    status: CallStatus | None = Field(None, description="The CallStatus that it has in the end.")

    @model_validator(mode="after")
    def _names_one(self) -> Dialled:
        if sum(bool(each) for each in (self.number, self.client, self.sip)) != 1:
            raise ValueError("exactly one of number, client and sip is needed")
        return self

    @property
    def address(self) -> str:
        """Whom it called, as the REST API says it."""
        return f"{CLIENT}{self.client}" if self.client is not None else self.number or self.sip or ""
