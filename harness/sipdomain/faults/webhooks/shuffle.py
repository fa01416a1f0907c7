"""Reordering: requests leave later, each by a time of its own, so that they arrive in another order."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Moment, key
from sipdomain.faults.webhooks.webhook_fault import OF_CALLBACKS, Treatment, WebhookFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Shuffle(WebhookFault):
    """Hold requests up, each for a time of its own; the provider promises no order of callbacks.

    Attributes:
        of: As for all, but callbacks alone when left out.
        within: For how long at most, in seconds, up to 60.
    """

    of: frozenset[str] = key(OF_CALLBACKS, default=frozenset({"callbacks"}))
    within: float = key("How long one is held up at most, in seconds.", default=1.0, least=0, most=60)

    def strike(self, before: Treatment, moment: Moment) -> list[Treatment]:
        """Let it leave later."""
        return [before._replace(late=before.late + moment.rng.uniform(0.0, self.within))]
