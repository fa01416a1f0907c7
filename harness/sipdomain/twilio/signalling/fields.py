"""Header fields by which the service names itself and says what it takes."""

from __future__ import annotations

from typing import Final

EDGE: Final = ("Server", "Twilio Gateway")
"""What the edge calls itself in the responses that it makes (traces of the live service)."""
SERVER: Final = ("Server", "Twilio")
"""What the servers behind the edge call themselves."""
TRYING: Final = "trying -- your call is important to us"
"""The reason phrase of its 100 (traces)."""
USER_AGENT: Final = ("User-Agent", "Twilio Gateway")
ALLOW: Final = ("Allow", "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY")
