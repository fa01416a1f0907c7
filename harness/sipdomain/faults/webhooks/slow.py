"""Slowness: the answer, or the rest of it, comes late; past the time limit of a webhook it fails."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import ClassVar

from sipdomain.faults.fault import Bounds
from sipdomain.faults.webhooks.webhook_fault import Treatment, WebhookFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow(WebhookFault):
    """Let answers come late.

    Attributes:
        headers: By how much, in seconds, up to 300.
        body: How much later still their bodies come, in seconds, up to 300.
    """

    BOUNDS: ClassVar[Bounds] = {"headers": (0.0, 300.0), "body": (0.0, 300.0)}

    headers: float = 0.0
    body: float = 0.0

    def strike(self, before: Treatment, _rng: random.Random) -> list[Treatment]:
        """Let the answer come later."""
        return [before._replace(headers=before.headers + self.headers, body=before.body + self.body)]
