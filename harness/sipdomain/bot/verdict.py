"""What a check says of a bot, with what shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sipdomain.report.scorecard.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Limits:
    """What a bot is held to, in seconds.

    Attributes:
        answer_within: How soon it answers, in 95 of 100 turns.
        stops_within: How soon it falls silent when the caller interrupts it.
        stale_audio: How much is heard at most of what it was saying then.
        silence_at_most: How long it may leave the caller in silence.
        talk_over: How long it speaks at most while the caller has not ended, in one turn.
    """

    answer_within: float = 2.0
    stops_within: float = 1.0
    stale_audio: float = 1.0
    silence_at_most: float = 4.0
    talk_over: float = 0.5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says.

    Attributes:
        outcome: "could not tell" when what it looks at did not come about; "not run" when it was not asked for. Neither is
            a pass.
        said: What was seen, in a sentence.
        evidence: What shows it, a line each.
        figures: What was measured, by name.
    """

    outcome: Outcome
    said: str
    evidence: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)


def in_short(faults: Sequence[str]) -> str:
    """Return the first of some faults, and how many more there are."""
    return f"{faults[0]} (and {len(faults) - 1} more)" if len(faults) > 1 else faults[0]


def percentile(values: list[float], share: float) -> float:
    """Return the smallest value that at least this share of all does not exceed (the nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)]
