"""A bot that converses: it greets, hears the caller, answers line by line, and falls silent when it is interrupted."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from typing import Any, Final

from mock_webhooks.sockets.bot import Action, Actions, Bot, Close, Voice
from mock_webhooks.sockets.loudness import Listener

PLANTED: Final[tuple[str, ...]] = (
    "stale-audio",
    "dead-air",
    "hangs-up",
    "mark-order",
    "unsigned",
    "ignores-keys",
)
"""It does not clear what waits when it is interrupted; it never answers; it closes the socket in place of an answer; it
sends a mark before the audio that it belongs to; it takes handshakes whatever their signature; it takes no notice of
keys."""


class Answering(Bot):
    """Says the first line as a greeting, and another one each time the caller has stopped speaking.

    Behind each line it sets the mark `line N`. A line that the caller speaks over is cleared; so is one over which a
    key is pressed.

    Options:
        lines: The lines; the last one comes again and again.
        keys: What it says when a key is pressed, by key.
        wait: Seconds before the greeting.
        patience: Seconds of silence after which the caller has stopped speaking.
        delay: Seconds from then on that it takes to answer.
        fault: One of PLANTED.
    """

    hears_media = True
    known = frozenset({"lines", "keys", "wait", "patience", "delay", "fault"})
    needed = frozenset({"lines"})
    planted = PLANTED

    def __init__(self, voice: Voice, options: Mapping[str, Any]) -> None:
        super().__init__(voice, options)
        self._listener = Listener(float(options.get("patience", 0.4)))
        self._fault = str(options.get("fault", ""))
        self._next = self._marks = self._heard_marks = 0

    def heard(self, message: Mapping[str, Any], now: float) -> Actions:
        """Greet, listen, answer, or fall silent."""
        del now
        match message.get("event"):
            case "start":
                return self._line(float(self.options.get("wait", 0.0)))
            case "mark":
                self._heard_marks += 1
            case "media" if self._listener.take(b64decode(message["media"]["payload"])):
                return self._interrupted() if self._listener.speaks else self._answer()
            case "dtmf" if self._fault != "ignores-keys":
                return self._pressed(message["dtmf"]["digit"])
        return ()

    def _interrupted(self) -> Iterator[Action]:
        """Clear what waits, if it is speaking."""
        if self._marks > self._heard_marks and self._fault != "stale-audio":
            yield self.message("clear")

    def _answer(self) -> Actions:
        if self._fault == "dead-air":
            return ()
        after = float(self.options.get("delay", 0.0))
        return (Close(after=after),) if self._fault == "hangs-up" else self._line(after)

    def _pressed(self, key: str) -> Iterator[Action]:
        words = self.options.get("keys", {}).get(key)
        if words is not None:
            yield from self._interrupted()
            yield from self._say(words, 0.0)

    def _line(self, after: float) -> Iterator[Action]:
        lines = self.options["lines"]
        words = lines[min(self._next, len(lines) - 1)]
        self._next += 1
        return self._say(words, after)

    def _say(self, words: str, after: float) -> Iterator[Action]:
        self._marks += 1
        payload = b64encode(self.voice(words)).decode()
        said = [
            self.message("media", after=after, media={"payload": payload}),
            self.message("mark", after=after, mark={"name": f"line {self._marks}"}),
        ]
        yield from reversed(said) if self._fault == "mark-order" else said
