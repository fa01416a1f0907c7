"""For which requests a reply of the application is."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from sipdomain.scenario.values import Strict


class When(Strict):
    """What a request must be for a reply to be its answer; all that is written must be so."""

    method: Literal["GET", "POST"] | None = Field(None, description="Its HTTP method.")
    parameters: dict[str, str] | None = Field(
        None, description="Parameters that it has, among others, exactly so.", examples=[{"Digits": "1"}]
    )
    headers: dict[str, str] | None = Field(None, description="Header fields that it has, likewise.")

    @model_validator(mode="after")
    def _says_something(self) -> When:
        if not any((self.method, self.parameters, self.headers)):
            raise ValueError('nothing is asked of the request; write such as `parameters: {Digits: "1"}`')
        return self

    def plain(self) -> dict[str, Any]:
        """Return what was written."""
        return self.model_dump(exclude_none=True)
