"""Session timers: how long a call lasts without a refresh, and who refreshes it (RFC 4028)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal, Self

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.headers import Headers
from sipdomain.sip.message import Request, Response

Refresher = Literal["uac", "uas"]
TIMER: Final = "timer"
"""The option tag."""
_VALUE: Final = re.compile(r"\s*(\d{1,9})\s*((?:;[^;]*)*)", re.ASCII)
_REFRESHER: Final = re.compile(r";\s*refresher\s*=\s*(uac|uas)\s*(?:;|\Z)", re.ASCII | re.IGNORECASE)
_LONGEST_MARGIN: Final = 32.0


@dataclass(frozen=True, slots=True)
class SessionExpires:
    """A Session-Expires header field (section 4).

    Attributes:
        interval: Seconds from one refresh to the end of the session.
        refresher: Who refreshes: the one who sent this request ("uac"), or who answers it ("uas"); None when it is open.
    """

    interval: int
    refresher: Refresher | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a value.

        Raises:
            RemoteProtocolError: It does not begin with a number of seconds.
        """
        match = _VALUE.fullmatch(text)
        if match is None:
            raise RemoteProtocolError(f"not a Session-Expires: {text[:60]!r}")
        refresher = _REFRESHER.search(match[2])
        return cls(int(match[1]), None if refresher is None else _word(refresher[1]))

    def __str__(self) -> str:
        """Return the value as text."""
        return f"{self.interval};refresher={self.refresher}" if self.refresher else str(self.interval)

    @property
    def ends_after(self) -> float:
        """When the other side, which does not refresh, should end the session: seconds after a refresh (section 10)."""
        return self.interval - min(_LONGEST_MARGIN, self.interval / 3)

    @property
    def refreshes_after(self) -> float:
        """When the refresher should refresh: seconds after the last time (section 7.2)."""
        return self.interval / 2


def _word(text: str) -> Refresher:
    return "uac" if text.lower() == "uac" else "uas"


def supports_timer(headers: Headers) -> bool:
    """Whether who sent these header fields knows session timers."""
    named = headers.list("supported") + headers.list("require")
    return any(name.lower() == TIMER for name in named)


def read(message: Request | Response) -> SessionExpires | None:
    """Return what a message asks for or grants, or None.

    Raises:
        RemoteProtocolError: Its Session-Expires cannot be read.
    """
    text = message.headers.get("session-expires")
    return None if text is None else SessionExpires.parse(text)


def agree(request: Request, *, least: int) -> SessionExpires | None:
    """Answer a request's session timer as the one who is called (section 9).

    The caller refreshes unless it asks the other side to. Who does not know timers gets none, as then a proxy asked for it.

    Args:
        request: An INVITE.
        least: The shortest interval that is taken, in seconds.

    Returns:
        What the 2xx says, or None for no session timer.

    Raises:
        RemoteProtocolError: It is shorter than that (status hint 422), or cannot be read (400).
    """
    asked = read(request)
    if asked is None or not supports_timer(request.headers):
        return None
    if asked.interval < least:
        raise RemoteProtocolError(
            f"Session-Expires {asked.interval} is shorter than {least} s", status_hint=422
        )
    return SessionExpires(asked.interval, asked.refresher or "uac")


def fields_of(agreed: SessionExpires | None) -> list[tuple[str, str]]:
    """Return the header fields of a 2xx that grants a session timer: none without one (section 9)."""
    if agreed is None:
        return []
    required = [("Require", TIMER)] if agreed.refresher == "uac" else []
    return [("Supported", TIMER), *required, ("Session-Expires", str(agreed))]
