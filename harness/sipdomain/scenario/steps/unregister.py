"""End a phone's registration."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import Step
from sipdomain.scenario.world import Script


class Unregister(Step):
    """Remove what `register` registered, and refresh it no more; `expect` waits for the answer."""

    shorthand: ClassVar[str] = "phone"

    name: str = Field("call", description="What later steps call this request.")
    phone: str = Field("", description="Which phone; may be left out when there is one only.")
    everything: bool = Field(
        default=False, description="Whether to remove all bindings of the user, other phones' too."
    )

    def run(self, stage: Stage, path: str) -> Script[None]:  # noqa: ARG002 - as every step
        """Send the REGISTER that removes."""
        phone = stage.world.phone(stage.phone_name(self.phone))
        stage.add_call(self.name, phone.unregister(everything=self.everything), phone)
        yield from ()
