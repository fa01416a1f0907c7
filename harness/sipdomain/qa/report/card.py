"""The scorecard of one examination, as reports and files have it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from sipdomain.errors import SetupError
from sipdomain.mask import Mask, json_line, printable
from sipdomain.qa.check import LEVELS
from sipdomain.qa.checks import CHECKS
from sipdomain.qa.grade import Grade, Result, grade
from sipdomain.qa.mending import mends
from sipdomain.qa.report.evidence import Shown, evidence
from sipdomain.qa.verdict import Verdict
from sipdomain.report.scorecard.outcome import OUTCOMES, Outcome

SCHEMA: Final = 1
REMARK: Final = "This is a list of checks seen from the far end, and no assessment of conformance."


@dataclass(frozen=True, slots=True)
class Row:
    """A check and what it said.

    Attributes:
        name: The check.
        level: "must", "should" or "may".
        what: What the PBX does, after "The PBX …".
        outcome: What the check said, in a word.
        said: The same in a sentence.
        source: Where it is said that a PBX does this.
        situation: In which situation it was seen.
        mends: How it is mended, where it failed.
        evidence: The messages that show it.
        optional: Whether it only counts for a PBX that does such a thing.
    """

    name: str
    level: str
    what: str
    outcome: Outcome
    said: str
    source: str
    situation: str
    mends: tuple[str, ...] = ()
    evidence: tuple[Shown, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A scorecard.

    Attributes:
        grade: The grade.
        user_agent: What the PBX calls itself, or "".
        domain: Whom it called.
        rows: Every check, in order.
        others: What others that called meanwhile call themselves.
    """

    grade: Grade
    user_agent: str
    domain: str
    rows: tuple[Row, ...]
    others: tuple[str, ...] = ()

    @property
    def mixture(self) -> str:
        """That the card is not of one PBX alone, in a sentence, or ""."""
        if not self.others:
            return ""
        return (
            f"{' and '.join(map(printable, self.others))} called too: what stands here may be of any of them."
        )

    @property
    def sorted_rows(self) -> list[Row]:
        """The rows, failures first, the graver the sooner."""
        return sorted(
            self.rows, key=lambda each: (OUTCOMES.index(each.outcome), LEVELS.index(each.level))
        )  # fmt: skip

    def count(self, outcome: str, level: str = "") -> int:
        """Return how many rows have an outcome."""
        return sum(each.outcome == outcome and level in {"", each.level} for each in self.rows)

    @property
    def summary(self) -> str:
        """The counts, in a line."""
        failed = ", ".join(
            f"{self.count('failed', level)} {level}" for level in LEVELS if self.count("failed", level)
        )
        counts = [f"{self.count(outcome)} {outcome}" for outcome in OUTCOMES if outcome != "failed"]
        return f"{self.count('failed')} failed{f' ({failed})' if failed else ''}, {', '.join(counts)}"


def card(
    results: Iterable[Result], user_agent: str, domain: str, mask: Mask, callers: Iterable[str] = ()
) -> Card:
    """Return the card of results, in which no secret stands.

    Args:
        results: What the checks say.
        user_agent: What the PBX calls itself, or "".
        domain: Whom it called.
        mask: Takes secrets out.
        callers: What all who called name themselves, the PBX too.
    """
    found = list(results)
    rows = tuple(
        Row(
            name=each.check.name, level=each.check.level, what=each.check.what, outcome=each.verdict.outcome,
            said=mask(each.verdict.said), source=each.check.source, situation=each.check.situation,
            mends=mends(each.check, user_agent) if each.verdict.outcome == "failed" else (),
            evidence=tuple(evidence(each.verdict, mask)), optional=each.check.optional,
        )
        for each in found
    )  # fmt: skip
    others = tuple(each for each in dict.fromkeys(callers) if each != user_agent)
    return Card(grade(found), user_agent, domain, rows, others)


def written(found: Card, mask: Mask) -> bytes:
    """Return a card as a file."""
    return (json_line({"schema": SCHEMA, **asdict(found)}, mask) + "\n").encode()


def read(data: bytes, name: str) -> Card:
    """Return the card of a file.

    Raises:
        SetupError: It is not one that `written` wrote.
    """
    try:
        found: Any = json.loads(data)
        if not isinstance(found, Mapping) or found.get("schema") != SCHEMA:
            raise SetupError(f"{name} is not a scorecard that `sipdomain qa --json` wrote")
        return Card(
            found["grade"], str(found["user_agent"]), str(found["domain"]), tuple(map(_row, found["rows"])),
            tuple(map(str, found.get("others", ()))),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SetupError(f"{name} is not a scorecard that `sipdomain qa --json` wrote: {error}") from None


def _row(found: Mapping[str, Any]) -> Row:
    shown = tuple(Shown(**{**each, "lines": tuple(each["lines"])}) for each in found["evidence"])
    row = Row(**{**found, "evidence": shown, "mends": tuple(found["mends"])})
    if row.outcome not in OUTCOMES or row.level not in LEVELS:
        raise ValueError(f"{row.name}: {row.level} {row.outcome}")
    return row


def kept(found: Card) -> dict[str, Result]:
    """Return the results of an earlier card by which an examination goes on: those that passed or failed.

    Their messages are in the earlier card's rows.
    """
    return {
        row.name: Result(
            CHECKS[row.name], Verdict("passed" if row.outcome == "passed" else "failed", row.said)
        )
        for row in found.rows
        if row.name in CHECKS and row.outcome in {"passed", "failed"}
    }


def merged(new: Card, old: Card | None) -> Card:
    """Return a card in which what the earlier one knew keeps its own row."""
    if old is None:
        return new
    before = {row.name: row for row in old.rows if row.outcome in {"passed", "failed"}}
    rows = tuple(before.get(row.name, row) if not row.evidence else row for row in new.rows)
    named = new.user_agent or old.user_agent
    others = tuple(
        dict.fromkeys(each for each in (old.user_agent, *old.others, *new.others) if each not in {"", named})
    )
    return Card(new.grade, named, new.domain, rows, others)
