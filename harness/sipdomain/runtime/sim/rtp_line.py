"""The line of audio in virtual time: each beat of a session over it is a packet, and faults decide what becomes of it."""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from struct import Struct
from typing import Final, Protocol

from sipdomain.entries import Injected
from sipdomain.faults import Chain, Fault, Passage, Sender
from sipdomain.faults.rtp import RTP_WORDS
from sipdomain.journal import Journal
from sipdomain.media import g711
from sipdomain.media.agreement import Agreement
from sipdomain.media.dtmf import DtmfReceiver, KeyPacket, Pressed, key_packets
from sipdomain.media.outputs import DtmfReceived, MediaInput, MediaSilent, RtpIgnored, SendDtmf
from sipdomain.media.playbacks import FRAME
from sipdomain.media.reception import Reception
from sipdomain.media.remote import Remote
from sipdomain.runtime.clock import Alarm
from sipdomain.runtime.media.bad_rtp import elsewhere
from sipdomain.runtime.sim.fate import Fate
from sipdomain.runtime.sim.network import SimClock
from sipdomain.sip.outputs import Address

BEAT: Final = 0.02
MOST_FATES: Final = 100_000
"""How many packets of one session something may become of; past that its line is good."""
_HEADER: Final = Struct("!BBHII")
_AUDIO: Final = b"\x55" * FRAME
_TAG: Final = bytes(10)
"""What SRTP adds to a packet (RFC 3711 section 4.2): faults see that it is no plain one."""
_STATIC: Final = frozenset({0, 8})


class Session(Protocol):
    """A session that sends or hears, as far as its packets are concerned.

    Attributes:
        name: The session's name.
        address: Where it can be reached.
        agreed: What was agreed with the peer, or None.
        silence: After how many seconds without audio `MediaSilent` is reported; 0 for never.
        side: Whose it is, or None.
        way_in: What it heard by a line, or None.
    """

    name: str
    address: Address
    agreed: Agreement | None
    silence: float
    side: Sender | None
    way_in: Way | None

    @property
    def notify(self) -> Callable[[MediaInput], None]:
        """What is called with keys and silence."""
        ...

    @property
    def sends_events(self) -> bool:
        """Whether the peer understands telephone-events."""
        ...


class SimRtp:
    """All lines of audio of one world."""

    def __init__(self, clock: SimClock, journal: Journal, call_id_of: Callable[[str], str]) -> None:
        """Begin without faults.

        Args:
            clock: Virtual time.
            journal: Where is written, once a session, way and kind of faults, what was injected.
            call_id_of: Returns the Call-ID of a session of the emulator's, or "".
        """
        self.clock = clock
        self._journal = journal
        self._call_id_of = call_id_of
        self._faults: tuple[Fault, ...] = ()
        self._rng = random.Random(0)
        self._salt = 0
        self._ways: list[Way] = []
        self._met: set[tuple[str, Sender, str]] = set()
        self._number = 0

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What befalls packets, in this order; each session remembers its own bursts."""
        return self._faults

    @faults.setter
    def faults(self, faults: tuple[Fault, ...]) -> None:
        """Take others from now on; what is under way arrives."""
        self._faults = faults
        self._met.clear()
        for way in tuple(self._ways):
            way.begin_anew()

    @property
    def rng(self) -> random.Random:
        """What the seeds of sessions are drawn from."""
        return self._rng

    @rng.setter
    def rng(self, rng: random.Random) -> None:
        """Draw anew from now on, for each session by itself."""
        self._rng = rng
        self._salt = rng.getrandbits(64)
        for way in self._ways:
            way.rng = self.rng_for(way.number)

    def rng_for(self, number: int) -> random.Random:
        """Return what chance is drawn from for one session's packets."""
        return random.Random(f"{self._salt} {number}")

    def way(self, session: Session, now: float) -> Way:
        """Return the way of what a session sends."""
        self._number += 1
        return Way(self, session, self._number, now)

    def joined(self, way: Way, *, listening: bool) -> None:
        """Take note that somebody listens at the end of a way, or no more."""
        if listening:
            self._ways.append(way)
        elif way in self._ways:
            self._ways.remove(way)

    def note(self, session: str, sender: Sender, fault: Fault) -> None:
        """Write down what is injected, the first time."""
        word = RTP_WORDS[type(fault)]
        if (session, sender, word) not in self._met:
            self._met.add((session, sender, word))
            text = f"audio of the {sender} in {session}, from here on"
            self._journal.append(
                Injected(
                    at=self.clock.now(),
                    layer="rtp",
                    fault=word,
                    text=text,
                    call_id=self._call_id_of(session),
                )
            )


