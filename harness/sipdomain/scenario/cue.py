"""When a caller speaks: at once, after a pause, when words were heard, or over the far end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from pydantic import Field, model_validator

from sipdomain.phone.call import PhoneCall, Said
from sipdomain.scenario.expect.ear import SomeWords
from sipdomain.scenario.expect.finding import Standing
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.stage import INSTANT, Stage
from sipdomain.scenario.talk import FRAME, Talk
from sipdomain.scenario.values import Strict, Wording
from sipdomain.scenario.world import Script, Until

ENOUGH: Final = 0.8
"""Which share of words has to be heard, unless something else is said."""
_NEAR: Final = 0.05
Seconds = Annotated[float, Field(ge=0, le=600)]


class Cue(Strict):
    """When a caller speaks; at once when nothing is said of it."""

    pause: Seconds | None = Field(
        None, description="Once both have been silent for so many seconds.", examples=[0.7]
    )
    barge_in_at: Seconds | None = Field(
        None,
        description="Over the far end, so many seconds after it began its turn: what it says since the caller spoke last.",
        examples=[1.5],
    )
    when_heard: Wording | None = Field(
        None,
        description="Once 0.8 of these words were heard since the caller spoke last; a `pause` comes behind them.",
    )

    @model_validator(mode="after")
    def _is_one_moment(self) -> Cue:
        if self.barge_in_at is not None and (self.pause is not None or self.when_heard is not None):
            raise ValueError("who barges in waits for nothing else; leave out pause and when_heard")
        return self

    def wait(self, stage: Stage, call: PhoneCall, path: str, within: float) -> Script[None]:
        """Wait for the moment.

        Raises:
            ExpectationError: It did not come in time, or the call was over before.
        """
        turn_at = turn_of(stage.talk(call))
        if self.when_heard is not None:
            words = SomeWords(stage.memory.fill(self.when_heard), ENOUGH, turn_at)
            expected = f"the words “{self.when_heard}”, to speak after them"
            is_heard = lambda: words.look(stage, call).standing is Standing.MET  # noqa: E731 - asked below alone
            yield from self._wait(stage, call, is_heard, (f"{path}.when_heard", expected), within)
        if self.pause is not None:
            pause = self.pause
            expected = f"{pause:g} s of silence, to speak after them"
            yield from self._wait(
                stage, call, lambda: silence_of(stage, call) >= pause - INSTANT, (f"{path}.pause", expected),
                within,
            )  # fmt: skip
        if self.barge_in_at is not None:
            at = self.barge_in_at
            expected = f"somebody who speaks {at:g} s after the begin of a turn, to interrupt"
            yield from self._wait(
                stage, call, lambda: _is_to_interrupt(stage, call, turn_at, at), (f"{path}.barge_in_at", expected),
                within,
            )  # fmt: skip

    @staticmethod
    def _wait(
        stage: Stage, call: PhoneCall, is_there: Callable[[], bool], what: tuple[str, str], within: float
    ) -> Script[None]:  # fmt: skip
        path, expected = what
        came = yield from watched(stage, lambda: is_there() or stage.is_over(call), within)
        if came and not stage.is_over(call):
            return
        got = "the call was over" if came else f"not in {within:g} s"
        raise ExpectationError(Mismatch(path, expected, got, (), call.call_id))


def watched(stage: Stage, condition: Callable[[], bool], within: float) -> Script[bool]:
    """Wait for something that is heard; in virtual time no event announces it."""
    now = stage.world.now
    deadline, asked_at, came = now() + within, float("-inf"), False

    def is_so() -> bool:
        # Nothing new is heard within a frame, whatever else happens; and who asks twice gets the same answer.
        nonlocal asked_at, came
        if not came and now() >= asked_at + FRAME - INSTANT:
            asked_at = now()
            came = condition()
        return came

    while (left := deadline - now()) > INSTANT:
        if (yield Until(is_so, min(left, FRAME))):
            return True
    return condition()


def last_of(call: PhoneCall) -> Said | None:
    """Return what the caller said last, as far as it has begun."""
    return next((each for each in reversed(call.utterances) if each.began_at is not None), None)


def turn_of(talk: Talk) -> float:
    """Return when the caller ended to speak; for ever ago when it has not spoken."""
    said = last_of(talk.call)
    words = talk.words_of(said) if said is not None else None
    if words is None:
        return float("-inf")
    return words.begin if words.end is None else words.end


def silence_of(stage: Stage, call: PhoneCall) -> float:
    """Return for how many seconds both have been silent; of a far end that was never heard, since the answer."""
    talk = stage.talk(call)
    if talk.is_speaking or any(each.ended_at is None for each in call.utterances):
        return 0.0
    moments = [each.end for each in talk.voices[-1:] if each.end is not None]
    return stage.world.now() - max(*moments, turn_of(talk), call.answered_at or 0.0, float("-inf"))


def _is_to_interrupt(stage: Stage, call: PhoneCall, turn_at: float, after: float) -> bool:
    talk = stage.talk(call)
    began = next((each.begin for each in talk.voices if each.begin >= turn_at - _NEAR), None)
    if began is None or not talk.is_speaking:
        return False
    # What was heard last is a moment old: it still speaks only if it did not pause since.
    return stage.world.now() - began >= after - INSTANT and talk.heard_until - talk.quiet_since < _NEAR
