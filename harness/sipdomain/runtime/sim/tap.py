"""The audio of a world in virtual time as packets: rendered from the spans that were said, when the world is over."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, field
from itertools import pairwise
from struct import Struct
from typing import Final, Protocol

from sipdomain.media import g711
from sipdomain.media.agreement import Agreement
from sipdomain.media.dtmf import KeyPacket, key_packets
from sipdomain.media.outputs import SendDtmf
from sipdomain.media.playbacks import FRAME
from sipdomain.media.prompts import Prompt
from sipdomain.media.srtp import Srtp
from sipdomain.runtime.media.bad_rtp import elsewhere
from sipdomain.runtime.media.prompt_library import PromptLibrary
from sipdomain.runtime.media.tap import MediaPacket, MediaTap, Traffic
from sipdomain.runtime.sim.fate import Fate, Fates
from sipdomain.runtime.sim.sound import Span, keep, rendered
from sipdomain.sip.outputs import Address

_PCMA: Final = 8
BEAT: Final = 0.02
MOST_STRETCHES: Final = 4096
"""How many stretches of sending are kept; what comes later is not in a capture."""
_HEADER: Final = Struct("!BBHII")


class Sender(Protocol):
    """A session that says something."""

    @property
    def address(self) -> Address:
        """Where its packets come from."""
        ...

    @property
    def agreed(self) -> Agreement | None:
        """What was agreed with the peer, or None."""
        ...

    @property
    def way(self) -> Fates | None:
        """What its packets go by, or None."""
        ...


@dataclass(slots=True)
class Stretch:
    """A time in which a session sends by one agreement.

    Attributes:
        source: Where its packets come from.
        agreed: The agreement.
        began_at: When it begins.
        ended_at: When it ends.
        spans: What is said in it.
        keys: The keys that are pressed in it, each with the moment.
        way: What its packets go by, or None.
    """

    source: Address
    agreed: Agreement
    began_at: float
    ended_at: float = math.inf
    spans: list[Span] = field(default_factory=list)
    keys: list[tuple[float, SendDtmf]] = field(default_factory=list)
    way: Fates | None = None


class SimTap:
    """Takes note of who sends when and what, and makes the packets of it."""

    def __init__(self) -> None:
        self._stretches: list[Stretch] = []
        self._now: dict[Address, Stretch] = {}

    def agreed(self, sender: Sender, now: float) -> None:
        """Take note of what a session agreed on, or that it is closed."""
        before, agreed = self._now.pop(sender.address, None), sender.agreed
        if before is not None:
            if agreed is not None and agreed == before.agreed:
                self._now[sender.address] = before
                return
            before.ended_at = now
        if agreed is not None and agreed.sending and len(self._stretches) < MOST_STRETCHES:
            self._now[sender.address] = stretch = Stretch(sender.address, agreed, now, way=sender.way)
            self._stretches.append(stretch)

    def said(self, sender: Sender, span: Span) -> None:
        """Take note of what a session says."""
        stretch = self._now.get(sender.address)
        if stretch is not None:
            keep(stretch.spans, span)

    def pressed(self, sender: Sender, at: float, wish: SendDtmf) -> None:
        """Take note of keys that a session presses."""
        stretch = self._now.get(sender.address)
        if stretch is not None:
            stretch.keys.append((at, wish))

    def clear(self) -> None:
        """Keep nothing of the stretches that are over."""
        self._stretches = list(self._now.values())

    def traffic(self, library: PromptLibrary, now: float) -> Traffic:
        """Return the packets until now, each 20 ms of a stream one, as many as there is room for."""
        tap = MediaTap()
        streams: dict[Address, _Stream] = {}
        for stretch in self._stretches:
            stream = streams.setdefault(stretch.source, _Stream(stretch))
            tap.rendered(stream.packets(stretch, library, min(now, stretch.ended_at)))
        return tap.traffic(is_rendered=True)


class _Stream:
    """One session's packets: their numbers go on from one stretch to the next."""

    def __init__(self, first: Stretch) -> None:
        self._ssrc = zlib.crc32(str(first.source).encode())
        self._began_at = first.began_at
        self._sequence = 0
        self._srtp = Srtp()

    def packets(self, stretch: Stretch, library: PromptLibrary, end_at: float) -> list[MediaPacket]:
        """Return the packets of a stretch."""
        agreed, source, target = stretch.agreed, stretch.source, stretch.agreed.remote
        beats = math.floor((end_at - stretch.began_at) / BEAT + 1e-9)
        audio = _audio(stretch, library, beats)
        begin = round((stretch.began_at - self._began_at) * g711.RATE)
        heads: list[tuple[int, int, bytes]] = [
            (agreed.payload_type, begin + beat * FRAME, audio[beat * FRAME : (beat + 1) * FRAME])
            for beat in range(beats)
        ]
        for beat, pressed in _key_packets(stretch).items():
            if beat < beats and agreed.dtmf_payload_type is not None:
                kind = agreed.dtmf_payload_type | (0x80 if pressed.marker else 0)
                heads[beat] = (kind, begin + pressed.timestamp, pressed.payload)
        if heads:
            heads[0] = (heads[0][0] | 0x80, *heads[0][1:])
        pack, first, ssrc = _HEADER.pack, self._sequence, self._ssrc
        self._sequence += beats
        found = [
            MediaPacket(
                stretch.began_at + beat * BEAT, source, target,
                pack(0x80, kind, (first + beat) & 0xFFFF, at & 0xFFFF_FFFF, ssrc) + payload,
            )
            for beat, (kind, at, payload) in enumerate(heads)
        ]  # fmt: skip
        found = found if agreed.local_key is None else self._protected(agreed, found)
        return found if stretch.way is None else _arrived(found, stretch.way)

    def _protected(self, agreed: Agreement, packets: list[MediaPacket]) -> list[MediaPacket]:
        self._srtp.agree(agreed.local_key, agreed.remote_key)
        protected = [(each, self._srtp.protect(each.data)) for each in packets]
        return [each._replace(data=data) for each, data in protected if data is not None]