class Way:
    """What one session sends to another over the line.

    Attributes:
        number: Which of the world's ways it is.
        rng: What chance is drawn from.
        lost: How many packets did not arrive.
        doubled: How many arrived once more.
        reception: What the listener measures.
    """

    def __init__(self, line: SimRtp, session: Session, number: int, now: float) -> None:
        """Begin without a listener.

        Args:
            line: The world's.
            session: Who sends.
            number: Which of the world's ways it is.
            now: The moment of its first packet.
        """
        self.number = number
        self.rng = line.rng_for(number)
        self.lost = self.doubled = 0
        self.reception = Reception()
        self._line = line
        self._session = session
        self._chain = Chain(line.faults)
        self._listener: Session | None = None
        self._began_at = now
        self._beat = 0
        self._sequence = 0
        self._alarm: Alarm | None = None
        self._holes: list[list[float]] = []
        self._fates: dict[int, tuple[Fate, ...]] = {}
        self._keys: dict[int, KeyPacket] = {}
        self._receiver = DtmfReceiver()
        self._remote = Remote()
        self._heard_at: float | None = None

    # --- who sends, and who listens ----------------------------------------------------------------------

    def agreed(self, now: float) -> None:
        """Number packets from now on, as a new agreement does."""
        self._began_at, self._beat = now, 0
        self._keys.clear()
        self._rest()
        self._go_on()

    def lead_to(self, listener: Session | None, now: float) -> None:
        """Let somebody else be at its end from now on, or nobody."""
        if self._listener is not None and self._receiver.waiting:
            self._press(self._receiver.idle(now + 1.0))
        self._rest()
        crosses = listener is not None and {listener.side, self._session.side} == {"phone", "cloud"}
        self._listener = listener if crosses else None
        self._line.joined(self, listening=crosses)
        if self._listener is not None:
            self._listener.way_in = self
            self._remote.agree(self._session.address, "", now)
            self._heard_at = now
            self._go_on()

    def begin_anew(self) -> None:
        """Take the line's faults from now on."""
        self._chain = Chain(self._line.faults)
        self._heard_at = self._line.clock.now()
        self._go_on()

    @property
    def is_bad(self) -> bool:
        """Whether anything may become of its packets now."""
        return self._listener is not None and bool(self._chain.faults) and len(self._fates) < MOST_FATES

    def press(self, wish: SendDtmf, at: float) -> float:
        """Send keys as packets from a moment on, and return when the last one and its gap are over."""
        first = math.ceil((at - self._began_at) / BEAT - 1e-9)
        for each in key_packets(wish.keys, wish.duration, wish.gap):
            self._keys[first + each.tick] = each._replace(timestamp=first * FRAME + each.timestamp)
        return at + len(wish.keys) * (wish.duration + wish.gap)

    # --- packets -----------------------------------------------------------------------------------------

    def _rest(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _go_on(self) -> None:
        """Ring at the next packet, while something may become of it."""
        if self._alarm is None and (self.is_bad or (self._keys and self._listener is not None)):
            now = self._line.clock.now()
            self._beat = max(self._beat, math.ceil((now - self._began_at) / BEAT - 1e-9))
            at = self._began_at + self._beat * BEAT
            self._alarm = self._line.clock.call_at(max(at, now), self._send, quiet=True)

    def _send(self) -> None:
        self._alarm = None
        agreed, listener = self._session.agreed, self._listener
        if agreed is None or listener is None:
            return
        now, beat = self._line.clock.now(), self._beat
        self._beat += 1
        key = self._keys.pop(beat, None)
        number, payload, at = agreed.payload_type, _AUDIO, beat * FRAME
        if key is not None and agreed.dtmf_payload_type is not None:
            number, payload, at = agreed.dtmf_payload_type, key.payload, key.timestamp
            number |= 0x80 if key.marker else 0
        at += round(self._began_at * g711.RATE)
        self._sequence = (self._sequence + 1) & 0xFFFF
        data = _HEADER.pack(0x80, number, self._sequence, at & 0xFFFF_FFFF, 0) + payload
        data += _TAG if agreed.local_key is not None else b""
        met: list[Fault] = []
        sender: Sender = "cloud" if self._session.side == "cloud" else "phone"
        passages = self._chain.decide(data, now, self.rng, sender, met=met)
        cloud = self._session if sender == "cloud" else listener
        for fault in met:
            self._line.note(cloud.name, sender, fault)
        self._count(data, passages, self._began_at + beat * BEAT, is_key=key is not None)
        for passage in passages:
            if passage.delay:
                self._line.clock.call_at(now + passage.delay, partial(self._arrive, passage), quiet=True)
            else:
                self._arrive(passage)
        self._look(listener, now)
        self._go_on()

    def _count(self, data: bytes, passages: list[Passage], at: float, *, is_key: bool) -> None:
        self.lost += not passages
        self.doubled += max(0, len(passages) - 1)
        fates = tuple(
            Fate(
                each.delay, each.binding, each.data[1] & 0x7F, each.data[8:12] != data[8:12],
                each.data[12:] != data[12:],
            )
            for each in passages
        )  # fmt: skip
        if passages != [Passage(0.0, data)]:
            self._fates[_key(at)] = fates
        if not is_key and not any(self._is_audible(each) for each in fates):
            if self._holes and at - self._holes[-1][1] < BEAT / 2:
                self._holes[-1][1] = at + BEAT
            else:
                self._holes.append([at, at + BEAT])

    def _is_audible(self, fate: Fate) -> bool:
        agreed = self._session.agreed
        known = agreed is not None and fate.number in {*_STATIC, agreed.payload_type}
        dropped = fate.other_ssrc and agreed is not None and agreed.local_key is not None
        source = elsewhere(self._session.address, fate.place)
        return known and not fate.muted and not dropped and (
            not fate.place or self._remote.admits(source, self._line.clock.now())
        )  # fmt: skip

    def _arrive(self, passage: Passage) -> None:
        listener, agreed, now = self._listener, self._session.agreed, self._line.clock.now()
        if listener is None or agreed is None:
            return
        source = elsewhere(self._session.address, passage.binding)
        if not self._remote.admits(source, now):
            return
        data = passage.data
        _, number, sequence, at, ssrc = _HEADER.unpack_from(data)
        if ssrc and agreed.local_key is not None:
            return
        is_audio = number & 0x7F in {*_STATIC, agreed.payload_type}
        if is_audio or number & 0x7F == agreed.dtmf_from_peer:
            self._remote.heard(source, now)
            self.reception.take(ssrc, sequence, at if is_audio else None, now)
            if self._heard_at is not None:
                self._heard_at = now
        if not is_audio and number & 0x7F == agreed.dtmf_from_peer:
            payload = data[12 : 12 + 4]
            self._press(self._receiver.take(at, payload, marker=bool(number & 0x80), now=now))

    def _press(self, pressed: list[Pressed]) -> None:
        listener = self._listener
        if listener is None or not listener.sends_events:
            return
        for each in pressed:
            self._tell(DtmfReceived(listener.name, each.key, each.duration))

    def _look(self, listener: Session, now: float) -> None:
        """See whether a key's end was lost, whether strangers were heard, and whether nothing comes."""
        if self._receiver.waiting:
            self._press(self._receiver.idle(now))
        found = self._remote.report(now)
        if found is not None:
            self._tell(RtpIgnored(listener.name, found.source, found.packets, found.agreed))
        if listener.silence and self._heard_at is not None and now - self._heard_at >= listener.silence:
            self._heard_at = None
            self._tell(MediaSilent(listener.name, listener.silence))

    def _tell(self, news: MediaInput) -> None:
        """Report something as a step of its own, so that who waits looks again."""
        listener, clock = self._listener, self._line.clock
        if listener is not None:
            clock.call_at(clock.now(), lambda: listener.notify(news))

    # --- what is read ------------------------------------------------------------------------------------

    def holes(self, start_at: float, stop_at: float) -> Iterator[tuple[float, float]]:
        """Yield the stretches between two moments in which nothing was heard."""
        first = max(0, bisect_right(self._holes, start_at, key=lambda each: each[0]) - 1)
        for begin_at, end_at in self._holes[first:]:
            if begin_at >= stop_at:
                return
            if end_at > start_at:
                yield max(begin_at, start_at), min(end_at, stop_at)

    def is_whole(self, start_at: float, stop_at: float) -> bool:
        """Return whether all was heard between two moments."""
        return next(self.holes(start_at, stop_at), None) is None

    def fates(self, at: float) -> tuple[Fate, ...] | None:
        """Return how the packet of a moment arrived, each copy by itself; None for as if there were no faults."""
        return self._fates.get(_key(at))


def _key(at: float) -> int:
    return round(at * 1000)
