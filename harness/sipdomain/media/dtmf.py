"""Keys as telephone-event packets (RFC 4733): what to send and when, and what a peer's packets mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from struct import Struct
from typing import Final, NamedTuple

from sipdomain.errors import MediaError, RemoteProtocolError
from sipdomain.media.rtp import later_by

KEYS: Final = "0123456789*#ABCD"
"""The keys in the order of their event codes (RFC 4733 section 3.2)."""
INTERVAL: Final = 0.02
"""Seconds between the packets of one key."""
_FRAME: Final = 160
_PAYLOAD: Final = Struct("!BBH")
_VOLUME: Final = 10
_END: Final = 0x80
_RATE: Final = 8000
_LONGEST: Final = 8.0
MOST_KEYS: Final = 128
"""How many keys can be pressed at once."""
_LOST_AFTER: Final = 0.1
"""An event without an end and without news for five packets is over."""
_WHOLE: Final = 1 << 32


class KeyPacket(NamedTuple):
    """A packet of a key press, still without its RTP header.

    Attributes:
        tick: When to send it, in intervals of 20 ms from now.
        timestamp: The moment the key went down, in samples from now.
        marker: Whether it is the first of its key.
        payload: The four bytes of a telephone-event.
    """

    tick: int
    timestamp: int
    marker: bool
    payload: bytes


def key_packets(keys: str, duration: float, gap: float) -> list[KeyPacket]:
    """Return the packets that press keys, one after another.

    A key is sent every 20 ms while it is down, and its end three times (RFC 4733 section 2.5.1.4).

    Args:
        keys: From 0-9, A-D, * and #; at most 128.
        duration: How long each is down, in seconds; 0.04 to 8.
        gap: The pause between keys, in seconds; at least 0.06 is kept.

    Raises:
        MediaError: A character is not a key, or there are too many, or the duration is out of range.
    """
    if len(keys) > MOST_KEYS:
        raise MediaError(f"{len(keys)} keys; at most {MOST_KEYS} at once")
    if not 0.04 <= duration <= _LONGEST:
        raise MediaError(f"a key cannot be held for {duration} s, but for 0.04 to {_LONGEST:.0f} s")
    held = math.ceil(duration / INTERVAL - 1e-9)
    pause = max(3, math.ceil(gap / INTERVAL - 1e-9))
    packets: list[KeyPacket] = []
    start = 0
    for key in keys:
        code = KEYS.find(key)
        if code < 0:
            raise MediaError(f"not a key: {key!r}; the keys are 0-9, A-D, * and #")
        for step in range(held + 2):
            over = step >= held - 1
            flags = _VOLUME | (_END if over else 0)
            payload = _PAYLOAD.pack(code, flags, min(step + 1, held) * _FRAME)
            packets.append(KeyPacket(start + step, start * _FRAME, step == 0, payload))
        start += held + pause
    return packets


@dataclass(frozen=True, slots=True)
class Pressed:
    """A key that a peer pressed.

    Attributes:
        key: One of 0-9, A-D, * and #.
        duration: How long it was held, in seconds.
    """

    key: str
    duration: float


@dataclass(slots=True)
class _Down:
    code: int
    timestamp: int
    duration: int
    before: int
    heard_at: float
    reported: bool = False

    def pressed(self) -> Pressed:
        return Pressed(KEYS[self.code], (self.before + self.duration) / _RATE)


class DtmfReceiver:
    """Tells each key once, though its packets come many times, late, twice, or not at all."""

    def __init__(self) -> None:
        self._down: _Down | None = None

    @property
    def waiting(self) -> bool:
        """Whether a key is down, whose end may have been lost."""
        return self._down is not None and not self._down.reported

    def take(self, timestamp: int, payload: bytes, *, marker: bool, now: float) -> list[Pressed]:
        """Take a packet.

        Args:
            timestamp: The packet's RTP timestamp.
            payload: Its payload.
            marker: Its marker bit.
            now: The moment, in seconds.

        Returns:
            The keys that are now known to be up again: at most two.

        Raises:
            RemoteProtocolError: It is not a telephone-event.
        """
        if len(payload) < 4:
            raise RemoteProtocolError(f"a telephone-event of {len(payload)} bytes")
        code, flags, duration = _PAYLOAD.unpack_from(payload)
        if code >= len(KEYS):
            # Flash, modem and fax tones are not keys.
            return []
        pressed: list[Pressed] = []
        down = self._down
        if down is None or down.timestamp != timestamp:
            if down is not None and later_by(timestamp, down.timestamp) < 0:
                return []
            before = 0
            if down is not None and not down.reported:
                follows = (down.timestamp + down.duration) % _WHOLE == timestamp
                if follows and down.code == code and not marker:
                    # A long key goes on in a new segment (RFC 4733 section 2.5.1.3).
                    before = down.before + down.duration
                else:
                    pressed.append(down.pressed())
            down = self._down = _Down(code, timestamp, duration, before, now)
        elif down.reported or down.code != code:
            return []
        down.duration = max(down.duration, duration)
        down.heard_at = now
        if flags & _END:
            down.reported = True
            pressed.append(down.pressed())
        return pressed

    def idle(self, now: float) -> list[Pressed]:
        """Return the key whose end was lost: down, and silent for a tenth of a second."""
        down = self._down
        if down is None or down.reported or now - down.heard_at < _LOST_AFTER:
            return []
        down.reported = True
        return [down.pressed()]
