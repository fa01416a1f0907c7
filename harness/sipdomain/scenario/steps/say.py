"""Say words into a call."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from sipdomain.media.noise import LONGEST, noise
from sipdomain.media.prompts import AudioFile
from sipdomain.phone import PhoneCall
from sipdomain.scenario.cue import Cue
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.in_call import InCall
from sipdomain.scenario.values import Within
from sipdomain.scenario.world import PhoneHandle, Script, Until

Words = Annotated[str, Field(min_length=1, max_length=4096)]
Noise = Annotated[float, Field(gt=0, le=LONGEST)]
Silence = Annotated[float, Field(gt=0, le=600)]


class Say(Cue, InCall):
    """Say words once the call is answered, behind what is said already, and go on at once; `expect: {said: …}` waits.

    The voice is the one that the emulator uses. What is not said when the call ends is not heard.
    """

    shorthand: ClassVar[str] = "words"
    purpose: ClassVar[str] = "say words in"

    words: Words | None = Field(None, description="What is said; `say: TEXT` is enough.")
    noise: Noise | None = Field(
        None, description="So many seconds of noise in place of words, as loud as a voice."
    )
    silence: Silence | None = Field(
        None, description="So many seconds in which nothing is said: the step lasts as long."
    )
    within: Within = Field(
        15.0, description="How long to wait for the answer, and then for the moment to speak, in seconds."
    )

    @model_validator(mode="after")
    def _is_one_thing(self) -> Say:
        if sum(each is not None for each in (self.words, self.noise, self.silence)) != 1:
            raise ValueError("exactly one of words, noise and silence is needed")
        return self

    def act(self, stage: Stage, path: str, phone: PhoneHandle, call: PhoneCall) -> Script[None]:
        """Wait for the moment, and say it."""
        yield from self.wait(stage, call, path, self.within)
        words = stage.memory.fill(self.words) if self.words is not None else None
        yield from uttered(stage, phone, call, words, self.noise, self.silence)


def uttered(
    stage: Stage, phone: PhoneHandle, call: PhoneCall, words: str | None, noisy: float | None,
    silent: float | None,
) -> Script[None]:  # fmt: skip
    """Say words, make noise, or be silent for so many seconds, or until the call is over."""
    if words is not None:
        phone.say(call, words)
    elif noisy is not None:
        phone.play(call, AudioFile(noise(noisy), "audio/basic"), f"noise of {noisy:g} s")
    elif silent is not None:
        yield Until(lambda: stage.is_over(call), silent)
