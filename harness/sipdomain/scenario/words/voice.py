"""What is expected of the voice of a call: heard, said, pressed, recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Annotated, Literal

from pydantic import Field

from sipdomain.scenario.expect import ear, voice
from sipdomain.scenario.expect.judge import Look
from sipdomain.scenario.keys import AllKeys
from sipdomain.scenario.sounds import Heard, Recording, Sound
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.values import Strict, Text, several
from sipdomain.scenario.world import PhoneCall

SomeSounds = Annotated[list[Sound], Field(min_length=1)]
SomeHeard = Annotated[list[Heard], Field(min_length=1)]


class OfTheVoice(Strict):
    """Expectations of what was heard and said."""

    heard: Heard | SomeHeard | Literal["silence"] | None = Field(
        None, description="What the phone heard, all of it in any order: say, words, tone, or `silence`."
    )
    unheard: Sound | SomeSounds | None = Field(None, description="What the phone did not hear: say, or tone.")
    track: str = Field(
        "",
        description="Of a [recording session](siprec.md) the track that is listened to: its label, or the user who speaks.",
    )
    said: Text | None = Field(
        None,
        description="Words that the emulator or the phone said to their end, or the file that the phone played.",
    )
    pressed: AllKeys | None = Field(
        None, description="All keys that the emulator heard, in order; `none` for no key.", examples=["123#"]
    )
    transcript: Annotated[list[voice.Happening], Field(min_length=1)] | None = Field(
        None,
        description="What happened in this order, whatever else happened between: see [transcript](#transcript).",
        examples=[[{"says": "Welcome"}]],
    )
    recorded: Recording | None = Field(
        None, description="What the recordings of the call hold, and how long they are."
    )

    def looks_at_the_voice(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        """Yield what looks at what was heard and said."""
        if self.heard == "silence":
            yield partial(ear.silence, stage, call, stage.memory.fill(self.track))
        else:
            yield from (partial(each.look, stage, call) for each in self._sounds(self.heard, stage))
        # What lacks its end was heard, too, where nothing of it is to be heard.
        for each in self._sounds(self.unheard, stage, to_the_end=False):
            yield partial(ear.Unheard(each).look, stage, call)
        if self.said is not None:
            said = stage.memory.fill(self.said) if isinstance(self.said, str) else self.said
            yield partial(voice.said, stage, call, said)
        if self.recorded is not None:
            if self.recorded.length is not None:
                yield partial(ear.length, stage, call, self.recorded.length)
            if self.recorded.say is not None or self.recorded.tone is not None:
                yield partial(self._sound(self.recorded, "recorded", stage).look, stage, call)
        if self.pressed is not None:
            yield partial(voice.pressed, stage, call, self.pressed)
        if self.transcript is not None:
            yield partial(voice.transcript, stage, call, [each.filled(stage) for each in self.transcript])

    def _sounds(
        self, written: Sound | Sequence[Sound] | None, stage: Stage, *, to_the_end: bool = True
    ) -> list[ear.Words | ear.Tone | ear.SomeWords]:
        sounds: list[Sound] = several(written or [])
        track = stage.memory.fill(self.track)
        return [self._sound(each, "heard", stage, track, to_the_end=to_the_end) for each in sounds]

    @staticmethod
    def _sound(
        sound: Sound | Recording, field: str, stage: Stage, track: str = "", *, to_the_end: bool = True
    ) -> ear.Words | ear.Tone | ear.SomeWords:
        if isinstance(sound, Heard) and sound.words is not None:
            return ear.SomeWords(stage.memory.fill(sound.words), sound.at_least)
        if sound.say is not None:
            return ear.Words(stage.memory.fill(sound.say), field, track, to_the_end=to_the_end)
        return ear.Tone(sound.tone or 0.0, field, track)
