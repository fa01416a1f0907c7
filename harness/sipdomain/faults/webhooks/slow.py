"""Slowness: the answer, or the rest of it, comes late; past the time limit of a webhook it fails."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Moment, key
from sipdomain.faults.webhooks.webhook_fault import Treatment, WebhookFault


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow(WebhookFault):
    """Let answers come late.

    Attributes:
        headers: By how much, in seconds, up to 300.
        body: How much later still their bodies come, in seconds, up to 300.
    """

    headers: float = key("By how many seconds.", default=0.0, least=0, most=300)
    body: float = key("By how many seconds more the body comes.", default=0.0, least=0, most=300)

    def strike(self, before: Treatment, _: Moment) -> list[Treatment]:
        """Let the answer come later."""
        return [before._replace(headers=before.headers + self.headers, body=before.body + self.body)]