def _arrived(packets: list[MediaPacket], way: Fates) -> list[MediaPacket]:
    """Return packets as faults let them arrive."""
    found: list[MediaPacket] = []
    for each in packets:
        fates = way.fates(each.at)
        if fates is None:
            found.append(each)
        else:
            found += (_changed(each, fate) for fate in fates)
    return found


def _changed(packet: MediaPacket, fate: Fate) -> MediaPacket:
    head, payload = bytearray(packet.data[:12]), packet.data[12:]
    codec = "PCMA" if head[1] & 0x7F == _PCMA else "PCMU"
    head[1] = head[1] & 0x80 | fate.number
    if fate.other_ssrc:
        head[8:] = bytes(each ^ 0xFF for each in head[8:])
    if fate.muted:
        payload = g711.SILENCE[codec] * len(payload)
    source = elsewhere(packet.source, fate.place)
    return packet._replace(at=packet.at + fate.delay, source=source, data=bytes(head) + payload)


def _key_packets(stretch: Stretch) -> dict[int, KeyPacket]:
    """Return the packets of keys by the beat that each replaces."""
    found: dict[int, KeyPacket] = {}
    for at, wish in stretch.keys:
        first = math.ceil((at - stretch.began_at) / BEAT - 1e-9)
        for each in key_packets(wish.keys, wish.duration, wish.gap):
            beat = first + each.tick
            found[beat] = KeyPacket(beat, first * FRAME + each.timestamp, each.marker, each.payload)
    return found


def _audio(stretch: Stretch, library: PromptLibrary, beats: int) -> bytes:
    """Return what is said, in the codec agreed on: what comes from the library alone need not be decoded."""
    codec, begin_at = stretch.agreed.codec, stretch.began_at
    end_at = begin_at + beats * BEAT
    spans = [each for each in stretch.spans if each.stop_at > begin_at and each.start_at < end_at]
    spans.sort(key=lambda each: each.start_at)
    alone = all(isinstance(each.source, Prompt) and each.codec == codec for each in spans)
    if not alone or any(one.stop_at > other.start_at + 1e-9 for one, other in pairwise(spans)):
        return g711.encode(rendered(spans, begin_at, end_at, library, heard=False), codec)
    audio = bytearray(g711.SILENCE[codec] * (beats * FRAME))
    for span in spans:
        if isinstance(span.source, Prompt):
            place = round((span.start_at - begin_at) * g711.RATE)
            skipped = round(span.skipped * g711.RATE) - min(place, 0)
            wanted = round((min(span.stop_at, end_at) - max(span.start_at, begin_at)) * g711.RATE)
            part = library.encoded(span.source, codec)[skipped : skipped + wanted]
            place = max(place, 0)
            part = part[: len(audio) - place]
            audio[place : place + len(part)] = part
    return bytes(audio)
