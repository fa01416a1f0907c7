"""A bot of a ConversationRelay that does one thing wrong, which its `fault` names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from mock_webhooks.sockets.bot import Action
from mock_webhooks.sockets.faulty import Faulty
from mock_webhooks.sockets.relay import RelayBot

FAULTS: Final[tuple[str, ...]] = (
    "binary", "not-json", "unknown-type", "missing-field", "wrong-field", "fragment", "break", "close", "silent", "status",
    "never-answers",
)  # fmt: skip
"""A binary message; text that is not JSON; a `type` of another name; text without `token`; `last` as text; a ping in
fragments; an end without a close frame; a close frame without `end`; nothing, ever; a handshake that gets `status`; one
that gets no answer."""


class RelayBad(Faulty, RelayBot):
    """Does its `fault` `after` seconds from the setup, `times` times, and otherwise listens."""

    planted = FAULTS

    def begins(self) -> Iterator[Any]:
        """Do it."""
        yield from self.faults()

    def wrong_message(self, fault: str, after: float) -> Action | None:
        """Return the message that is wrong in this way."""
        messages: dict[str, dict[str, Any]] = {
            "unknown-type": {"type": "speak", "token": "Hello"},
            "missing-field": {"type": "text", "last": True},
            "wrong-field": {"type": "text", "token": "Hello", "last": "true"},
        }
        return self.sends(messages[fault], after) if fault in messages else None
