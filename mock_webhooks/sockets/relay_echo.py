"""A bot of a ConversationRelay that says back what it hears."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mock_webhooks.sockets.relay import RelayBot


class RelayEcho(RelayBot):
    """Says `prefix` and what the caller said, or the key, `delay` seconds after it came."""

    known = frozenset({"prefix", "delay"})

    def answers(self, words: str) -> Iterator[Any]:
        """Say it back."""
        said = f"{self.options.get('prefix', '')} {words}".strip()
        return self.says(said, float(self.options.get("delay", 0.0)))
