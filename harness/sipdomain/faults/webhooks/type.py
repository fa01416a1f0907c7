"""A wrong type: the answer says that it is something else than it is."""

from __future__ import annotations

from dataclasses import dataclass

from sipdomain.faults.fault import Moment, key
from sipdomain.faults.webhooks.webhook_fault import Treatment, WebhookFault

_LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Type(WebhookFault):
    """Let answers have another Content-Type.

    Attributes:
        name: Which one, of visible ASCII; "" for none at all.
    """

    name: str = key("Which one; empty for none.", default="text/html")

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        WebhookFault.__post_init__(self)
        if len(self.name) > _LONGEST or not self.name.isascii() or not self.name.isprintable():
            raise ValueError(f"`name` must be a Content-Type of at most {_LONGEST} characters")

    def strike(self, before: Treatment, _: Moment) -> list[Treatment]:
        """Let the answer say so."""
        return [before._replace(content_type=self.name)]
