"""Plays scenarios at a target, one after another."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, Self

from sipdomain.runtime.worlds.studio import Studio
from sipdomain.runtime.worlds.target import Target, TargetWorld
from sipdomain.scenario.compare.comparison import Comparison
from sipdomain.scenario.compare.provisionable import reason_not_to_compare
from sipdomain.scenario.compare.verdict import Compared, Verdict
from sipdomain.scenario.course import CARRIED_OUT
from sipdomain.scenario.given import Given
from sipdomain.scenario.judges import EXPECTED, expects
from sipdomain.scenario.loader import ScenarioFile
from sipdomain.scenario.mismatch import Mismatch
from sipdomain.scenario.runner import Result, not_run, run_scenario
from sipdomain.scenario.spoken import spoken_in
from sipdomain.scenario.stage import is_within
from sipdomain.scenario.step import Step, walk, written
from sipdomain.scenario.steps.expect import Expect
from sipdomain.scenario.steps.rest import Rest
from sipdomain.scenario.steps.say import Say
from sipdomain.scenario.steps.turns import Turns
from sipdomain.scenario.values import several
from sipdomain.scenario.words.voice import OfTheVoice
from sipdomain.scenario.world import Profile
from sipdomain.scenario.worlds import spec_of

_COUNTED: Final = frozenset({"missing", "lengths"})
_FROM_BEFORE: Final = "the account may have more of them from before"
_TAKEN: Final = "a name that it gives is taken there, by an earlier run or an earlier call"
_OTHER_VOICE: Final = "its voice may be another one than ours"
_UNDERSTOOD: Final = (
    "the target may have understood other words than the phone said, by another voice and another ear"
)
_NOTHING: Final = "no step says what must be seen under this profile"
_HEARING: Final = re.compile(r"speech|transcri|conversationrelay", re.IGNORECASE)
"""In a document, or a path of the REST API: the target listens for words."""
_EXPECTING: Final = frozenset({"expect", "rest", "answer", "wait_ringing", "wait_until", "turns"})
"""Steps that fail when something does not come."""


class Comparing:
    """Plays scenarios at one target. Close it when the run is over."""

    def __init__(self, target: Target, *, profile: Profile, seed: int, speech: bool) -> None:
        """Prepare.

        Args:
            target: The SIP domain.
            profile: Which expectations count, where they differ by profile.
            seed: For all that is random.
            speech: Whether words have a voice.
        """
        self._target = target
        self._profile: Profile = profile
        self._seed = seed
        self._studio = Studio() if speech else None
        self._world: TargetWorld | None = None
        self._words: Sequence[str] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._studio is not None:
            self._studio.close()

    def compare(self, source: ScenarioFile, stop: Callable[[], bool]) -> Compared:
        """Play a scenario.

        Args:
            source: The scenario.
            stop: Whether to break off.

        Raises:
            FileError: What is given cannot be.
        """
        if reason := reason_not_to_compare(source, self._target.sip):
            unplayed = not_run(source, "live", self._profile, reason)
            return Compared(unplayed, _untold(source, reason))
        comparison = Comparison()
        self._words, self._world = tuple(_words(source)), None
        result = run_scenario(
            source, self._make, substrate="live", profile=self._profile, seed=self._seed, stop=stop,
            comparison=comparison,
        )  # fmt: skip
        left = tuple(self._world.left_behind) if self._world is not None else ()
        if result.outcome == "not run":
            return Compared(result, _untold(source, result.reason), left)
        verdicts = _complete(source, comparison, result.mismatches, self._profile)
        return Compared(_judged(result, verdicts), verdicts, left)

    def _make(self, given: Given, *, profile: Profile, seed: int) -> TargetWorld:
        spec = spec_of(given, profile=profile, seed=seed, speech=self._studio is not None)
        self._world = TargetWorld(self._target, spec, self._words, self._studio)
        return self._world


def _judged(result: Result, verdicts: Sequence[Verdict]) -> Result:
    """Return a result that failed where anything differs."""
    differs = any(each.outcome == "differs" for each in verdicts)
    return replace(result, outcome="failed" if differs else "passed")


def _untold(source: ScenarioFile, why: str) -> tuple[Verdict, ...]:
    """Return what is said of each step that expects something, of a scenario that was not played."""
    return tuple(
        Verdict(path, "could not tell", why=why, where=source.place(path)) for path in _expecting(source)
    )


def _expecting(source: ScenarioFile) -> Iterator[str]:
    for place, each in walk(source.scenario.steps):
        if each.name in _EXPECTING:
            yield written(place)


def _complete(
    source: ScenarioFile, comparison: Comparison, mismatches: Sequence[Mismatch], profile: Profile
) -> tuple[Verdict, ...]:
    """Return what is said of all expectations, in the order of the file, those too of which the steps themselves say it."""
    steps = {written(place): each.step for place, each in walk(source.scenario.steps)}
    taken = {each.path.partition(".rest.")[0] for each in mismatches if _is_taken(each)}
    found = [*comparison.verdicts, *(_of_a_step(each, steps, taken) for each in mismatches)]
    named = [each.path for each in found]
    ended_by = next((each for each in reversed(found) if each.expected == CARRIED_OUT), None)
    for path in _expecting(source):
        if any(is_within(each, path) for each in named) or not expects(steps[path], profile):
            continue
        if path in comparison.begun:
            found.append(Verdict(path, "same"))
        else:
            why = f"the scenario ended before: {ended_by.why}" if ended_by else "the scenario ended before"
            found.append(Verdict(path, "could not tell", why=why))
    order = {path: number for number, path in enumerate(steps)}
    spoken_at = _listens_from(source)

    def position(verdict: Verdict) -> int:
        above = (number for path, number in order.items() if is_within(verdict.path, path))
        return max(above, default=len(order))

    found.sort(key=position)
    return tuple(
        replace(
            _misheard(each) if position(each) >= spoken_at else each,
            where=source.place(each.path),
        )
        for each in found
    )


def _listens_from(source: ScenarioFile) -> float:
    """Return the number of the first step in which a phone speaks to a target that listens for words; infinite for none."""
    steps = [each.step for _, each in walk(source.scenario.steps)]
    asked = (text for each in steps if isinstance(each, Rest) for text in each.sent)
    if not any(map(_HEARING.search, (*spoken_in(source.scenario.given).documents, *asked))):
        return math.inf
    speaking = (number for number, each in enumerate(steps) if isinstance(each, Say | Turns))
    return next(speaking, math.inf)


def _misheard(verdict: Verdict) -> Verdict:
    if verdict.outcome != "differs":
        return verdict
    return replace(verdict, outcome="could not tell", why=_UNDERSTOOD)


def _is_taken(mismatch: Mismatch) -> bool:
    """Return whether a request of the REST API was refused for a name that is there already."""
    refused = mismatch.path.endswith(".rest.status") and mismatch.got in {"400", "409"}
    return refused and any("exists" in each for each in mismatch.near)


def _of_a_step(mismatch: Mismatch, steps: Mapping[str, Step], taken: Collection[str]) -> Verdict:
    if mismatch.expected == CARRIED_OUT or mismatch.expected.startswith("the scenario to end"):
        return Verdict(mismatch.path, "could not tell", mismatch.expected, why=mismatch.got)
    if mismatch.expected == EXPECTED:
        return Verdict(mismatch.path, "could not tell", why=_NOTHING)
    path, rest, field = mismatch.path.partition(".rest.")
    step = steps.get(f"{path}.rest") if rest else None
    if ".turns." in mismatch.path and mismatch.path.endswith(".heard"):
        return Verdict(mismatch.path, "could not tell", mismatch.expected, mismatch.got, _OTHER_VOICE)
    if rest and path in taken:
        return Verdict(mismatch.path, "could not tell", mismatch.expected, mismatch.got, _TAKEN)
    if isinstance(step, Rest) and step.get is not None and field.partition(".")[0] in _COUNTED:
        return Verdict(mismatch.path, "could not tell", mismatch.expected, mismatch.got, _FROM_BEFORE)
    return Verdict(mismatch.path, "differs", mismatch.expected, mismatch.got)


def _words(source: ScenarioFile) -> Iterator[str]:
    """Yield the words that a scenario listens for, where they are known beforehand."""
    for _, each in walk(source.scenario.steps):
        if isinstance(each.step, Expect):
            yield from (text for text in _sounds(each.step) if "${" not in text)


def _sounds(expected: OfTheVoice) -> Iterator[str]:
    for sounds in (expected.heard, expected.unheard):
        yield from (text for each in several(sounds) if (text := getattr(each, "say", None)))
