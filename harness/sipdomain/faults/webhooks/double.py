"""Duplication: the application gets the same request again, a little later."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import ClassVar

from sipdomain.faults.fault import Bounds
from sipdomain.faults.webhooks.webhook_fault import Treatment, WebhookFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Double(WebhookFault):
    """Send requests more than once, as whoever repeats one does whose answer was lost; the first answer counts.

    Attributes:
        of: As for all, but callbacks alone when left out.
        copies: How many times more, at most 10.
        within: How much later a copy may leave, in seconds, at most 60.
    """

    BOUNDS: ClassVar[Bounds] = {"copies": (1, 10), "within": (0.0, 60.0)}

    of: frozenset[str] = frozenset({"callbacks"})
    copies: int = 1
    within: float = 0.1

    def strike(self, before: Treatment, rng: random.Random) -> list[Treatment]:
        """Let it through, and each copy at a moment of its own."""
        later = [before.late + rng.uniform(0.0, self.within) for _ in range(self.copies)]
        return [before, *(before._replace(late=late) for late in later)]
