"""What bots that do one thing wrong have in common, whatever they speak."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_webhooks.sockets.bot import Action, Bot, BreakOff, Close, Fragment, Send, SendBytes, Voice


class Faulty(Bot):
    """Does its `fault` `after` seconds from the beginning, `times` times, and otherwise listens."""

    known = frozenset({"fault", "after", "status", "times"})
    needed = frozenset({"fault"})

    def __init__(self, voice: Voice, options: Mapping[str, Any]) -> None:
        super().__init__(voice, options)
        self._fault = str(options["fault"])
        self.hangs = self._fault == "never-answers"
        self.status = int(options.get("status", 500)) if self._fault == "status" else 0

    def faults(self) -> tuple[Action, ...]:
        """Return what it does; nothing where the fault is another one."""
        after = float(self.options.get("after", 0.0))
        actions: dict[str, Action] = {
            "binary": SendBytes(b"\x00\x01\x02", after),
            "not-json": Send("hello", after),
            "fragment": Fragment(after),
            "break": BreakOff(after),
            "close": Close(after=after),
        }
        action = actions.get(self._fault) or self.wrong_message(self._fault, after)
        return () if action is None else (action,) * int(self.options.get("times", 1))

    def wrong_message(self, fault: str, after: float) -> Action | None:
        """Return the message that is wrong in this way; None for a fault that is no message."""
        del fault, after
        return None
