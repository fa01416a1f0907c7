"""A bot that listens, and keeps what it was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mock_webhooks.sockets.bot import Actions, Bot, Voice

MOST_MESSAGES: Final = 10_000
"""How many messages are kept."""


class SocketRecorder(Bot):
    """Says nothing.

    Attributes:
        messages: What came, media included.
    """

    hears_media = True

    def __init__(self, voice: Voice, options: Mapping[str, Any]) -> None:
        super().__init__(voice, options)
        self.messages: list[Mapping[str, Any]] = []

    def heard(self, message: Mapping[str, Any], now: float) -> Actions:
        """Keep a message, while there is room."""
        del now
        if len(self.messages) < MOST_MESSAGES:
            self.messages.append(message)
        return ()
