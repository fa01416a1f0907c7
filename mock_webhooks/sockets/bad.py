"""A bot that does one thing wrong, which its `fault` names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from mock_webhooks.sockets.bot import Action, Actions
from mock_webhooks.sockets.faulty import Faulty

FAULTS: Final[tuple[str, ...]] = (
    "binary", "not-json", "unknown-event", "missing-field", "extra-field", "wrong-stream-sid", "not-base64", "fragment",
    "break", "close", "silent", "status", "never-answers",
)  # fmt: skip
"""A binary message; text that is not JSON; an event of another name; no `mark` in a mark; a `track` in media; another
stream's SID; a payload that is not base64; a ping in fragments; an end without a close frame; a close frame at once;
nothing, ever; a handshake that gets `status`; one that gets no answer."""


class Bad(Faulty):
    """Does its `fault` `after` seconds from the start of the stream, `times` times, and otherwise listens."""

    planted = FAULTS

    def heard(self, message: Mapping[str, Any], now: float) -> Actions:
        """Do it when the stream starts."""
        del now
        return self.faults() if message.get("event") == "start" else ()

    def wrong_message(self, fault: str, after: float) -> Action | None:
        """Return the message that is wrong in this way."""
        match fault:
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
