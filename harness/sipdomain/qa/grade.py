"""The grade of a PBX, by what its checks say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from sipdomain.qa.check import Check
from sipdomain.qa.verdict import Verdict

Grade = Literal["A", "B", "C", "F", "?"]
MOST_SHOULD: Final = 3
"""How many that a PBX should do may fail in grade B."""


@dataclass(frozen=True, slots=True)
class Result:
    """A check and what it said.

    Attributes:
        check: The check.
        verdict: What it said.
    """

    check: Check
    verdict: Verdict


def grade(results: Iterable[Result]) -> Grade:
    """Return the grade: A when no must and no should failed, B with up to three should, C with more, F when a must failed.

    It is "?" when no must failed, and more than a quarter of them was not run or could not be told. What only counts for
    a PBX that does such a thing, and was not run, counts for nothing.
    """
    counted = [each for each in results if not (each.check.optional and each.verdict.outcome == "not run")]
    must = [each.verdict.outcome for each in counted if each.check.level == "must"]
    if "failed" in must:
        return "F"
    if not must or 4 * sum(each != "passed" for each in must) > len(must):
        return "?"
    should = sum(each.check.level == "should" and each.verdict.outcome == "failed" for each in counted)
    if not should:
        return "A"
    return "B" if should <= MOST_SHOULD else "C"
