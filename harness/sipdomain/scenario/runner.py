"""Play a scenario in a world and say how it went; the same generator drives live and virtual time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from sipdomain.entries import Entry
from sipdomain.errors import SetupError
from sipdomain.runtime.media.tap import NO_TRAFFIC
from sipdomain.scenario.call_audio import CallAudio, audio_of
from sipdomain.scenario.course import carried_out
from sipdomain.scenario.foreign_words import words_to_know
from sipdomain.scenario.given import Given
from sipdomain.scenario.judges import EXPECTED, HINT, why_vacuous
from sipdomain.scenario.judging import Judge
from sipdomain.scenario.loader import ScenarioFile
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.peers.available import lacking
from sipdomain.scenario.possible import placed
from sipdomain.scenario.stage import INSTANT, Stage, is_within
from sipdomain.scenario.step import numbered, walk
from sipdomain.scenario.steps.external import External
from sipdomain.scenario.unmatched import Unmatched
from sipdomain.scenario.world import Profile, Script, Substrate, Traffic, Until, World
from sipdomain.twilio.configuration.model import ConfigurationError

T = TypeVar("T")
_FOREIGN = frozenset({"sipp", "baresip", "pjsip"})

STANDING = 2.0
"""How long calls that a scenario left standing get to end, in seconds; and, once hung up, all that is under way."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a scenario went.

    Attributes:
        file: The scenario's file.
        title: Its title.
        outcome: "failed" when an expectation was not met; "not run" when it could not be tried.
        profile: The profile it ran under.
        substrate: Live or virtual time.
        duration: Seconds of the world's clock, virtual in sim.
        reason: Why it was not run, or "".
        mismatches: What was expected and did not come.
        entries: All that happened.
        calls: For each SIP Call-ID the name of the call in the scenario.
        secrets: Texts that a report must mask.
        tags: The scenario's tags.
        traffic: The packets of its audio, where they were asked for.
        audio: What was said in its first calls, where that was asked for.
    """

    file: str
    title: str
    outcome: Literal["passed", "failed", "not run"]
    profile: Profile
    substrate: Substrate
    duration: float = 0.0
    reason: str = ""
    mismatches: tuple[Mismatch, ...] = ()
    entries: tuple[Entry, ...] = ()
    calls: dict[str, str] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()
    tags: tuple[str, ...] = ()
    traffic: Traffic = NO_TRAFFIC
    audio: tuple[CallAudio, ...] = ()


class MakeWorld(Protocol):
    """Builds the world of one scenario."""

    def __call__(self, given: Given, *, profile: Profile, seed: int) -> World:
        """Return a world that is ready: sockets bound, webhook application up, phones idle."""


def run_scenario(
    source: ScenarioFile,
    make_world: MakeWorld,
    *,
    substrate: Substrate,
    profile: Profile = "documented",
    seed: int = 0,
    stop: Callable[[], bool] = lambda: False,
    with_audio: bool = False,
    comparison: Judge | None = None,
) -> Result:
    """Play one scenario.

    Args:
        source: The scenario.
        make_world: Builds its world.
        substrate: What kind of world that is.
        profile: Which of the service's two faces is emulated.
        seed: For all that is random.
        stop: Asked again and again whether to break off; what is broken off is not run.
        with_audio: Whether to keep what was said in its calls.
        comparison: Judges in place of its steps, where the world is that of another SIP domain.

    Returns:
        How it went. What is wrong with the harness itself comes through as an exception.

    Raises:
        FileError: What is given cannot be: a weak password, a list that is not there.
    """
    scenario = source.scenario
    result = not_run(source, substrate, profile)
    if reason := reason_not_to_run(source, substrate, profile):
        return replace(result, reason=reason)
    try:
        world = make_world(scenario.given, profile=profile, seed=seed)
    except SetupError as error:
        return replace(result, reason=str(error))
    except ConfigurationError as error:
        raise placed(error, source.root) from None
    began_at = world.now()
    stage = Stage(world, scenario.given, Path(source.path).parent, within=scenario.within, seed=seed)
    stage.secrets |= source.secrets
    stage.comparison = comparison
    unmatched = Unmatched(world.journal)
    try:
        for words in words_to_know(scenario.steps) if scenario.given.app_url else ():
            world.learn(words)
        mismatches = world.run(_breakable(_played(source, stage), stop))
        audio = audio_of(stage) if with_audio else ()
    except _BrokenOffError:
        return replace(result, reason="broken off", duration=world.now() - began_at)
    finally:
        stage.close()
        unmatched.close()
        world.close()
    mismatches = (*(replace(each, where=source.place(each.path)) for each in unmatched.found), *mismatches)
    return replace(
        result,
        outcome="failed" if mismatches else "passed",
        duration=world.now() - began_at,
        mismatches=mismatches,
        entries=tuple(world.journal),
        calls={call.call_id: name for name, call in stage.calls.items()},
        secrets=frozenset(stage.secrets),
        traffic=world.traffic(),
        audio=audio,
    )


def not_run(source: ScenarioFile, substrate: Substrate, profile: Profile, reason: str = "") -> Result:
    """Return the result of a scenario that was not played."""
    scenario = source.scenario
    return Result(
        source.path,
        scenario.scenario,
        "not run",
        profile,
        substrate,
        reason=reason,
        tags=tuple(scenario.tags),
    )


def reason_not_to_run(source: ScenarioFile, substrate: Substrate, profile: Profile) -> str:
    """Return why a scenario cannot be run here, as far as that is known beforehand; "" when it can."""
    scenario = source.scenario
    if profile not in scenario.profiles:
        return f"applies to profile {', '.join(scenario.profiles)} only"
    # A foreign phone is needed by who lets it call, said or not.
    needs = {*scenario.needs, *({each.name for _, each in walk(scenario.steps)} & _FOREIGN)}
    steps = [each.step for _, each in walk(scenario.steps)]
    waits_for_a_person = any(isinstance(each, External) and each.say is not None for each in steps)
    if substrate == "sim" and (needs - {"sim", "speech"} or scenario.given.app_url or waits_for_a_person):
        return "needs live sockets"
    if substrate == "live" and "sim" in needs:
        return "needs virtual time"
    return lacking(needs)


class _BrokenOffError(Exception):
    """A scenario is not played to its end."""


def _breakable(script: Script[T], stop: Callable[[], bool]) -> Script[T]:
    """Play a script until it ends or is to be broken off; its steps tidy up in either case.

    Raises:
        _BrokenOffError: It was broken off.
    """
    try:
        wait = next(script)
        while True:
            held = yield Until(partial(_holds, wait, stop), wait.within)
            if stop():
                script.close()
                raise _BrokenOffError
            wait = script.send(held)
    except StopIteration as end:
        value: T = end.value
        return value


def _holds(wait: Until, stop: Callable[[], bool]) -> bool:
    return stop() or wait.condition()


def _played(source: ScenarioFile, stage: Stage) -> Script[tuple[Mismatch, ...]]:
    """Play all steps, up to the first that fails and is not soft, and end what still stands."""
    steps = numbered(source.scenario.steps)
    ended_by: tuple[Mismatch, ...] = ()
    try:
        yield from _in_time(carried_out(steps, stage), stage, source.scenario.timeout)
    except ExpectationError as failure:
        ended_by = failure.mismatches
    yield from _ended(stage)
    if (
        not stage.passed_over
        and not ended_by
        and (lacking := why_vacuous(source.scenario, stage.world.profile))
    ):
        ended_by = (Mismatch("steps", EXPECTED, lacking, (HINT,)),)
    late = _lateness(stage.world.put_off)
    return tuple(
        replace(each, where=source.place(each.path), near=(*each.near, *late))
        for each in (*stage.passed_over, *ended_by)
    )


def _lateness(put_off: float) -> tuple[str, ...]:
    """Return what a failure says of a machine that could not keep up."""
    if not put_off:
        return ()
    return (
        f"the machine was too busy: audio stood still for {put_off:.2f} s in all, so what is said of it may not hold",
    )


def _in_time(script: Script[None], stage: Stage, timeout: float) -> Script[None]:
    """Run a script until it ends.

    Raises:
        ExpectationError: The time was up before; it names the steps that were under way.
    """
    deadline = stage.world.now() + timeout
    try:
        wait = next(script)
        while True:
            left = deadline - stage.world.now()
            held = yield Until(wait.condition, min(wait.within, left))
            if not held and deadline - stage.world.now() <= INSTANT:
                hung = [
                    each
                    for each in stage.under_way
                    if not any(is_within(one, each) for one in stage.under_way if one != each)
                ]
                raise ExpectationError(*(_too_late(each, timeout) for each in hung))
            wait = script.send(held)
    except StopIteration:
        return
    finally:
        script.close()


def _too_late(path: str, timeout: float) -> Mismatch:
    return Mismatch(
        path,
        f"the scenario to end within {timeout:g} s",
        "this step was still under way",
        ("raise `timeout`, or give the step a shorter `within`",),
    )


def _ended(stage: Stage) -> Script[None]:
    """Let the calls that a scenario left standing come to their end, and end those that do not."""

    def all_over() -> bool:
        return all(stage.is_over(call) for call in stage.begun)

    # The cloud first: who speaks the last word must not depend on how fast the machine is.
    yield Until(all_over, STANDING)
    for call in stage.begun:
        if call.state == "answered" and stage.takes_orders(call):
            phone, own = stage.phone_of(call)
            phone.hang_up(own)
    yield Until(lambda: all_over() and stage.world.is_idle, STANDING)
