"""The prompts that are being rendered, each by its token."""

from __future__ import annotations

from collections.abc import Callable

from sipdomain.media.outputs import PreparePrompt, PromptFailed, PromptReady
from sipdomain.media.prompts import Prompt
from sipdomain.twilio.engine.identifiers import Identifiers
from sipdomain.twilio.engine.turn import Turn

Rendered = Callable[[PromptReady | PromptFailed, Turn], None]
"""Takes the end of a rendering."""


class Prompts:
    """Prompts that were asked for and cannot be played yet."""

    __slots__ = ("_identifiers", "_open")

    def __init__(self, identifiers: Identifiers) -> None:
        self._identifiers = identifiers
        self._open: dict[int, Rendered] = {}

    def __len__(self) -> int:
        return len(self._open)

    def prepare(self, prompt: Prompt, then: Rendered, turn: Turn) -> None:
        """Have a prompt rendered; `then` is called when it can be played, or cannot be had."""
        token = self._identifiers.new_token()
        self._open[token] = then
        turn.out.append(PreparePrompt(token, prompt))

    def rendered(self, event: PromptReady | PromptFailed, turn: Turn) -> None:
        """Take the end of a rendering."""
        then = self._open.pop(event.token, None)
        if then is not None:
            then(event, turn)
