"""Failure: the exchange does not come to its end as HTTP has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sipdomain.faults.fault import Moment, key
from sipdomain.faults.webhooks.webhook_fault import Ending, Treatment, WebhookFault

ENDINGS: Final[tuple[Ending, ...]] = ("refused", "silent", "reset", "cut", "short", "garbage")
"""Refused, and no answer at all: the application is not asked. It is when the connection is closed without an answer, or
in the middle of it; when the Content-Length is that of half the body; when what comes is not HTTP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail(WebhookFault):
    """Let exchanges fail.

    Attributes:
        by: How, one of `ENDINGS`.
    """

    by: Ending = key("How.", default="reset")

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        WebhookFault.__post_init__(self)
        if self.by not in ENDINGS:
            raise ValueError(f"`by` must be one of {', '.join(ENDINGS)}, not {self.by}")

    def strike(self, before: Treatment, _: Moment) -> list[Treatment]:
        """Let it fail."""
        return [before._replace(ending=self.by)]
