"""Audio and keys by hand (RFC 3550 section 5.1, RFC 4733 section 2.3)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from typing import Final

from sipdomain.media.dtmf import INTERVAL, key_packets
from sipdomain.media.g711 import SILENCE
from sipdomain.media.rtp import RtpPacket

_SAMPLES: Final = 160
_SILENCE: Final = SILENCE["PCMU"] * _SAMPLES


class Voice:
    """Packets of one source, whose numbers go on."""

    def __init__(self) -> None:
        self._ssrc = secrets.randbits(32)
        self._number, self._moment = secrets.randbits(15), secrets.randbits(31)

    def silence(self) -> bytes:
        """Return 20 ms of PCMU without a sound."""
        return self._packet(0, _SILENCE, self._moment)

    def key(self, digit: str) -> Iterator[bytes]:
        """Yield the packets of a key that is pressed for 100 ms, with its end three times; one is sent every 20 ms."""
        began = self._moment
        for each in key_packets(digit, 0.1, 0.0):
            yield self._packet(101, each.payload, began, marked=each.marker)

    def _packet(self, kind: int, payload: bytes, moment: int, *, marked: bool = False) -> bytes:
        self._number = (self._number + 1) & 0xFFFF
        self._moment = (self._moment + _SAMPLES) & 0xFFFFFFFF
        return bytes(RtpPacket(kind, marked, self._number, moment, self._ssrc, payload))


def is_rtp(data: bytes) -> bool:
    """Return whether a datagram looks like audio."""
    return len(data) > 12 and data[0] >> 6 == 2 and data[1] & 0x7F in {0, 3, 8, 9, 13, 18, 101}


def beats(seconds: float) -> Iterator[None]:
    """Yield once every 20 ms."""
    began_at = time.perf_counter()
    for number in range(round(seconds / INTERVAL)):
        time.sleep(max(0.0, began_at + number * INTERVAL - time.perf_counter()))
        yield
