"""A phone that a scenario is given: who it is, where it stands, and what it is on purpose."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from sipdomain.errors import RestError
from sipdomain.scenario.values import Strict
from sipdomain.twilio.configuration.subscribers import client_of, number_of
from sipdomain.twilio.store.subscribers import CLIENT


def _full_address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError(f"`{text}` is not an IP address") from None


IpAddress = Annotated[str, AfterValidator(_full_address)]
Transport = Literal["udp", "tcp", "tls"]


def _number(text: str) -> str:
    try:
        return number_of(text)
    except RestError as error:
        raise ValueError(str(error)) from None


def _client(text: str) -> str:
    try:
        return client_of(text).removeprefix(CLIENT)
    except RestError as error:
        raise ValueError(str(error)) from None


def _display_name(text: str) -> str:
    if len(text) > 100 or not text.isprintable():
        raise ValueError("a display name is one line of at most 100 characters")
    return text


class PhoneGiven(Strict):
    """A phone, with one line."""

    user: str = Field("", description="The user part of its address; the phone's name when left out.")
    password: str = Field("", description="Its password; the one in the credential lists when left out.")
    display_name: Annotated[str, AfterValidator(_display_name)] = Field(
        "", description="The name beside its address, in From."
    )
    address: IpAddress = Field("127.0.0.1", description="The loopback address it calls from.")
    transport: Transport = Field("udp", description="How it reaches the emulator.")
    secure_media: bool = Field(
        default=False, description="Whether its audio is SRTP, as secure domains demand."
    )
    telephone_event: bool = Field(
        default=True, description="Whether it agrees on telephone-event; without it keys go as tones."
    )
    number: Annotated[str, AfterValidator(_number)] | None = Field(
        None, description="The phone number that leads to it: who calls that number calls this phone, by SIP."
    )
    client: Annotated[str, AfterValidator(_client)] | None = Field(
        None, description="The identity of the client that it is, likewise."
    )
    host: Annotated[str, Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$")] | None = Field(
        None, description="The host name by which it is called, such as pbx.example; nothing is looked up."
    )
    priority: int = Field(
        0,
        ge=0,
        le=65_535,
        description="Of several phones with one `host` the one with the lowest is called first.",
    )
    weight: int = Field(
        0,
        ge=0,
        le=65_535,
        description="Its share of the calls among phones with one `host` and one `priority`.",
    )
    silent: bool = Field(
        default=False,
        description="Whether it answers nothing at all, as a PBX that is down; it calls nobody.",
    )
    recorder: bool = Field(
        default=False,
        description="Whether it is a session recording server, which takes [SIPREC](siprec.md); it calls nobody.",
    )
    transfers: list[Annotated[int, Field(ge=100, le=699)]] = Field(
        default_factory=list,
        description="How it answers a REFER, and what it then reports of the new call; it calls nobody. 405 when left out.",
    )

    @field_validator("transfers")
    @classmethod
    def _begin_with_an_answer(cls, statuses: list[int]) -> list[int]:
        if statuses and statuses[0] < 200:
            raise ValueError("the first status answers the REFER, and is at least 200")
        return statuses

    @model_validator(mode="after")
    def _is_one_server(self) -> PhoneGiven:
        if self.host is None and (self.priority or self.weight):
            raise ValueError("`priority` and `weight` are of a phone with a `host`")
        return self

    @model_validator(mode="after")
    def _is_one_line(self) -> PhoneGiven:
        if self.number is not None and self.client is not None:
            raise ValueError("`number` cannot stand beside `client`; a phone is one of the two")
        if self.line and (self.transport == "tls" or self.secure_media):
            raise ValueError("a phone with a `number` or a `client` is called without TLS and SRTP")
        return self

    @property
    def line(self) -> str:
        """Its address in the numbering plan, or ""."""
        return f"{CLIENT}{self.client}" if self.client is not None else self.number or ""
