"""Keys by INFO: one request for each key (application/dtmf-relay), the next one when the last one is answered."""

from __future__ import annotations

from typing import Final

from sipdomain.errors import LocalProtocolError
from sipdomain.phone.leg import Leg
from sipdomain.phone.line import Line
from sipdomain.sip.credentials import AUTHORIZATION
from sipdomain.sip.message import Request, Response

_TYPE: Final = ("Content-Type", "application/dtmf-relay")
_DURATION: Final = 100
"""For how long a key is said to be held, in milliseconds."""


class InfoKeys:
    """Carries the keys of a phone's calls. A key that is refused is noted, and those behind it are dropped."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def press(self, leg: Leg, keys: str, now: float) -> None:
        """Send keys, behind those that wait.

        Raises:
            LocalProtocolError: The call is not answered.
        """
        if leg.dialog is None:
            raise LocalProtocolError("keys can be pressed once the call is answered")
        is_idle = not leg.info_keys
        leg.info_keys += keys
        if is_idle:
            self._next(leg, now)

    def _next(self, leg: Leg, now: float) -> None:
        if leg.info_keys and leg.dialog is not None:
            body = f"Signal={leg.info_keys[0]}\r\nDuration={_DURATION}\r\n".encode()
            request = self._line.within(leg, leg.dialog, "INFO", [self._line.contact(leg), _TYPE], body)
            self._line.send(leg, request, now, self)

    def response(self, leg: Leg, request: Request, response: Response, now: float) -> None:
        """Take a response to an INFO."""
        if response.status < 200 or not leg.info_keys:
            return
        if response.status in AUTHORIZATION and leg.dialog and not leg.credentials.accept(response):
            leg.dialog.local_sequence += 1
            self._line.send(leg, self._line.again(leg, request, leg.dialog.local_sequence), now, self)
        elif response.status < 300:
            leg.info_keys = leg.info_keys[1:]
            self._next(leg, now)
        else:
            self._refused(leg, f"{response.status} {response.reason}", now)

    def lost(self, leg: Leg, request: Request, status: int, now: float) -> None:
        """Take note that no final response came to an INFO."""
        del request
        self._refused(leg, self._line.why_lost(status), now)

    def _refused(self, leg: Leg, why: str, now: float) -> None:
        key, leg.info_keys = leg.info_keys[:1], ""
        self._line.note(leg.call.call_id, "key refused", f"{key}: {why}", now)
