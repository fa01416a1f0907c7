"""What a bot is: a class without clock and socket; a message and the moment in, what it does and after how long out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

Voice = Callable[[str], bytes]
"""Says words, as mu-law audio at 8 kHz."""
_MEDIA = '{"event":"media"'


@dataclass(frozen=True, slots=True)
class Send:
    """Send a text message."""

    text: str
    after: float = 0.0
    kind: ClassVar[str] = "text"


@dataclass(frozen=True, slots=True)
class SendBytes:
    """Send a binary message."""

    data: bytes
    after: float = 0.0
    kind: ClassVar[str] = "binary"


@dataclass(frozen=True, slots=True)
class Close:
    """Close the socket."""

    code: int = 1000
    reason: str = ""
    after: float = 0.0
    kind: ClassVar[str] = "close"


@dataclass(frozen=True, slots=True)
class Fragment:
    """Send a ping in fragments, which RFC 6455 section 5.5 forbids."""

    after: float = 0.0
    kind: ClassVar[str] = "fragment"


@dataclass(frozen=True, slots=True)
class BreakOff:
    """End the connection without a close frame."""

    after: float = 0.0
    kind: ClassVar[str] = "break"


Action = Send | SendBytes | Close | Fragment | BreakOff
Actions = Iterable[Action]


class Bot:
    """One side of one socket. A class for each kind; its options are the keyword arguments.

    Attributes:
        voice: Says words.
        options: What was written of it, by name.
        status: The HTTP status with which the handshake is refused; 0 for none.
        hangs: Whether the handshake is never answered.
        hears_media: Whether it is given media messages.
        known: The names of its options, besides those that every bot has.
        needed: Those of them that it cannot do without.
        planted: The words that its option `fault` may have.
    """

    status: int = 0
    hangs: bool = False
    hears_media: ClassVar[bool] = False
    known: ClassVar[frozenset[str]] = frozenset()
    needed: ClassVar[frozenset[str]] = frozenset()
    planted: ClassVar[tuple[str, ...]] = ()

    def __init__(self, voice: Voice, options: Mapping[str, Any]) -> None:
        """Begin before the first message.

        Args:
            voice: Says words.
            options: What was written of it.
        """
        self.voice = voice
        self.options = options
        self.stream_sid = ""

    def opened(self, now: float) -> Actions:
        """Return what it does when the socket is open."""
        del now
        return self.closing()

    def closing(self) -> Actions:
        """Return the closing that `close_after` asks for."""
        after = self.options.get("close_after")
        return () if after is None else (Close(after=float(after)),)

    def received(self, text: str, now: float) -> Actions:
        """Return what it does about a message."""
        if not self.hears_media and text.startswith(_MEDIA):
            return ()
        message = json.loads(text)
        if message.get("event") == "start":
            self.stream_sid = message["streamSid"]
        return self.heard(message, now)

    def heard(self, message: Mapping[str, Any], now: float) -> Actions:
        """Return what it does about a message that was read."""
        del message, now
        return ()

    def message(self, event: str, *, after: float = 0.0, **body: Mapping[str, str]) -> Send:
        """Return a message on its stream."""
        said = {"event": event, "streamSid": self.stream_sid, **body}
        return Send(json.dumps(said, separators=(",", ":")), after)
