"""What a call's recording by SIPREC is to be, and what the REST API orders of one.

Source: https://www.twilio.com/docs/voice/api/siprec
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SiprecTrack = Literal["inbound", "outbound"]
"""What the call's session hears, or what it sends."""


@dataclass(frozen=True, slots=True)
class SiprecWish:
    """What a recording session is to be.

    Attributes:
        connector: The unique name of the connector that says where it goes.
        name: Its name, or "".
        tracks: What is sent, a stream for each.
        parameters: Its custom parameters.
        callback_url: Asked when something happens to it, absolute, or "".
        callback_method: "GET" or "POST".
    """

    connector: str
    name: str = ""
    tracks: tuple[SiprecTrack, ...] = ("inbound", "outbound")
    parameters: tuple[tuple[str, str], ...] = ()
    callback_url: str = ""
    callback_method: str = "POST"


@dataclass(frozen=True, slots=True)
class SiprecOrder:
    """Begin a recording session of a call that is on record, or end it.

    Attributes:
        call_sid: The call.
        sid: The session.
        wish: What it is to be; None to end it.
    """

    call_sid: str
    sid: str
    wish: SiprecWish | None = None
