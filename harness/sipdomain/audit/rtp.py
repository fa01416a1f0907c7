"""Audio and keys by hand (RFC 3550 section 5.1, RFC 4733 section 2.3)."""

from __future__ import annotations

import secrets
import struct
import time
from collections.abc import Iterator
from typing import Final

from sipdomain.sip.outputs import Address

BEAT: Final = 0.02
_SAMPLES: Final = 160
_SILENCE: Final = b"\xff" * _SAMPLES
_KEYS: Final = "0123456789*#"


class Voice:
    """Packets of one source, whose numbers go on."""

    def __init__(self) -> None:
        self._ssrc = secrets.randbits(32)
        self._number, self._moment = secrets.randbits(15), secrets.randbits(31)

    def silence(self) -> bytes:
        """Return 20 ms of PCMU without a sound."""
        return self._packet(0, _SILENCE)

    def key(self, digit: str) -> Iterator[bytes]:
        """Yield the packets of a key that is pressed for 100 ms, with its end three times."""
        event, began = _KEYS.index(digit), self._moment
        for step in range(1, 6):
            payload = struct.pack("!BBH", event, 10, step * _SAMPLES)
            yield self._packet(101, payload, marked=step == 1, moment=began)
        for _ in range(3):
            yield self._packet(101, struct.pack("!BBH", event, 0x8A, 5 * _SAMPLES), moment=began)

    def _packet(self, kind: int, payload: bytes, *, marked: bool = False, moment: int | None = None) -> bytes:
        self._number = (self._number + 1) & 0xFFFF
        self._moment = (self._moment + _SAMPLES) & 0xFFFFFFFF
        at = self._moment if moment is None else moment
        return struct.pack("!BBHII", 0x80, kind | 0x80 * marked, self._number, at, self._ssrc) + payload


def is_rtp(data: bytes) -> bool:
    """Return whether a datagram looks like audio."""
    return len(data) > 12 and data[0] >> 6 == 2 and data[1] & 0x7F in {0, 3, 8, 9, 13, 18, 101}


def beats(seconds: float) -> Iterator[None]:
    """Yield once every 20 ms."""
    began_at = time.perf_counter()
    for number in range(round(seconds / BEAT)):
        time.sleep(max(0.0, began_at + number * BEAT - time.perf_counter()))
        yield


def pair(address: Address) -> tuple[str, int]:
    """Return an address as sockets take it."""
    return address.host, address.port
