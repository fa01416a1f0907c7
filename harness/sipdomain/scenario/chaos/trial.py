"""Plays a scenario with faults, and says whether they broke it, or only made it late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from pydantic import BaseModel

from sipdomain.errors import SetupError
from sipdomain.scenario.chaos.draw import Seen, drawn, seen
from sipdomain.scenario.chaos.injection import Injection, injected
from sipdomain.scenario.chaos.minimise import Faults, minimised
from sipdomain.scenario.loader import ScenarioFile
from sipdomain.scenario.runner import MakeWorld, Result, run_scenario
from sipdomain.scenario.step import Step
from sipdomain.scenario.world import Profile

PATIENCE: Final = 32.0
"""How much longer each step may wait when it is asked whether a scenario was only late, in seconds: timer F, after
which SIP gives up (RFC 3261 section 17.1.2.2)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a scenario took the faults of a seed.

    Attributes:
        seed: The seed.
        outcome: "late" when all came that was expected, though not in time.
        faults: What was injected.
        reason: The first expectation that was not met, by its place in the file, or "".
    """

    seed: int
    outcome: Literal["survived", "late", "broken"]
    faults: Faults
    reason: str = ""


class Trial:
    """A scenario that is played again and again, in virtual time. The world has one seed: only faults are drawn anew.

    Attributes:
        seen: What happens in it without faults.
    """

    def __init__(
        self, source: ScenarioFile, make_world: MakeWorld, profile: Profile, words: Sequence[str]
    ) -> None:
        """Play it once without faults.

        Args:
            source: The scenario.
            make_world: Builds worlds in virtual time.
            profile: Which of the service's two faces is emulated.
            words: Which faults may be drawn.

        Raises:
            SetupError: It cannot be played in virtual time, or fails of itself.
        """
        self._source = source
        self._patient = replace(source, scenario=_patient(source.scenario))
        self._make_world = make_world
        self._profile: Profile = profile
        self._words = words
        fine = self.play(())
        if fine.outcome == "not run":
            raise SetupError(f"{source.path} cannot be played in virtual time: {fine.reason}")
        if fine.outcome == "failed":
            raise SetupError(
                f"{source.path} fails without any fault: {fine.mismatches[0].path} is not met; mend that first"
            )
        self.seen: Seen = seen(fine.entries)

    def play(self, faults: Sequence[Injection], *, patient: bool = False) -> Result:
        """Play it with faults.

        Args:
            faults: What is injected.
            patient: Whether each step may wait longer, by `PATIENCE`.
        """
        source = self._patient if patient else self._source
        given = injected(source.scenario.given, faults)
        scenario = source.scenario.model_copy(update={"given": given})
        return run_scenario(
            replace(source, scenario=scenario), self._make_world, substrate="sim", profile=self._profile
        )

    def verdict(self, seed: int) -> Verdict:
        """Play it with the faults of a seed."""
        faults = drawn(self.seen, seed, self._words)
        if not faults:
            return Verdict(seed, "survived", faults)
        result = self.play(faults)
        if result.outcome != "failed":
            return Verdict(seed, "survived", faults)
        reason = result.mismatches[0].path
        late = self.play(faults, patient=True).outcome != "failed"
        return Verdict(seed, "late" if late else "broken", faults, reason)

    def minimised(self, verdict: Verdict) -> Faults:
        """Return the fewest of the faults that broke it which still break the same expectation, as narrow as can be."""

        def breaks(faults: Faults) -> bool:
            result = self.play(faults)
            return (
                result.outcome == "failed"
                and result.mismatches[0].path == verdict.reason
                and self.play(faults, patient=True).outcome == "failed"
            )

        return minimised(verdict.faults, breaks)


def _patient(value: Any) -> Any:
    """Return a scenario, or a part of it, whose steps wait longer; what has none stays the same object."""
    if isinstance(value, list):
        longer = [_patient(each) for each in value]
        return value if all(a is b for a, b in zip(value, longer, strict=True)) else longer
    if not isinstance(value, BaseModel):
        return value
    found = {name: getattr(value, name) for name in type(value).model_fields if name != "given"}
    changed = {name: _patient(each) for name, each in found.items()}
    changed = {name: each for name, each in changed.items() if each is not found[name]}
    if isinstance(value, Step) and isinstance(found.get("within"), float | int):
        changed["within"] = found["within"] + PATIENCE
    return value.model_copy(update=changed) if changed else value
