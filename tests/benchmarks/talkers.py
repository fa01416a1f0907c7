"""Talkers send RTP by a beat of 20 ms on many sockets at once, and press keys, on a line that may lose packets."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from typing import Final

from sipdomain.media.rtp import RtpPacket
from tests.benchmarks.listeners import BEAT, Listener

KEYS: Final = "0123456789*#"
EVENT: Final = 101
_STEP: Final = 160
_BEATS_OF_A_KEY: Final = 5
_ENDS: Final = 3
"""How often the end of a key is sent (RFC 4733 section 2.5.1.4)."""
_PAUSE: Final = 4
VOICE: Final = bytes(random.Random(4).choices(range(256), k=_STEP))
"""20 ms of loud noise as PCMU."""

Packet = tuple[int, int, int, bytes]
"""Payload type, marker, timestamp and payload."""


def voice(beat: int) -> Packet:
    """Return the packet of a beat in which somebody talks."""
    return 0, int(beat == 0), beat * _STEP, VOICE


def pressed(keys: str) -> Iterator[Packet]:
    """Yield the packets of keys, one for each beat (RFC 4733 section 2.5), with silence between two keys."""
    beat = 0
    for key in keys:
        event, began = KEYS.index(key), beat
        for part in range(_BEATS_OF_A_KEY + _ENDS):
            duration = min(part + 1, _BEATS_OF_A_KEY) * _STEP
            end = 0x80 if part >= _BEATS_OF_A_KEY else 0
            yield EVENT, int(part == 0), began * _STEP, bytes((event, end | 10)) + duration.to_bytes(2, "big")
            beat += 1
        for _ in range(_PAUSE):
            yield 0, 0, beat * _STEP, b"\xff" * _STEP
            beat += 1


def talk(talkers: Sequence[Listener], seconds: float, *, after: float = 0.0) -> None:
    """Let all talk at once.

    Args:
        talkers: Who.
        seconds: For how long.
        after: For how long they have talked before, in seconds; the packets go on from there.
    """
    first = round(after / BEAT)
    _send(talkers, [voice(first + beat) for beat in range(round(seconds / BEAT))], 0.0, first)


def press(talkers: Sequence[Listener], keys: str, *, loss: float) -> int:
    """Let all press keys at once, and return how many packets were lost on the way.

    Args:
        talkers: Who.
        keys: What each presses.
        loss: The share of packets that is lost, 0 to 1; always the same ones.
    """
    return _send(talkers, list(pressed(keys)), loss)


def _send(talkers: Sequence[Listener], beats: Sequence[Packet], loss: float, first: int = 0) -> int:
    rng, lost, start = random.Random(1), 0, time.monotonic()
    for number, (kind, marker, timestamp, payload) in enumerate(beats):
        for source, talker in enumerate(talkers):
            if rng.random() < loss:
                lost += 1
                continue
            packet = RtpPacket(
                kind, bool(marker), (first + number) & 0xFFFF, timestamp, 0x1000 + source, payload
            )
            talker.rtp.sendto(bytes(packet), talker.remote)
        time.sleep(max(0.0, start + (number + 1) * BEAT - time.monotonic()))
    return lost
