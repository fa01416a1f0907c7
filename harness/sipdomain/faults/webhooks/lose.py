"""Loss: a request never leaves, and whoever sent it notices nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Moment, key
from sipdomain.faults.webhooks.webhook_fault import OF_CALLBACKS, Treatment, WebhookFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Lose(WebhookFault):
    """Lose requests, as whoever reports by them does now and then; it counts as answered with 204.

    Attributes:
        of: As for all, but callbacks alone when left out.
    """

    of: frozenset[str] = key(OF_CALLBACKS, default=frozenset({"callbacks"}))

    def strike(self, before: Treatment, _: Moment) -> list[Treatment]:
        """Let it be lost."""
        return [before._replace(status=204)]
