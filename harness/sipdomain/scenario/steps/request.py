"""Send one SIP request outside a dialog: OPTIONS, and whatever else a PBX may try."""

from __future__ import annotations

from pydantic import Field, field_validator

from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import Step
from sipdomain.scenario.steps.dial import Fields, full_uri, sip_uri
from sipdomain.scenario.world import Script
from sipdomain.sip.grammar import TOKEN


class Request(Step):
    """Send one request; its responses are expected as those of a call."""

    name: str = Field("call", description="What later steps call this request.")
    phone: str = Field("", description="Which phone; may be left out when there is one only.")
    method: str = Field(description="The SIP method, such as OPTIONS.")
    to: str = Field(
        examples=["sip:100@acme"], description="The Request-URI; a host without a dot gets `.sip.twilio.com`."
    )
    headers: Fields = Field(
        default_factory=list,
        description="Header fields to add: a list of [name, value].",
    )
    body: str = Field("", description="The body.")

    _is_uri = field_validator("to")(sip_uri)

    @field_validator("method")
    @classmethod
    def _is_method(cls, text: str) -> str:
        if not TOKEN.fullmatch(text):
            raise ValueError(f"`{text}` is not a method; write one such as OPTIONS")
        return text

    def run(self, stage: Stage, path: str) -> Script[None]:  # noqa: ARG002 - as every step
        """Send it."""
        phone = stage.world.phone(stage.phone_name(self.phone))
        call = phone.request(self.method, full_uri(self.to), headers=self.headers, body=self.body.encode())
        stage.add_call(self.name, call, phone)
        yield from ()
