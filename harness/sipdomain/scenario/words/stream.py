"""What is expected of the call's media streams: the messages that went and came, marks, and what was cleared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from sipdomain.scenario.expect import streams
from sipdomain.scenario.expect.judge import Look
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import Count, Strict, Text
from sipdomain.scenario.world import PhoneCall

_FIELD = re.compile(r"[A-Za-z]+(\.[^.]+)*")


def _checked_field(field: str) -> str:
    if not _FIELD.fullmatch(field):
        raise ValueError(f"`{field}` is not a field of a message; write such as `start.customParameters.who`")
    return field


def _check_one_way(sent: str | None, came: str | None) -> None:
    if (sent is None) == (came is None):
        raise ValueError("a message is either `sent` or `came`")


class StreamMessage(Strict):
    """A message on the WebSocket of a stream, media excepted."""

    sent: Literal["connected", "start", "dtmf", "mark", "stop"] | None = Field(
        None, description="The event of a message to the bot."
    )
    came: Literal["mark", "clear"] | None = Field(None, description="The event of a message of the bot's.")
    fields: dict[Annotated[str, AfterValidator(_checked_field)], Text] = Field(
        default_factory=dict,
        description="Fields of it, among others, by their places: `dtmf.digit`, `start.customParameters.who`.",
    )

    @model_validator(mode="after")
    def _goes_one_way(self) -> Self:
        _check_one_way(self.sent, self.came)
        return self


class RelayMessage(Strict):
    """A message on the WebSocket of a ConversationRelay."""

    sent: Literal["setup", "prompt", "dtmf", "interrupt", "error", "info"] | None = Field(
        None, description="The type of a message to the bot."
    )
    came: Literal["text", "play", "sendDigits", "language", "end"] | None = Field(
        None, description="The type of a message of the bot's."
    )
    fields: dict[Annotated[str, AfterValidator(_checked_field)], Text] = Field(
        default_factory=dict,
        description="Fields of it, among others, by their places: `voicePrompt`, `customParameters.who`.",
    )

    @model_validator(mode="after")
    def _goes_one_way(self) -> Self:
        _check_one_way(self.sent, self.came)
        return self


class OfTheStream(Strict):
    """Expectations of media streams."""

    stream: Annotated[list[StreamMessage], Field(min_length=1)] | None = Field(
        None,
        description="Messages on the WebSocket of a [stream](streams.md), in this order, others between them.",
        examples=[[{"sent": "start"}, {"came": "mark"}, {"sent": "mark"}]],
    )
    relay: Annotated[list[RelayMessage], Field(min_length=1)] | None = Field(
        None,
        description="Messages on the WebSocket of a [ConversationRelay](conversation-relay.md), in this order, others "
        "between them.",
        examples=[
            [{"sent": "setup"}, {"sent": "prompt", "fields": {"voicePrompt": "Hello"}}, {"came": "text"}]
        ],
    )
    marks: list[str] | None = Field(
        None, description="The names of all marks that were sent back to the bot, in order."
    )
    cleared: Count | None = Field(
        None, description="How often the bot cleared what was waiting to be played; `none` for never."
    )

    def looks_at_the_stream(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        """Yield what looks at the streams of the call."""
        if self.stream is not None:
            wanted = [streams.Wanted(each.sent, each.came, each.fields) for each in self.stream]
            yield partial(streams.messages, stage, call, wanted)
        if self.relay is not None:
            wanted = [streams.Wanted(each.sent, each.came, each.fields) for each in self.relay]
            yield partial(streams.relay, stage, call, wanted)
        if self.marks is not None:
            yield partial(streams.marks, stage, call, self.marks)
        if self.cleared is not None:
            yield partial(streams.cleared, stage, call, self.cleared)
