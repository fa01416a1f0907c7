"""A conversation as a table: who says what, what is expected back, and how soon."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated, ClassVar, Final

from pydantic import Field, model_validator

from sipdomain.phone import PhoneCall
from sipdomain.scenario.cue import ENOUGH, Cue, turn_of, watched
from sipdomain.scenario.expect.ear import SomeWords
from sipdomain.scenario.expect.finding import Finding, Standing
from sipdomain.scenario.expect.judge import Look
from sipdomain.scenario.keys import Keys
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.in_call import InCall
from sipdomain.scenario.steps.say import Noise, Silence, Words, uttered
from sipdomain.scenario.values import Within, Wording
from sipdomain.scenario.words.talk import OfOneTurn
from sipdomain.scenario.world import PhoneHandle, Script

PAUSE: Final = 0.5
"""After how many seconds of silence a caller takes its turn, unless something else is said."""
MOST_TURNS: Final = 1000
_WITHIN: Final = 15.0


class Turn(Cue, OfOneTurn):
    """What the caller does, and what is expected back; without the former, what the far end says by itself."""

    say: Words | None = Field(None, description="Words of the caller's.")
    press: Keys | None = Field(None, description="Keys that it presses.")
    noise: Noise | None = Field(None, description="So many seconds of noise, as loud as a voice.")
    silence: Silence | None = Field(None, description="So many seconds in which it says nothing.")
    heard: Wording | list[Wording] | None = Field(
        None, description="Words of the far end's that are heard from then on, in any order."
    )
    at_least: float = Field(ENOUGH, gt=0, le=1, description="Which share of them, from 0 to 1.")
    within: Within | None = Field(
        None, description="How long to wait for the moment, and then for what is expected; as the table says."
    )

    @model_validator(mode="after")
    def _is_a_turn(self) -> Turn:
        acts = [each for each in ("say", "press", "noise", "silence") if getattr(self, each) is not None]
        if len(acts) > 1:
            raise ValueError(f"{acts[0]} and {acts[1]} are two turns; begin the second with `-`")
        expected = self.model_fields_set & {"heard", "answers_within", "stops_within", "stale_audio"}
        if not acts and (expected != {"heard"} or self.barge_in_at is not None):
            raise ValueError("a turn has say, press, noise, silence, or `heard` alone")
        if {"stops_within", "stale_audio"} & expected and acts not in (["say"], ["noise"]):
            raise ValueError("only who says something interrupts; write say or noise")
        return self

    @property
    def moment(self) -> Cue:
        """When the caller speaks: after a pause, unless something else is said."""
        is_said = self.pause is not None or self.barge_in_at is not None or self.when_heard is not None
        return self if is_said else Cue.model_validate({"pause": PAUSE})

    @property
    def speaks(self) -> bool:
        """Whether the caller does something."""
        return any(each is not None for each in (self.say, self.press, self.noise))


class Turns(InCall):
    """A conversation: a list of turns, one after another. The first in which not all comes as expected ends it.

    A caller who speaks waits until both have been silent for half a second, unless the turn says otherwise. What is
    heard is looked for from the begin of a turn on.
    """

    listed: ClassVar[str] = "rows"
    purpose: ClassVar[str] = "talk in"

    rows: Annotated[list[Turn], Field(min_length=1, max_length=MOST_TURNS)] = Field(
        description="The turns; `turns: [TURN, …]` is enough.",
        examples=[[{"heard": "How can I help"}, {"say": "I want a table", "answers_within": 1.5}]],
    )
    within: Within = Field(
        _WITHIN, description="How long to wait for the answer to the call, and in each turn, in seconds."
    )

    def act(self, stage: Stage, path: str, phone: PhoneHandle, call: PhoneCall) -> Script[None]:
        """Carry the conversation on."""
        since = turn_of(stage.talk(call))
        for number, turn in enumerate(self.rows):
            since = yield from self._turn(turn, stage, f"{path}.rows[{number}]", phone, call, since)

    def _turn(
        self, turn: Turn, stage: Stage, path: str, phone: PhoneHandle, call: PhoneCall, since: float
    ) -> Script[float]:  # fmt: skip
        """Carry one turn out, and return from when on what the next one hears is looked for."""
        within = turn.within or self.within
        if turn.speaks:
            yield from turn.moment.wait(stage, call, path, within)
            since = stage.world.now()
        if turn.press is not None:
            phone.press(call, turn.press)
        yield from uttered(stage, phone, call, turn.say, turn.noise, turn.silence)
        words = [turn.heard] if isinstance(turn.heard, str) else turn.heard or []
        heard = [SomeWords(each, turn.at_least, since) for each in words]
        looks = [*(partial(each.look, stage, call) for each in heard), *turn.looks_at_the_turn(stage, call)]
        yield from watched(stage, lambda: _is_decided(looks, heard, stage, call), within)
        unmet = list(_unmet(looks, within))
        if unmet:
            raise ExpectationError(
                *(
                    Mismatch(f"{path}.{each.field}", each.expected, each.got, each.near, call.call_id)
                    for each in unmet
                )
            )
        return max([since, *(each.ended_at for each in heard)])


def _is_decided(looks: list[Look], heard: list[SomeWords], stage: Stage, call: PhoneCall) -> bool:
    standings = [look().standing for look in looks]
    is_over = stage.is_over(call) and not any(each.is_pending for each in heard)
    return is_over or Standing.LOST in standings or all(each is Standing.MET for each in standings)


def _unmet(looks: list[Look], within: float) -> Iterator[Finding]:
    for look in looks:
        found = look()
        if found.standing is not Standing.MET:
            yield found if found.standing is Standing.LOST else _late(found, within)


def _late(found: Finding, within: float) -> Finding:
    near = (*found.near, f"not known after {within:g} s; raise `within` where that is too short")
    return Finding(found.standing, found.field, found.expected, found.got, near)
