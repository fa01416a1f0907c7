"""Errors: an answer 5xx, or any other one, in place of the application's; a burst of them by `since` and `until`."""

from __future__ import annotations

import random
from dataclasses import dataclass

from sipdomain.faults.fault import in_range
from sipdomain.faults.webhooks.webhook_fault import Treatment, WebhookFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(WebhookFault):
    """Answer in the application's place, as a gateway before it does; it is not asked.

    Attributes:
        code: The status, from 400 to 599.
    """

    code: int = 503

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        WebhookFault.__post_init__(self)
        in_range("code", self.code, 400, 599)

    def strike(self, before: Treatment, rng: random.Random) -> list[Treatment]:  # noqa: ARG002 - nothing is left to chance
        """Let the status come."""
        return [before._replace(status=self.code)]
