"""A short session: the answer grants few seconds until somebody has to refresh it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from sipdomain.twilio.behaviours.behaviour import Bounds, key
from sipdomain.twilio.behaviours.on_call import OnCall


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionExpires(OnCall):
    """The 200 grants a session of so many seconds, whatever was asked for; nothing where the PBX has no `Supported: timer`.

    Attributes:
        seconds: How many.
        refresher: Who is to refresh: the PBX (`uac`), or the cloud (`uas`).
    """

    WORD: ClassVar[str] = "session_expires"
    BOUNDS: ClassVar[Bounds] = {"seconds": (20, 86_400)}

    seconds: int = key("How many seconds; less than 90 is against RFC 4028.", default=90)
    refresher: Literal["uac", "uas"] = key(
        "Who is to refresh: the PBX (`uac`), or the cloud (`uas`).", default="uac"
    )
