"""What is expected of a conversation, at the caller's ear: how soon the far end answers and stops, and who is silent."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated

from pydantic import Field

from sipdomain.scenario.expect import talk
from sipdomain.scenario.expect.judge import Look
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import Strict, Wording
from sipdomain.scenario.world import PhoneCall

Limit = Annotated[float, Field(gt=0, le=600)]
Amount = Annotated[float, Field(ge=0, le=600)]


class OfOneTurn(Strict):
    """Expectations of how the far end takes what the caller said."""

    answers_within: Limit | None = Field(
        None,
        description="How soon the far end begins to speak, in seconds from the end of the caller's last words, or keys.",
    )
    stops_within: Limit | None = Field(
        None, description="How soon it falls silent when the caller speaks over it, in seconds."
    )
    stale_audio: Amount | None = Field(
        None,
        description="How many seconds at most are heard of what it was saying when the caller spoke over it.",
    )

    def looks_at_the_turn(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        """Yield what looks at how the far end takes what the caller was asked to say last."""
        for limit, look in (
            (self.answers_within, talk.answers_within),
            (self.stops_within, talk.stops_within),
            (self.stale_audio, talk.stale_audio),
        ):
            if limit is not None:
                yield partial(look, stage, call, talk.last_said(stage, call), limit)


class OfTheTalk(OfOneTurn):
    """Expectations of a conversation."""

    silence_at_most: Limit | None = Field(
        None, description="How many seconds both are silent at most, from the answer to the end of the call."
    )
    talk_over: Amount | None = Field(
        None, description="How many seconds at most both speak at one time, all in all."
    )

    marks_after: Annotated[dict[str, Wording], Field(min_length=1)] | None = Field(
        None,
        description="For each mark that is sent back to the bot, words that were heard by then.",
        examples=[{"line 1": "Welcome"}],
    )

    def looks_at_the_talk(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        """Yield what looks at the conversation."""
        yield from self.looks_at_the_turn(stage, call)
        if self.silence_at_most is not None:
            yield partial(talk.silence_at_most, stage, call, self.silence_at_most)
        if self.talk_over is not None:
            yield partial(talk.talk_over, stage, call, self.talk_over)
        for mark, words in (self.marks_after or {}).items():
            yield partial(talk.marks_after, stage, call, mark, words)
