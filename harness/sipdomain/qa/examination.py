"""An examination: situations are played one after another, and each check says what it saw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sipdomain.errors import SetupError
from sipdomain.qa.bench import Bench, NotPossibleError, SkippedError
from sipdomain.qa.check import Check
from sipdomain.qa.checks import CHECKS
from sipdomain.qa.grade import Result
from sipdomain.qa.situation import Situation
from sipdomain.qa.situations import SITUATIONS
from sipdomain.qa.verdict import not_run


@dataclass(frozen=True, slots=True)
class Stage:
    """A situation was played, or could not be.

    Attributes:
        situation: It.
        results: What its checks say.
        user_agent: What the PBX called itself in it, or "".
        callers: What all who called named themselves.
    """

    situation: Situation
    results: tuple[Result, ...]
    user_agent: str = ""
    callers: tuple[str, ...] = ()


def situations_of(checks: Iterable[Check]) -> dict[Situation, list[Check]]:
    """Return the situations that checks need, in the order in which they are played, each with its checks."""
    found: dict[Situation, list[Check]] = {}
    wanted = list(checks)
    for situation in SITUATIONS.values():
        if own := [each for each in wanted if each.situation == situation.name]:
            found[situation] = own
    return found


def examine(bench: Bench, plan: Mapping[Situation, Iterable[Check]]) -> Iterator[Stage]:
    """Play situations, and yield each with what its checks say."""
    for situation, checks in plan.items():
        yield _stage(bench, situation, tuple(checks))


def _stage(bench: Bench, situation: Situation, checks: tuple[Check, ...]) -> Stage:
    missing = situation.acts - bench.driver.acts
    if missing:
        why = f"the driver {bench.driver.name} cannot {' or '.join(sorted(missing))}"
        return Stage(situation, _none(checks, why))
    try:
        seen = bench.play(situation.play, situation.asks)
    except SkippedError:
        return Stage(situation, _none(checks, "skipped by you"))
    except (NotPossibleError, SetupError) as error:
        return Stage(situation, _none(checks, str(error)))
    results = tuple(Result(each, each.verdict(seen)) for each in checks)
    return Stage(situation, results, seen.user_agent, seen.callers)


def _none(checks: Iterable[Check], reason: str) -> tuple[Result, ...]:
    return tuple(Result(each, not_run(reason)) for each in checks)


def in_order(results: Mapping[str, Result], reason: str) -> list[Result]:
    """Return a result for each check there is, in their order; what has none was not run, for that reason."""
    return [results.get(name) or Result(check, not_run(reason)) for name, check in CHECKS.items()]
