"""Place a call."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field, field_validator

from sipdomain.errors import LocalProtocolError
from sipdomain.phone.settings import checked_fields, checked_target, checked_value
from sipdomain.scenario.given_phone import Transport
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.step import Step
from sipdomain.scenario.world import Script

_URI = re.compile(r"(?P<start>sips?:(?:[^@]*@)?)(?P<host>\[[^\]]*\]|[^:;?@]+)(?P<rest>.*)")


def full_uri(uri: str) -> str:
    """Return a SIP URI whose host of one label became a domain name: `acme` is `acme.sip.twilio.com`."""
    parts = _URI.fullmatch(uri)
    if parts is None or "." in parts["host"] or parts["host"].startswith("["):
        return uri
    return f"{parts['start']}{parts['host']}.sip.twilio.com{parts['rest']}"


def sip_uri(text: str) -> str:
    """Return the text when it looks like a SIP URI.

    Raises:
        ValueError: It does not.
    """
    fine = _URI.fullmatch(text) is not None
    if fine and "${" not in text:
        try:
            checked_target(full_uri(text))
        except LocalProtocolError:
            fine = False
    if not fine:
        raise ValueError(f"`{text}` is not a SIP URI; write sip:USER@DOMAIN")
    return text


def header_fields(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return header fields when they can be sent.

    Raises:
        ValueError: A name is none, or a value has a line break.
    """
    try:
        return checked_fields(fields)
    except LocalProtocolError as error:
        raise ValueError(str(error)) from None


def header_value(text: str) -> str:
    """Return a text when it can stand in a header field.

    Raises:
        ValueError: It has a line break or a NUL.
    """
    try:
        return checked_value("this", text)
    except LocalProtocolError:
        raise ValueError("a header field holds no line break and no NUL; write it on one line") from None


FieldText = Annotated[str, AfterValidator(header_value)]
"""A text that becomes a header field, or a part of one."""
Fields = Annotated[list[tuple[str, str]], AfterValidator(header_fields)]
"""Header fields as steps write them: a list of [name, value]."""


class Dial(Step):
    """Place a call and go on at once; `expect` waits."""

    shorthand: ClassVar[str] = "to"

    name: str = Field("call", description="What later steps call this call.")
    phone: str = Field("", description="Which phone; may be left out when there is one only.")
    to: str = Field(
        examples=["sip:100@acme"],
        description="The SIP URI dialled; a host without a dot gets `.sip.twilio.com`.",
    )
    headers: Fields = Field(
        default_factory=list, description="Header fields to add to the INVITE: a list of [name, value]."
    )
    user: FieldText | None = Field(None, description="A digest user name other than the phone's.")
    password: str | None = Field(None, description="A password other than the phone's.")
    transport: Transport | None = Field(None, description="A transport other than the phone's.")

    _is_uri = field_validator("to")(sip_uri)

    def run(self, stage: Stage, path: str) -> Script[None]:  # noqa: ARG002 - as every step
        """Send the INVITE."""
        if self.password:
            stage.secrets.add(self.password)
        phone = stage.world.phone(stage.phone_name(self.phone))
        call = phone.dial(
            full_uri(self.to),
            headers=self.headers,
            user=self.user,
            password=self.password,
            transport=self.transport,
        )
        stage.add_call(self.name, call, phone)
        yield from ()
