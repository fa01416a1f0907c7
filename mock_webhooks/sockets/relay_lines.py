"""A bot of a ConversationRelay that has a line for each thing that the caller says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mock_webhooks.sockets.bot import Voice
from mock_webhooks.sockets.relay import RelayBot


class RelayLines(RelayBot):
    """Says the next line whenever the caller has said something, or pressed a key, and then may end the session.

    Options:
        lines: The lines: text, or a message to be sent as it is.
        first: Whether the first line comes at once, before the caller says anything.
        delay: Seconds before each line.
        handoff: What it ends the session with when the caller answers the last line; without it the session goes on.
    """

    known = frozenset({"lines", "first", "delay", "handoff"})
    needed = frozenset({"lines"})

    def __init__(self, voice: Voice, options: Mapping[str, Any]) -> None:
        super().__init__(voice, options)
        self._next = 0

    def begins(self) -> Iterator[Any]:
        """Say the first line, where it comes at once."""
        if self.options.get("first"):
            yield from self.answers("")

    def answers(self, words: str) -> Iterator[Any]:
        """Say the next line, or end the session."""
        del words
        lines, after = self.options["lines"], float(self.options.get("delay", 0.0))
        if self._next < len(lines):
            line = lines[self._next]
            self._next += 1
            if isinstance(line, str):
                yield from self.says(line, after)
            else:
                yield self.sends(line, after)
        elif "handoff" in self.options:
            yield self.sends({"type": "end", "handoffData": self.options["handoff"]}, after)
