"""What bots of a ConversationRelay have in common: they are sent text, and say text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mock_webhooks.sockets.bot import Actions, Bot, Send


class RelayBot(Bot):
    """A bot of a ConversationRelay."""

    def heard(self, message: Mapping[str, Any], now: float) -> Actions:
        """Begin with the first message, and answer what the caller says and presses."""
        del now
        match message.get("type"):
            case "setup":
                return tuple(self.begins())
            case "prompt" if message["last"]:
                return tuple(self.answers(message["voicePrompt"]))
            case "dtmf":
                return tuple(self.answers(message["digit"]))
            case _:
                return ()

    def begins(self) -> Iterator[Any]:
        """Yield what it does first."""
        yield from ()

    def answers(self, words: str) -> Iterator[Any]:
        """Yield what it does about words, or a key."""
        del words
        yield from ()

    def says(self, text: str, after: float = 0.0) -> Iterator[Send]:
        """Yield text, a word in each token, as a model of language would send it."""
        tokens = text.split(" ")
        for place, token in enumerate(tokens):
            last = place == len(tokens) - 1
            yield self.sends({"type": "text", "token": token if last else f"{token} ", "last": last}, after)

    def sends(self, message: Mapping[str, Any], after: float = 0.0) -> Send:
        """Return a message."""
        return Send(json.dumps(message, separators=(",", ":")), after)
