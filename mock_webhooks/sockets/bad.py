"""A bot that does one thing wrong, which its `fault` names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mock_webhooks.sockets.bot import Action, Actions, Bot, BreakOff, Close, Fragment, Send, SendBytes, Voice

FAULTS: Final = (
    "binary", "not-json", "unknown-event", "missing-field", "extra-field", "wrong-stream-sid", "not-base64", "fragment",
    "break", "close", "silent", "status", "never-answers",
)  # fmt: skip
"""A binary message; text that is not JSON; an event of another name; no `mark` in a mark; a `track` in media; another
stream's SID; a payload that is not base64; a ping in fragments; an end without a close frame; a close frame at once;
nothing, ever; a handshake that gets `status`; one that gets no answer."""


class Bad(Bot):
    """Does its `fault` `after` seconds from the start of the stream, `times` times, and otherwise listens."""

    known = frozenset({"fault", "after", "status", "times", "close_after"})

    def __init__(self, voice: Voice, options: Mapping[str, Any]) -> None:
        super().__init__(voice, options)
        self._fault = str(options["fault"])
        self.hangs = self._fault == "never-answers"
        self.status = int(options.get("status", 500)) if self._fault == "status" else 0

    def heard(self, message: Mapping[str, Any], now: float) -> Actions:
        """Do it when the stream starts."""
        del now
        if message.get("event") != "start":
            return ()
        after = float(self.options.get("after", 0.0))
        action = self._action(after)
        return () if action is None else (action,) * int(self.options.get("times", 1))

    def _action(self, after: float) -> Action | None:
        """Return what it does; None for nothing."""
        actions: dict[str, Action] = {
            "binary": SendBytes(b"\x00\x01\x02", after),
            "not-json": Send("hello", after),
            "fragment": Fragment(after),
            "break": BreakOff(after),
            "close": Close(after=after),
        }
        return actions.get(self._fault) or self._wrong_message(after)

    def _wrong_message(self, after: float) -> Action | None:
        match self._fault:
            case "unknown-event":
                return self.message("speak", after=after)
            case "missing-field":
                return self.message("mark", after=after)
            case "extra-field":
                return self.message("media", after=after, media={"payload": "/w==", "track": "outbound"})
            case "wrong-stream-sid":
                self.stream_sid = "MZ" + "0" * 32
                return self.message("clear", after=after)
            case "not-base64":
                return self.message("media", after=after, media={"payload": "*"})
            case _:
                return None
