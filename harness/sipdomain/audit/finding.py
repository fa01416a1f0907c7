"""What a probe says: found or not, how bad it is, by which evidence, and what to change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Severity = Literal["info", "low", "medium", "high", "critical"]
SEVERITIES: Final[tuple[Severity, ...]] = ("info", "low", "medium", "high", "critical")
Outcome = Literal["found", "clean", "could not tell", "not run"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        probe: The probe's name.
        outcome: "found" when it is there; "clean" when it was looked for and is not; "could not tell" when what the probe
            needs first did not come about; "not run" when it needs what was not given. Neither of the last two is a pass.
        severity: How bad it is, or would be.
        what: What was found, or looked for, in a sentence.
        evidence: Lines that show it.
        mend: What to change, or "".
    """

    probe: str
    outcome: Outcome
    severity: Severity
    what: str
    evidence: tuple[str, ...] = ()
    mend: str = ""


def is_at_least(severity: Severity, least: Severity) -> bool:
    """Return whether a severity reaches another."""
    return SEVERITIES.index(severity) >= SEVERITIES.index(least)
