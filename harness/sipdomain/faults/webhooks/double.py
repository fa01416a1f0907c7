"""Duplication: the application gets the same request again, a little later."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Moment, key
from sipdomain.faults.webhooks.webhook_fault import OF_CALLBACKS, Treatment, WebhookFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Double(WebhookFault):
    """Send requests more than once, as whoever repeats one does whose answer was lost; the first answer counts.

    Attributes:
        of: As for all, but callbacks alone when left out.
        copies: How many times more, at most 10.
        within: How much later a copy may leave, in seconds, at most 60.
    """

    of: frozenset[str] = key(OF_CALLBACKS, default=frozenset({"callbacks"}))
    copies: int = key("How many times more.", default=1, least=1, most=10)
    within: float = key("How much later a copy may leave, in seconds.", default=0.1, least=0, most=60)

    def strike(self, before: Treatment, moment: Moment) -> list[Treatment]:
        """Let it through, and each copy at a moment of its own."""
        later = [before.late + moment.rng.uniform(0.0, self.within) for _ in range(self.copies)]
        return [before, *(before._replace(late=late) for late in later)]
