"""Slowness: the answer, or the rest of it, comes late; past the time limit of a webhook it fails."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sipdomain.faults.fault import in_range
from sipdomain.faults.webhooks.webhook_fault import Treatment, WebhookFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow(WebhookFault):
    """Let answers come late.

    Attributes:
        headers: By how much, in seconds, up to 300.
        body: How much later still their bodies come, in seconds, up to 300.
    """

    headers: float = 0.0
    body: float = 0.0

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        WebhookFault.__post_init__(self)
        in_range("headers", self.headers, 0.0, 300.0)
        in_range("body", self.body, 0.0, 300.0)

    def strike(self, before: Treatment, rng: random.Random) -> list[Treatment]:  # noqa: ARG002 - nothing is left to chance
        """Let the answer come later."""
        return [before._replace(headers=before.headers + self.headers, body=before.body + self.body)]
