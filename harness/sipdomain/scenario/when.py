"""For which requests a reply of the application is."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal

from pydantic import Field, model_validator

from sipdomain.scenario.values import Strict, Text, fits


class When(Strict):
    """What a request must be for a reply to be its answer; all that is written must be so."""

    method: Literal["GET", "POST"] | None = Field(None, description="Its HTTP method.")
    parameters: dict[str, Text] | None = Field(
        None, description="Parameters that it has, among others.", examples=[{"Digits": "1"}]
    )
    headers: dict[str, Text] | None = Field(None, description="Header fields that it has, likewise.")

    @model_validator(mode="after")
    def _says_something(self) -> When:
        if not any((self.method, self.parameters, self.headers)):
            raise ValueError('nothing is asked of the request; write such as `parameters: {Digits: "1"}`')
        return self

    def plain(self) -> dict[str, Any]:
        """Return what was written, as the application takes it: a pattern as what says whether a text matches."""
        found: dict[str, Any] = {} if self.method is None else {"method": self.method}
        for key, values in (("parameters", self.parameters), ("headers", self.headers)):
            if values:
                found[key] = {
                    name: value if isinstance(value, str) else partial(fits, value)
                    for name, value in values.items()
                }
        return found
