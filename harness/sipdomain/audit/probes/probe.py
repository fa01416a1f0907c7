"""What a probe is: it attacks, and yields what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from sipdomain.audit.attacker import Attacker
from sipdomain.audit.finding import Finding

TO_LOG_IN: Final = "Give a user's password with --password-file."
"""What a probe that needs to log in says where it has no password."""


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
