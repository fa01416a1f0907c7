"""The tracks of a call, by the words that TwiML and the REST API have for them."""

from __future__ import annotations

from typing import Final, Literal

Track = Literal["inbound", "outbound"]
"""What the caller says; what the caller hears."""
TrackWord = Literal["inbound_track", "outbound_track", "both_tracks"]
TRACKS: Final[dict[str, tuple[Track, ...]]] = {
    "inbound_track": ("inbound",), "outbound_track": ("outbound",), "both_tracks": ("inbound", "outbound"),
}  # fmt: skip
"""By the word, in the order in which the provider lists the words (https://www.twilio.com/docs/voice/twiml/stream)."""
