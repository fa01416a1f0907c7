"""What goes wrong with audio: with the packets that a side sends, and on their way."""

from __future__ import annotations

from typing import Final

from sipdomain.faults import FAULTS
from sipdomain.faults.fault import Fault
from sipdomain.faults.rtp.drift import Drift
from sipdomain.faults.rtp.key_ends import KeyEnds
from sipdomain.faults.rtp.mute import Mute
from sipdomain.faults.rtp.one_way import OneWay
from sipdomain.faults.rtp.payload import Payload
from sipdomain.faults.rtp.source import Source
from sipdomain.faults.rtp.ssrc import Ssrc

RTP_FAULTS: Final[dict[str, type[Fault]]] = {
    "mute": Mute,
    "payload": Payload,
    "ssrc": Ssrc,
    "source": Source,
    "key_ends": KeyEnds,
    "drift": Drift,
    "one_way": OneWay,
    **{word: FAULTS[word] for word in ("duplicate", "drop", "burst", "limit", "delay", "reorder")},
}
"""By the word that a scenario uses; in the order in which a packet meets them: what its sender does, then the line."""
NOT_OF_RTP: Final = frozenset({"of", "over"})
"""Keys that are of messages of SIP."""
RTP_WORDS: Final = {kind: word for word, kind in RTP_FAULTS.items()}
"""The word of each."""

__all__ = [
    "NOT_OF_RTP", "RTP_FAULTS", "RTP_WORDS", "Drift", "KeyEnds", "Mute", "OneWay", "Payload", "Source", "Ssrc",
]  # fmt: skip
