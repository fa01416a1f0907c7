"""The scorecard of a bot, as reports and files have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from sipdomain.bot.checks import CHECKS
from sipdomain.bot.seen import Seen
from sipdomain.bot.transcript import transcript
from sipdomain.bot.verdict import Limits
from sipdomain.mask import Mask, json_line
from sipdomain.report.scorecard.outcome import OUTCOMES, Outcome

SCHEMA: Final = 1
PASSED: Final = 0
FAILED: Final = 1
UNCLEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Row:
    """A check and what it said.

    Attributes:
        name: The check.
        what: What the bot does, after "The bot …".
        outcome: What the check said, in a word.
        said: The same in a sentence.
        evidence: What shows it, a line each.
        mend: What to change, where it failed.
    """

    name: str
    what: str
    outcome: Outcome
    said: str
    evidence: tuple[str, ...] = ()
    mend: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A scorecard.

    Attributes:
        bot: Its URL.
        rows: Every check, in order.
        figures: What was measured, by name: seconds, or counts.
        limits: What it was held to.
        transcripts: Of each call who spoke when, a line each.
    """

    bot: str
    rows: tuple[Row, ...]
    figures: Mapping[str, float]
    limits: Limits
    transcripts: tuple[tuple[str, ...], ...]

    @property
    def sorted_rows(self) -> list[Row]:
        """The rows, failures first."""
        return sorted(self.rows, key=lambda each: OUTCOMES.index(each.outcome))

    def count(self, outcome: str) -> int:
        """Return how many rows have an outcome."""
        return sum(each.outcome == outcome for each in self.rows)

    @property
    def summary(self) -> str:
        """The counts, in a line."""
        return ", ".join(f"{self.count(each)} {each}" for each in OUTCOMES)

    @property
    def exit_code(self) -> int:
        """1 when something failed, else 3 when something could not be told, else 0."""
        if self.count("failed"):
            return FAILED
        return UNCLEAR if self.count("could not tell") else PASSED


def card(bot: str, seen: Seen, limits: Limits, mask: Mask) -> Card:
    """Return the card of what was seen, in which no secret stands."""
    rows = []
    figures: dict[str, float] = {
        "calls": len(seen.calls),
        "frames_sent": sum(stream.frames for call in seen.calls for stream in call.streams),
        "audio_played": sum(stream.played for call in seen.calls for stream in call.streams),
    }
    for name, check in CHECKS.items():
        verdict = check.judge(seen, limits)
        figures |= verdict.figures
        rows.append(
            Row(
                name, check.what, verdict.outcome, mask(verdict.said), tuple(map(mask, verdict.evidence)),
                check.mend if verdict.outcome == "failed" else "",
            )
        )  # fmt: skip
    rounded = {name: round(value, 3) for name, value in figures.items()}
    spoken = tuple(tuple(mask(line) for line in transcript(each)) for each in seen.calls)
    return Card(mask(bot), tuple(rows), rounded, limits, spoken)


def exit_code_of(cards: Sequence[Card]) -> int:
    """Return the worst exit code of some cards: 1 before 3 before 0."""
    codes = {each.exit_code for each in cards}
    return next((each for each in (FAILED, UNCLEAR) if each in codes), PASSED)


def table(cards: Sequence[Card]) -> list[tuple[str, ...]]:
    """Return a row for each bot below the names of the columns: its URL, the counts, and how soon it answers in seconds."""
    rows = [("bot", *OUTCOMES, "answer p50", "answer p95")]
    for each in cards:
        soon = (each.figures.get(name) for name in ("answer_p50", "answer_p95"))
        figures = ("" if value is None else f"{value:.2f} s" for value in soon)
        rows.append((each.bot, *(str(each.count(outcome)) for outcome in OUTCOMES), *figures))
    return rows


def written(cards: Sequence[Card], mask: Mask) -> bytes:
    """Return a card as a file of JSON, or several as its `bots`."""
    several = [{"summary": each.summary, **asdict(each)} for each in cards]
    content = several[0] if len(several) == 1 else {"bots": several}
    return (json_line({"schema": SCHEMA, **content}, mask) + "\n").encode()
