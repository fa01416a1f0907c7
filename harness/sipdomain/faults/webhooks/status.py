"""Errors: an answer 5xx, or any other one, in place of the application's."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Moment, key
from sipdomain.faults.webhooks.webhook_fault import Treatment, WebhookFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(WebhookFault):
    """Answer in the application's place, as a gateway before it does; it is not asked.

    Attributes:
        code: The status, from 400 to 599.
    """

    code: int = key("Their status.", default=503, least=400, most=599)

    def strike(self, before: Treatment, _: Moment) -> list[Treatment]:
        """Let the status come."""
        return [before._replace(status=self.code)]
