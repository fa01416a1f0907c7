"""What a probe is: it attacks, and yields what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sipdomain.audit.attacker import Attacker
from sipdomain.audit.finding import Finding


@dataclass(frozen=True, slots=True)
class Probe:
    """One kind of attack.

    Attributes:
        name: Its name, as in `--only`.
        purpose: What it looks for, in a few words.
        run: Carries it out, and ends each call that it was given.
    """

    name: str
    purpose: str
    run: Callable[[Attacker], Iterator[Finding]]
