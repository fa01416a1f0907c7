"""A bot that says what it hears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_webhooks.sockets.bot import Actions, Bot


class Echo(Bot):
    """Sends each frame back, at once or after `delay` seconds."""

    hears_media = True
    known = frozenset({"delay"})

    def heard(self, message: Mapping[str, Any], now: float) -> Actions:
        """Send a frame back."""
        del now
        if message.get("event") != "media":
            return ()
        delay = float(self.options.get("delay", 0.0))
        return (self.message("media", after=delay, media={"payload": message["media"]["payload"]}),)
