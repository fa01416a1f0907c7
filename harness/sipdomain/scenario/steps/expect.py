"""Say what must be seen of a call, and wait until it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from pydantic import Field, model_validator

from sipdomain.scenario.cue import watched
from sipdomain.scenario.expect.finding import Standing, named
from sipdomain.scenario.expect.judge import Look, judged
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.sounds import Heard
from sipdomain.scenario.stage import INSTANT, Stage
from sipdomain.scenario.step import Judging
from sipdomain.scenario.values import ByProfile, Within, several
from sipdomain.scenario.words.application import OfTheApplication
from sipdomain.scenario.words.emulator import OfTheEmulator
from sipdomain.scenario.words.phone import OfThePhone
from sipdomain.scenario.words.stream import OfTheStream
from sipdomain.scenario.words.talk import OfTheTalk
from sipdomain.scenario.words.voice import OfTheVoice
from sipdomain.scenario.world import PhoneCall, Script, Until

_SOME = ("headers", "parameters", "absent", "request_headers", "save")
"""What expects nothing when it is empty, unlike `alerts: []`."""

_OF_A_CALL = frozenset({
    "answers_within", "callback", "callbacks", "cleared", "dialled", "ended_by", "heard", "legs", "marks", "marks_after",
    "pressed", "recorded", "relay", "said", "silence_at_most", "stale_audio", "stops_within", "stream", "talk_over",
    "transcript", "transfer", "unheard", "verbs", "verbs_begin",
})  # fmt: skip
_OF_A_REGISTRATION = frozenset({"bindings", "registered"})
_KINDS = {True: "a call, which alone has this", False: "a registration, which alone has this"}


class Expect(OfTheVoice, OfTheTalk, OfTheStream, OfTheApplication, OfTheEmulator, OfThePhone, Judging):
    """Expectations of one call; all must be met before the time is up.

    Each is judged as soon as nothing that may still come can change it: see [when](#when-an-expectation-is-judged).
    """

    call: str = Field("", description="Which call; the latest when left out.")
    leg: int = Field(
        1,
        ge=1,
        description="Which leg of the call, in the order of their beginning; 1 is the call itself.",
    )
    within: Within = Field(5.0, description="How long to wait, in seconds.")

    @model_validator(mode="after")
    def _expects_something(self) -> Expect:
        if not self.words():
            raise ValueError("nothing is expected here")
        if self.track and self.heard is None and self.unheard is None:
            raise ValueError("`track` is of `heard` and `unheard`, and neither is there")
        if self.track and any(getattr(each, "words", None) is not None for each in several(self.heard)):
            raise ValueError(
                "in a track words are looked for as they were said: write `say` in place of `words`"
            )
        self.refuse_empty(*_SOME)
        return self

    def words(self) -> set[str]:
        """Return what is written here but for the call, and how it is judged."""
        return self.model_fields_set - {"call", "leg", "track", "within", "soft"}

    def names_saved(self) -> Iterator[tuple[str, ...]]:
        """Yield the place of each name that it remembers something of a message, or of a request, by."""
        yield from (("save", name) for name in self.save)
        messages = dict(self.message) if isinstance(self.message, ByProfile) else {"": self.message}
        for profile, each in messages.items():
            for name in each.save if each is not None else ():
                yield ("message", *filter(None, (profile,)), "save", name)

    def run(self, stage: Stage, path: str) -> Script[None]:
        """Wait until all is met."""
        comparison = stage.comparison
        if comparison is not None and self.leg > 1:
            comparison.hide_leg(path)
            return
        deadline = stage.world.now() + self.within
        call = yield from self._judged_leg(stage, path, deadline)
        within = max(INSTANT, deadline - stage.world.now()) if self.leg > 1 else self.within
        self._refuse_other_kinds(call, path)
        looks = list(self.looks(stage, call))
        if comparison is not None:
            yield from comparison.judge(stage, call, looks, within, path)
            self._save(stage, path, call)
            return
        if self._is_measured:
            yield from watched(stage, lambda: _are_decided(looks), within)
            within = max(INSTANT, deadline - stage.world.now())
        unmet = yield from judged(stage, call, looks, within)
        if unmet:
            raise ExpectationError(
                *(
                    Mismatch(f"{path}.{each.field}", each.expected, each.got, each.near, call.call_id)
                    for each in unmet
                )
            )

        self._save(stage, path, call)

    def _refuse_other_kinds(self, call: PhoneCall, path: str) -> None:
        """See that nothing is expected that such a call never has: it would be met whatever happens.

        Raises:
            ExpectationError: Something is, such as `heard: silence` of a registration.
        """
        if not call.call_id:  # of a foreign phone that never called; the judge says so
            return
        other = _OF_A_CALL if call.method != "INVITE" else frozenset()
        other |= _OF_A_REGISTRATION if call.method != "REGISTER" else frozenset()
        found = [
            Mismatch(f"{path}.{word}", _KINDS[word in _OF_A_CALL], named(call), (), call.call_id)
            for word in sorted(self.words() & other)
        ]
        if found:
            raise ExpectationError(*found)

    def _save(self, stage: Stage, path: str, call: PhoneCall) -> None:
        for each in (*self.saved_of_the_phone(stage, call), *self.saved_of_the_application(stage, call)):
            if each.value is None:
                raise ExpectationError(
                    Mismatch(f"{path}.{each.place}", f"a field `{each.field}`", "none", (), call.call_id)
                )
            stage.memory.save(each.name, each.value)

    def _judged_leg(self, stage: Stage, path: str, deadline: float) -> Script[PhoneCall]:
        """Wait until the leg begins that is judged, and return it.

        Raises:
            ExpectationError: The call was over, or the time was up, before it began.
        """
        call = stage.call(self.call)
        while (leg := stage.leg(call, self.leg)) is None:
            left, noise = deadline - stage.world.now(), stage.noise(call)
            if left <= INSTANT or (noise is not None and noise <= INSTANT):
                got = len(stage.legs(call))
                seen = f"{got} legs" if got > 1 else "no leg but the call itself"
                raise ExpectationError(Mismatch(f"{path}.leg", f"a leg {self.leg}", seen, (), call.call_id))
            changes = partial(_has_changed, stage, call, self.leg, is_over=noise is not None)
            yield Until(changes, left if noise is None else min(noise, left))
        return leg

    @property
    def _is_measured(self) -> bool:
        """Whether something is expected that no event announces: it is found in the sound itself."""
        return any(isinstance(each, Heard) and each.words is not None for each in several(self.heard)) or any(
            each is not None
            for each in (self.answers_within, self.stops_within, self.stale_audio, self.marks_after)
        )

    def looks(self, stage: Stage, call: PhoneCall) -> Iterator[Look]:
        """Yield what looks at each expectation under the world's profile."""
        yield from self.looks_at_the_phone(stage, call)
        yield from self.looks_at_the_voice(stage, call)
        yield from self.looks_at_the_stream(stage, call)
        yield from self.looks_at_the_talk(stage, call)
        yield from self.looks_at_the_emulator(stage, call)
        yield from self.looks_at_the_application(stage, call)


def _are_decided(looks: Sequence[Look]) -> bool:
    standings = [look().standing for look in looks]
    return Standing.LOST in standings or Standing.OPEN not in standings


def _has_changed(stage: Stage, call: PhoneCall, leg: int, *, is_over: bool) -> bool:
    """Return whether a leg began, or whether the call is over, where it was not, or the other way round."""
    return stage.leg(call, leg) is not None or (stage.noise(call) is not None) != is_over
