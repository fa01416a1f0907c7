"""What a check found wrong in a call."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that went wrong.

    Attributes:
        name: What it is called, such as "no-ack".
        severity: "error" when the call, or a direction of its audio, is lost by it.
        numbers: The packets, or the entries of a journal, that show it.
        at: The moment of the first of them, in seconds.
        what: What was seen, in one sentence.
        why: What that comes from, as a rule.
        mend: What to change.
    """

    name: str
    severity: Severity
    numbers: tuple[int, ...]
    at: float
    what: str
    why: str
    mend: str
