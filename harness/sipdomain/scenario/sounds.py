"""What an expectation says of sound: something to hear, and what a recording holds."""

from __future__ import annotations

from typing import Final

from pydantic import Field, model_validator

from sipdomain.scenario.lengths import Length
from sipdomain.scenario.values import Strict, Wording

LOWEST: Final = 20.0
"""A tone up to here is not told from a steady level, which nobody hears."""
HIGHEST: Final = 4000.0
"""Half the rate of telephone audio: no tone from here on can be in it, so that each would be `unheard`."""


class Sound(Strict):
    """Something to hear."""

    say: str | None = Field(None, description="Words, in the voice that the emulator uses.")
    tone: float | None = Field(
        None, gt=LOWEST, lt=HIGHEST, description="A tone's frequency in hertz, between 20 and 4000."
    )

    @model_validator(mode="after")
    def _is_one_thing(self) -> Sound:
        if (self.say is None) == (self.tone is None):
            raise ValueError("exactly one of say and tone is needed")
        return self


class Heard(Sound):
    """Something to hear, all of it or nearly all."""

    words: Wording | None = Field(
        None,
        description="Words of which a share is enough; part of what a bot or `<Say>` of ours says will do.",
    )
    at_least: float = Field(0.8, gt=0, le=1, description="Which share of `words`, from 0 to 1.")

    @model_validator(mode="after")
    def _is_one_thing(self) -> Heard:
        if sum(each is not None for each in (self.say, self.tone, self.words)) != 1:
            raise ValueError("exactly one of say, tone and words is needed")
        if "at_least" in self.model_fields_set and self.words is None:
            raise ValueError("at_least stands beside words only")
        return self


class Recording(Strict):
    """What a recording holds, and how long it is."""

    say: str | None = Field(None, description="Words, in the voice that the emulator uses.")
    tone: float | None = Field(
        None, gt=LOWEST, lt=HIGHEST, description="A tone's frequency in hertz, between 20 and 4000."
    )
    length: Length | None = Field(None, description="How long it is, as served: `3s` or `2..4`.")

    @model_validator(mode="after")
    def _says_something(self) -> Recording:
        if self.say is not None and self.tone is not None:
            raise ValueError("at most one of say and tone can stand here")
        if not self.model_fields_set:
            raise ValueError("one of say, tone and length is needed")
        return self
