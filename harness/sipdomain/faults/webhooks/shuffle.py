"""Reordering: requests leave later, each by a time of its own, so that they arrive in another order."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import ClassVar

from sipdomain.faults.fault import Bounds
from sipdomain.faults.webhooks.webhook_fault import Treatment, WebhookFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Shuffle(WebhookFault):
    """Hold requests up, each for a time of its own; the provider promises no order of callbacks.

    Attributes:
        of: As for all, but callbacks alone when left out.
        within: For how long at most, in seconds, up to 60.
    """

    BOUNDS: ClassVar[Bounds] = {"within": (0.0, 60.0)}

    of: frozenset[str] = frozenset({"callbacks"})
    within: float = 1.0

    def strike(self, before: Treatment, rng: random.Random) -> list[Treatment]:
        """Let it leave later."""
        return [before._replace(late=before.late + rng.uniform(0.0, self.within))]
