"""Register a phone."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, field_validator

from sipdomain.scenario.given_phone import Transport
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import Step
from sipdomain.scenario.steps.dial import Fields, FieldText, full_uri, sip_uri
from sipdomain.scenario.world import Script


class Register(Step):
    """Register and go on at once; the phone refreshes by itself, and `expect` waits."""

    shorthand: ClassVar[str] = "phone"

    name: str = Field("call", description="What later steps call this registration.")
    phone: str = Field("", description="Which phone; may be left out when there is one only.")
    to: str = Field(
        "", description="The registrar, sip:DOMAIN; the phone's domain when left out. It may name an edge."
    )
    expires: int | None = Field(
        3600, ge=0, description="For how many seconds; 0 to remove it. `default` asks for none in particular."
    )
    contact: FieldText | None = Field(None, description="A Contact header field other than the phone's own.")
    headers: Fields = Field(
        default_factory=list,
        description="Header fields to add to the REGISTER: a list of [name, value].",
    )
    user: FieldText | None = Field(None, description="A digest user name other than the phone's.")
    password: str | None = Field(None, description="A password other than the phone's.")
    transport: Transport | None = Field(None, description="A transport other than the phone's.")

    @field_validator("to")
    @classmethod
    def _is_uri(cls, text: str) -> str:
        return sip_uri(text) if text else text

    @field_validator("expires", mode="before")
    @classmethod
    def _may_be_left_to_the_registrar(cls, value: object) -> object:
        return None if value == "default" else value

    def run(self, stage: Stage, path: str) -> Script[None]:  # noqa: ARG002 - as every step
        """Send the REGISTER."""
        if self.password:
            stage.secrets.add(self.password)
        phone = stage.world.phone(stage.phone_name(self.phone))
        record = phone.register(
            registrar=full_uri(self.to) if self.to else None,
            expires=self.expires,
            contact=self.contact,
            headers=self.headers,
            user=self.user,
            password=self.password,
            transport=self.transport,
        )
        stage.add_call(self.name, record, phone)
        yield from ()
