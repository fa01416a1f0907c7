"""Keys that come twice, or by another way than was agreed on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from sipdomain.trace.calls import SIDES, Call
from sipdomain.trace.finding import Finding
from sipdomain.trace.streams import Pressed, RtpStream

TOGETHER: Final = 0.5
"""Within how many seconds an event and a tone are one press of a key."""
TOO_SOON: Final = 0.06
"""How soon nobody presses a key again, in seconds."""


def twice(call: Call) -> Iterator[Finding]:
    """Find keys that are counted twice: as event and as tone, or as several events of one press."""
    for side, stream in call.streams:
        both = [
            (event, tone)
            for event in stream.events
            for tone in stream.tones
            if event.key == tone.key and abs(event.at - tone.at) < TOGETHER
        ]
        again = list(_again(stream))
        if both:
            event, tone = both[0]
            yield Finding(
                "keys-twice", "error", (event.number, tone.number), min(event.at, tone.at),
                f"{len(both)} keys of the {side} come as telephone-event and as tone: {_keys([each for each, _ in both])}",
                "the sender leaves the tone in the audio while it sends events; who listens to both counts each key twice",
                "set the sender to RFC 4733 (rfc2833) alone, so that it mutes the tone",
            )  # fmt: skip
        elif again:
            yield Finding(
                "keys-twice", "error", tuple(each.number for each in again[:5]), again[0].at,
                f"{len(again)} keys of the {side} come again at once under another timestamp: {_keys(again)}",
                "all packets of one press have to have the timestamp of its beginning (RFC 4733 section 2.5.1)",
                "update whatever makes the events; see that no two devices on the way both make them",
            )  # fmt: skip


def without_end(call: Call) -> Iterator[Finding]:
    """Find keys whose end did not come."""
    for side, stream in call.streams:
        found = stream.without_end
        if found:
            yield Finding(
                "key-end-lost", "warning", tuple(each.number for each in found[:5]), found[0].at,
                f"no packet ends these keys of the {side}: {_keys(found)}; three do (RFC 4733 section 2.5.1.4)",
                "the packets are lost, or the sender stops at once when a key is up",
                "see whether more is lost; who waits for the end hears such a key late, or never",
            )  # fmt: skip


def in_band(call: Call) -> Iterator[Finding]:
    """Find keys that come as tones only, though both sides agreed on telephone-events."""
    agreed = all(
        (found := call.last_of(side)) is not None
        and any("telephone-event" in each for each in found.media.encodings().values())
        for side in SIDES
    )
    for side, stream in call.streams:
        if agreed and stream.tones and not stream.events:
            yield Finding(
                "keys-in-band", "error", tuple(each.number for each in stream.tones[:5]), stream.tones[0].at,
                f"keys of the {side} come as tones in the audio: {_keys(stream.tones)}; telephone-event was agreed on",
                "who agreed on events listens for events alone: these keys are not heard",
                "set the sender's DTMF mode to RFC 4733 (rfc2833), not inband or auto",
            )  # fmt: skip


def _again(stream: RtpStream) -> Iterator[Pressed]:
    for one, other in pairwise(stream.events):
        if one.key == other.key and other.began - one.began > 0 and other.at - one.at < TOO_SOON:
            yield other


def _keys(pressed: list[Pressed]) -> str:
    return " ".join(each.key for each in pressed[:20])
