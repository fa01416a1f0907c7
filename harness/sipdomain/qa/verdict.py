"""What a check says of a PBX, with the messages that show it."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.qa.wire import Wire
from sipdomain.report.scorecard.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says.

    Attributes:
        outcome: "could not tell" when what the check looks at did not come about; "not run" when it was not tried. Neither
            is a pass.
        said: What was seen, in a sentence.
        evidence: The messages that show it.
        fields: The header fields, or the beginnings of lines of a body, in which they do.
    """

    outcome: Outcome
    said: str
    evidence: tuple[Wire, ...] = ()
    fields: tuple[str, ...] = ()


def passed(said: str, *evidence: Wire, fields: tuple[str, ...] = ()) -> Verdict:
    """Return that the PBX does what it shall."""
    return Verdict("passed", said, evidence, fields)


def failed(said: str, *evidence: Wire, fields: tuple[str, ...] = ()) -> Verdict:
    """Return that it does not."""
    return Verdict("failed", said, evidence, fields)


def unclear(said: str, *evidence: Wire) -> Verdict:
    """Return that it cannot be told, and why."""
    return Verdict("could not tell", said, evidence)


def not_run(said: str) -> Verdict:
    """Return that it was not tried, and why."""
    return Verdict("not run", said)
