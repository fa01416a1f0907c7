"""A bot of a ConversationRelay that does one thing wrong, which its `fault` names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from mock_webhooks.sockets.bot import Action, BreakOff, Close, Fragment, Send, SendBytes, Voice
from mock_webhooks.sockets.relay import RelayBot

FAULTS: Final = (
    "binary", "not-json", "unknown-type", "missing-field", "wrong-field", "fragment", "break", "close", "silent", "status",
    "never-answers",
)  # fmt: skip
"""A binary message; text that is not JSON; a `type` of another name; text without `token`; `last` as text; a ping in
fragments; an end without a close frame; a close frame without `end`; nothing, ever; a handshake that gets `status`; one
that gets no answer."""


class RelayBad(RelayBot):
    """Does its `fault` `after` seconds from the setup, `times` times, and otherwise listens."""

    known = frozenset({"fault", "after", "status", "times", "close_after"})

    def __init__(self, voice: Voice, options: Mapping[str, Any]) -> None:
        super().__init__(voice, options)
        self._fault = str(options["fault"])
        self.hangs = self._fault == "never-answers"
        self.status = int(options.get("status", 500)) if self._fault == "status" else 0

    def begins(self) -> Iterator[Any]:
        """Do it."""
        after = float(self.options.get("after", 0.0))
        actions: dict[str, Action] = {
            "binary": SendBytes(b"\x00\x01\x02", after),
            "not-json": Send("hello", after),
            "unknown-type": self.sends({"type": "speak", "token": "Hello"}, after),
            "missing-field": self.sends({"type": "text", "last": True}, after),
            "wrong-field": self.sends({"type": "text", "token": "Hello", "last": "true"}, after),
            "fragment": Fragment(after),
            "break": BreakOff(after),
            "close": Close(after=after),
        }
        if self._fault in actions:
            yield from (actions[self._fault],) * int(self.options.get("times", 1))
