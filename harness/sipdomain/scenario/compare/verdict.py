"""What is said of an expectation at another SIP domain: the same, differs, could not tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sipdomain.errors import Position
from sipdomain.scenario.runner import Result

Outcome = Literal["same", "differs", "could not tell"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one expectation.

    Attributes:
        path: Where it stands in the scenario, such as `steps[1].expect.responses`.
        outcome: What is said.
        expected: What the file expects, in words.
        came: What came from the target, in words; "" when nothing is known of it.
        why: Why it could not be told, or "".
        where: The place in the file, or None.
    """

    path: str
    outcome: Outcome
    expected: str = ""
    came: str = ""
    why: str = ""
    where: Position | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A scenario as it went at a target.

    Attributes:
        result: How it was played.
        verdicts: One for each expectation, in the order of the file.
        left_behind: What of the provisioned could not be removed, in words.
    """

    result: Result
    verdicts: tuple[Verdict, ...] = field(default=())
    left_behind: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Of the whole: differs when anything does, the same when something is and nothing differs."""
        outcomes = {each.outcome for each in self.verdicts}
        return next((each for each in ("differs", "same") if each in outcomes), "could not tell")
