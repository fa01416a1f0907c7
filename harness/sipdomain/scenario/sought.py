"""Which SIP message is meant: a request by its method or a response by its status, and what it must look like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import AfterValidator, Field, model_validator

from sipdomain.scenario.descriptions import CODECS, checked_path
from sipdomain.scenario.messages import Sender
from sipdomain.scenario.values import Count, Strict, Text

_SHORT: Final = re.compile(r"sips?:(?:[^@]*@)?[A-Za-z0-9-]+(?:[;:?].*)?")
"""A URI as `to` takes it: its host has no dot."""
_SAVED: Final = re.compile(r"status|method|request_uri|headers\.[!-~]+|sdp\.[!-~]+")


def _checked_field(field: str) -> str:
    if not _SAVED.fullmatch(field):
        raise ValueError(
            f"`{field}` is not a field of a message; write such as `headers.X-Order`, `sdp.audio.port`, "
            "`request_uri`, `method` or `status`"
        )
    if field.startswith("sdp."):
        checked_path(field.removeprefix("sdp."))
    return field


class Sought(Strict):
    """A message of a call, by what it is and what it says."""

    method: str | None = Field(None, description="A request: its method.")
    status: int | None = Field(None, ge=100, le=699, description="A response: its status.", examples=[200])
    of: str | None = Field(None, description="The method that the response answers.")
    sender: Sender | None = Field(
        None, alias="from", description="Who sent it: the `phone`, or the `cloud`; either when left out."
    )
    headers: dict[str, Text] = Field(
        default_factory=dict, description="Header fields, among others; of several of a name one must be so."
    )
    absent: list[str] = Field(default_factory=list, description="Header fields that it must not have.")
    request_uri: Text | None = Field(None, description="The Request-URI of a request.")
    sdp: dict[Annotated[str, AfterValidator(checked_path)], Text | list[str]] = Field(
        default_factory=dict, description="What its session description says, by [path](#message)."
    )

    @model_validator(mode="after")
    def _says_what_fits_together(self) -> Sought:
        if (self.method is None) == (self.status is None):
            raise ValueError("exactly one of method and status is needed; write `method: INVITE`")
        if self.of is not None and self.status is None:
            raise ValueError("of stands beside status only: the method that a response answers")
        if self.request_uri is not None and self.method is None:
            raise ValueError("request_uri stands beside method only: a response has none")
        if isinstance(self.request_uri, str) and _SHORT.fullmatch(self.request_uri):
            raise ValueError(
                "a Request-URI names the whole host, such as acme.sip.twilio.com; it is compared as it is sent"
            )
        self.refuse_empty("headers", "absent", "sdp", "save")
        for path, wanted in self.sdp.items():
            if wanted == []:
                raise ValueError(f"`{path}` cannot be empty: every section of media names at least one")
            if isinstance(wanted, list) != path.endswith(f".{CODECS}"):
                raise ValueError("codecs are a list, such as [PCMU, telephone-event]; all else is text")
        return self

    def methods(self, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield each method that is named, with its place below one."""
        for key, name in (("method", self.method), ("of", self.of)):
            if name is not None:
                yield (*place, key), name

    def __str__(self) -> str:
        what = self.method or str(self.status)
        of = f" to {self.of}" if self.of else ""
        return f"{what}{of}{f' from the {self.sender}' if self.sender else ''}"


class Message(Sought):
    """A message of a call: one that is so, a certain one, or how many there are."""

    nth: int | None = Field(
        None,
        ge=1,
        description="Which one, of those of this method or status, `of` and `from`; any when left out.",
    )
    count: Count | None = Field(None, description="How many there are in all that are so; `none` for none.")
    save: dict[str, Annotated[str, AfterValidator(_checked_field)]] = Field(
        default_factory=dict,
        description="What to remember of it: a name, and `headers.NAME`, `sdp.PATH`, `request_uri`, `method` or `status`.",
    )

    @model_validator(mode="after")
    def _is_one_or_counted(self) -> Message:
        if self.count is not None and (self.nth is not None or self.save):
            raise ValueError("count speaks of all such messages; write nth and save where one is meant")
        return self


class Between(Strict):
    """How long it took from one message to another."""

    first: Sought = Field(description="The message from which it counts: the first that is so.")
    then: Sought = Field(description="The message up to which it counts: the first behind it that is so.")
    at_least: float | None = Field(None, ge=0, description="The shortest time, in seconds.")
    at_most: float | None = Field(None, gt=0, description="The longest time, in seconds.")

    @model_validator(mode="after")
    def _has_a_bound(self) -> Between:
        if self.at_least is None and self.at_most is None:
            raise ValueError("one of at_least and at_most is needed; write `at_most: 2`")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least is more than at_most")
        return self

    def __str__(self) -> str:
        bounds = (("at least", self.at_least), ("at most", self.at_most))
        return " and ".join(f"{word} {seconds:g} s" for word, seconds in bounds if seconds is not None)
