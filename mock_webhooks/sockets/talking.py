"""A bot that says lines, one after another."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from mock_webhooks.sockets.bot import Actions, Bot, Close, Send, Voice


class Talking(Bot):
    """Says each line as audio and sets a mark `line N` behind it; when that comes back it says the next.

    Options:
        lines: The lines.
        pause: Seconds between the mark of a line and the next line.
        wait: Seconds before the first line.
        chunk: Bytes of audio in one message; a whole line when left out.
        clear_on_key: Whether a key of the caller's makes it fall silent: it clears what waits.
        close: Whether it closes the socket when all is said.
    """

    known = frozenset({"lines", "pause", "wait", "chunk", "clear_on_key", "close"})
    needed = frozenset({"lines"})

    def __init__(self, voice: Voice, options: Mapping[str, Any]) -> None:
        super().__init__(voice, options)
        self._next = 0

    def heard(self, message: Mapping[str, Any], now: float) -> Actions:
        """Begin, go on, or fall silent."""
        del now
        match message.get("event"):
            case "start":
                return tuple(self._say(float(self.options.get("wait", 0.0))))
            case "mark" if message["mark"]["name"] == f"line {self._next}":
                return tuple(self._say(float(self.options.get("pause", 0.0))))
            case "dtmf" if self.options.get("clear_on_key"):
                return (self.message("clear"),)
            case _:
                return ()

    def _say(self, after: float) -> Iterator[Send | Close]:
        lines = self.options["lines"]
        if self._next >= len(lines):
            if self.options.get("close"):
                yield Close(after=after)
            return
        audio = self.voice(lines[self._next])
        size = int(self.options.get("chunk") or len(audio) or 1)
        self._next += 1
        for at in range(0, len(audio), size):
            payload = b64encode(audio[at : at + size]).decode()
            yield self.message("media", after=after, media={"payload": payload})
        yield self.message("mark", after=after, mark={"name": f"line {self._next}"})
