"""Which decision of the emulator is meant: what it looked at, what came of it, and what was compared."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import Field, model_validator

from sipdomain.scenario.values import Strict, Text

FIELDS: Final = ("check", "outcome", "reason", "rule", "got", "wanted")


class Decided(Strict):
    """A comparison on the way of a request through domain, access lists, credentials and URL."""

    check: str | None = Field(
        None, description="What was looked at: `domain`, `access-list`, `credentials`, `voice-url`, …"
    )
    outcome: Literal["passed", "challenged", "refused", "dropped", "noted"] | None = Field(
        None, description="What came of it."
    )
    reason: str | None = Field(None, description="The reason of a refusal, such as `bad-credentials`.")
    rule: str | None = Field(None, description="The [rule](fidelity.md) that was applied.")
    got: Text | None = Field(None, description="What the request brought.")
    wanted: Text | None = Field(None, description="What that was compared with.")

    @model_validator(mode="after")
    def _says_something(self) -> Decided:
        if not self.model_fields_set:
            raise ValueError("no decision is described here; write such as `check: credentials`")
        return self

    def __str__(self) -> str:
        said = ((name, getattr(self, name)) for name in FIELDS)
        return ", ".join(f"{name} {value}" for name, value in said if value is not None)
