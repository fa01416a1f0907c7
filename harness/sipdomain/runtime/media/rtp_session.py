"""One RTP session on its sockets: what it sends each 20 ms, and what it hears."""

from __future__ import annotations

import contextlib
import logging
import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from socket import socket
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.media import g711
from sipdomain.media.control_remote import ControlRemote
from sipdomain.media.dtmf import DtmfReceiver, Pressed
from sipdomain.media.ear import Ear
from sipdomain.media.jitter_buffer import JitterBuffer
from sipdomain.media.mixer import Frame
from sipdomain.media.outputs import (
    ConnectMedia,
    DtmfReceived,
    MediaInput,
    MediaSilent,
    RtpIgnored,
    StartRecording,
)
from sipdomain.media.remote import Remote
from sipdomain.media.reports import Reports
from sipdomain.media.rtp import RtpPacket, is_rtcp, is_rtp_or_rtcp, parse
from sipdomain.media.script import Script
from sipdomain.media.sender import RtpSender
from sipdomain.media.silence import StartListening
from sipdomain.media.srtp import Srtp
from sipdomain.media.stream_messages import StreamMessages
from sipdomain.media.tape import Tape
from sipdomain.media.tone_detector import ToneDetector
from sipdomain.runtime.media.bad_rtp import BadRtp, Places
from sipdomain.runtime.media.listeners import Listeners
from sipdomain.runtime.media.live_hearing import Hearings
from sipdomain.runtime.media.rtp_ports import Pair, datagrams
from sipdomain.runtime.media.tap import MediaTap
from sipdomain.sip.outputs import Address

log = logging.getLogger(__name__)

_STATIC: Final = {0: "PCMU", 8: "PCMA"}
"""Understood before and beside what was agreed (RFC 3264 section 5.1)."""
_NEVER: Final = float("inf")
_FLUSHED: Final = 50
"""How many packets may follow at the end at once: a second of beats that were left out when the machine was busy."""


class RtpSession:
    """A socket for RTP and one for RTCP, the stream it sends, and the ear it fills.

    Whose packets are heard, and where its own go, `sipdomain.media.remote` says.

    Attributes:
        name: The session's name.
        address: Where the socket for RTP is bound.
        sender: Its stream.
        ear: What it heard.
        tapes: Its recordings under way, by their names.
        buffer: What puts its peer's audio in order, while somebody else hears it.
        streams: Its media streams.
        script: What it says, as far as that is words.
        hearings: Who hears words.
    """

    def __init__(
        self, name: str, opened: Pair, notify: Callable[[MediaInput], None], *, ear: float, wall_offset: float,
        secure: bool = False, silence: float = 0.0, tap: MediaTap | None = None, line: BadRtp | None = None,
    ) -> None:  # fmt: skip
        """Begin, without a peer.

        Args:
            name: The session's name.
            opened: Bound sockets that do not block; the session closes them.
            notify: Called with each key, of packets that were ignored, of silence, and at the end how it went.
            ear: How many seconds of audio are kept.
            wall_offset: What to add to the moments that it is given for Unix time, in seconds.
            secure: Whether its packets are SRTP.
            silence: After how many seconds without audio it reports so; 0 for never.
            tap: What keeps the packets that go, or None.
            line: What its packets of audio go by, or None for a good one.
        """
        self._line = line
        self.name = name
        self.ear = Ear(ear)
        self.tapes: dict[str, Tape] = {}
        self.buffer: JitterBuffer | None = None
        self.streams: list[StreamMessages] = []
        self.script = Script()
        self.hearings = Hearings()
        self.sender = RtpSender(
            ssrc=random.getrandbits(32), sequence=random.getrandbits(15), timestamp=random.getrandbits(32)
        )
        self._socket, self._control = opened
        self.address = Address(*self._socket.getsockname()[:2])
        self._places = Places(self.address.host)
        self._control_address = Address(*self._control.getsockname()[:2])
        self._tap = tap
        if tap is not None:
            tap.open(self.address, line)
            tap.open(self._control_address)
        self._notify = notify
        self._keys = DtmfReceiver()
        self._tones: ToneDetector | None = None
        self._listeners = Listeners(name, notify)
        self._codecs = dict(_STATIC)
        self._dtmf: int | None = None
        self._receiving = True
        self._remote = Remote()
        self._control_remote = ControlRemote(self._remote)
        self._reports = Reports(self.sender, f"{random.getrandbits(64):016x}@{self.address.host}")
        self._reception = self._reports.reception
        self._silence = silence
        self._wall_offset = wall_offset
        self._audio_at = self._due_at = _NEVER
        self._srtp = Srtp() if secure else None
        self._noted: set[str] = set()

    @property
    def sends_events(self) -> bool:
        """Whether the peer understands telephone-events."""
        return self._dtmf is not None

    @property
    def heard_ssrc(self) -> int | None:
        """Whose stream it hears, or None before the first packet."""
        return self._reception.ssrc

    @property
    def dropped(self) -> Counter[str]:
        """How many packets SRTP dropped, by reason."""
        return Counter(self._srtp.dropped) if self._srtp is not None else Counter()

    def fileno(self) -> int:
        """Return the descriptor of the socket for RTP."""
        return self._socket.fileno()

    def control_fileno(self) -> int:
        """Return the descriptor of the socket for RTCP."""
        return self._control.fileno()

    def connect(self, output: ConnectMedia, now: float) -> None:
        """Take what was agreed with the peer."""
        agreed = output.agreement
        self.sender.agree(agreed)
        if self._srtp is None and agreed.local_key is not None:
            self._srtp = Srtp()
        if self._srtp is not None:
            self._srtp.agree(agreed.local_key, agreed.remote_key)
        self._codecs = _STATIC | {agreed.payload_type: agreed.codec}
        self._dtmf = agreed.dtmf_from_peer
        # Rule keys-in-band.
        self._tones = (self._tones or ToneDetector()) if self._dtmf is None else None
        before = self._remote.target
        self._remote.agree(agreed.remote, output.signalling, now)
        self._control_remote.agree(agreed)
        self._reports.begin(now)
        if not agreed.receiving:
            self._audio_at = _NEVER
        elif self._audio_at == _NEVER or self._remote.target != before:
            self._audio_at = now
        self._receiving = agreed.receiving
        self._schedule()

    def begin_tape(self, wish: StartRecording, now: float) -> None:
        """Record from now on."""
        self.tapes[wish.recording] = Tape(wish, now)

    def listen(self, wish: StartListening, _now: float) -> None:
        """Wait for silence from now on."""
        self._listeners.add(wish)

    def listen_no_more(self, listener: int) -> None:
        """Wait for it no more; harmless when it was heard."""
        self._listeners.remove(listener)

    def send(self, now: float, heard: Frame | None = None) -> None:
        """Send the packet of this 20 ms; report a key whose end was lost.

        Args:
            now: The moment, in seconds.
            heard: What the peer is to hear of others, in its codec.
        """
        self._send_packet(now, heard)
        if self._keys.waiting:
            self._notify_keys(self._keys.idle(now))
        if self._tones is not None and self._tones.waiting:
            self._notify_keys(self._tones.idle(now))
        if self._remote.ignored:
            self._report(now)
        self.hearings.idle(now)
        if now >= self._due_at:
            self._do_what_is_due(now)

    def _send_packet(self, now: float, heard: Frame | None = None) -> None:
        packet = self.sender.next(heard)
        if packet is not None and (self.tapes or self.hearings):
            self._record(parse(packet), now)
        if packet is not None and self._srtp is not None:
            packet = self._srtp.protect(packet)
        if packet is None:
            return
        if self._line is None:
            self._depart(packet, now)
            return
        self._line.carry(self.name, "cloud", packet, self._depart)

    def _depart(self, packet: bytes, now: float, place: int = 0) -> None:
        """Let a packet leave; a late one of a session that is closed is lost."""
        target = self._remote.target
        if target is not None and self._socket.fileno() >= 0:
            target = self._places.behind(target)
            # A full buffer or an ICMP error of an earlier packet: this one is lost, as packets are.
            with contextlib.suppress(OSError):
                opened = self._places.socket() if place else self._socket
                opened.sendto(packet, target)
                if self._tap is not None:
                    here = Address(*opened.getsockname()[:2]) if place else self.address
                    self._tap.sent(now, here, target, packet)

    def _schedule(self) -> None:
        """Set when there is something to do but sending and hearing."""
        silent_at = self._audio_at + self._silence if self._silence else _NEVER
        self._due_at = min(self._reports.next_at, silent_at)

    def _do_what_is_due(self, now: float) -> None:
        if now >= self._reports.next_at:
            self._send_report(now)
        silent = self._silence and now - self._audio_at >= self._silence
        if silent:
            self._audio_at = _NEVER
        self._schedule()
        if silent:
            self._notify(MediaSilent(self.name, self._silence))

    def _send_report(self, now: float, *, bye: bool = False) -> None:
        """Send a report to where the peer's RTCP is; one that cannot leave is lost."""
        packet: bytes | None = self._reports.make(now, now + self._wall_offset, bye=bye)
        if packet is not None and self._srtp is not None:
            packet = self._srtp.protect_rtcp(packet)
        target = self._control_remote.target
        if packet is not None and target is not None:
            muxed = self._control_remote.muxed
            with contextlib.suppress(OSError):
                (self._socket if muxed else self._control).sendto(packet, target)
                if self._tap is not None:
                    self._tap.sent(now, self.address if muxed else self._control_address, target, packet)

    def _report(self, now: float, *, last: bool = False) -> None:
        """Say once that somebody else sends here."""
        found = self._remote.report(now, last=last)
        if found is not None:
            self._notify(RtpIgnored(self.name, found.source, found.packets, found.agreed))

    def _record(self, packet: RtpPacket, now: float) -> None:
        """Keep what goes out, keys excepted."""
        codec = self._codecs.get(packet.payload_type)
        if codec is not None and packet.payload_type != self._dtmf:
            for tape in self.tapes.values():
                tape.say(packet, codec, now)
            self.hearings.take("outbound", packet.payload, codec, now)

    def read(self, now: float) -> None:
        """Take what came for RTP."""
        self._read(self._socket, self.address, self._take, now)

    def read_control(self, now: float) -> None:
        """Take what came for RTCP."""
        self._read(self._control, self._control_address, self._take_report, now)

    def _read(
        self, opened: socket, here: Address, take: Callable[[bytes, Address, float], None], now: float
    ) -> None:
        for data, source in datagrams(opened):
            came = partial(self._came, source, here, take)
            if self._line is None or not is_rtp_or_rtcp(data) or is_rtcp(data):
                came(data, now)
            else:
                self._line.carry(self.name, "phone", data, came)

    def _came(
        self,
        source: Address,
        here: Address,
        take: Callable[[bytes, Address, float], None],
        data: bytes,
        now: float,
        place: int = 0,
    ) -> None:
        if self._socket.fileno() < 0:
            return
        source = self._places.seen(source, place)
        if self._tap is not None:
            self._tap.came(now, source, here, data)
        take(data, source, now)

    def _take_report(self, data: bytes, source: Address, now: float) -> None:
        if not is_rtp_or_rtcp(data) or not is_rtcp(data) or not self._control_remote.admits(source):
            return
        if self._srtp is not None:
            plain = self._srtp.unprotect_rtcp(data)
            if plain is None:
                self._note_dropped(self._srtp.dropped, source)
                return
            data = plain
        if self._reports.take(data, now, now + self._wall_offset):
            self._control_remote.heard(source)

    def close(self, now: float) -> None:
        """Send what is left of a playback whose time is over, read what waits, send BYE, and close the sockets."""
        frames_left = self.sender.playbacks.frames_left
        if frames_left <= _FLUSHED:
            for _ in range(frames_left):
                self._send_packet(now)
        self.read(now)
        self.ear.settle()
        if self._keys.waiting:
            self._notify_keys(self._keys.idle(now + 1.0))
        if self._tones is not None:
            self._notify_keys(self._tones.idle(_NEVER))
        self._report(now, last=True)
        self.read_control(now)
        if self._reports.next_at != _NEVER:
            if self.sender.sent or self._reports.sent:
                self._send_report(now, bye=True)
            self._notify(self._reports.measured(self.name))
        self._due_at = _NEVER
        if self._line is not None:
            self._line.closed(self.name)
        self._places.close()
        self._socket.close()
        self._control.close()

    def _take(self, data: bytes, source: Address, now: float) -> None:
        if not is_rtp_or_rtcp(data):
            return
        if is_rtcp(data):
            if self._control_remote.muxed:
                self._take_report(data, source, now)
            return
        if not self._remote.admits(source, now):
            return
        if self._srtp is not None:
            plain = self._srtp.unprotect(data)
            if plain is None:
                self._note_dropped(self._srtp.dropped, source)
                return
            data = plain
        try:
            packet = parse(data)
            audio = packet.payload_type in self._codecs
            if audio or packet.payload_type == self._dtmf:
                self._remote.heard(source, now)
                self._reception.take(packet.ssrc, packet.sequence, packet.timestamp if audio else None, now)
                if self._audio_at != _NEVER:
                    self._audio_at = now
                self._hear(packet, now)
            elif packet.ssrc == self._reception.ssrc:
                # Such as comfort noise: not heard, and not lost.
                self._reception.take(packet.ssrc, packet.sequence, None, now)
        except RemoteProtocolError:
            # Junk on a media port is common: scanners, broken headers, comfort noise of old phones.
            return

    def _note_dropped(self, dropped: Counter[str], source: Address) -> None:
        """Say it once for each reason: keys that disagree drop every packet."""
        for reason in dropped.keys() - self._noted:
            self._noted.add(reason)
            log.warning("session %s: SRTP from %s:%d dropped: %s", self.name, *source, reason)

    def _hear(self, packet: RtpPacket, now: float) -> None:
        if not self._receiving:
            return
        codec = self._codecs.get(packet.payload_type)
        if packet.payload_type == self._dtmf:
            self._notify_keys(
                self._keys.take(packet.timestamp, packet.payload, marker=packet.marker, now=now)
            )
        elif codec is not None:
            self.ear.take(packet, codec, now)
            if self.buffer is not None:
                self.buffer.put(packet, codec, now)
            for tape in self.tapes.values():
                tape.hear(packet, codec, now)
            self._listeners.take(packet.payload, codec)
            self.hearings.take("inbound", packet.payload, codec, now)
            if self._tones is not None:
                self._notify_keys(self._tones.take(g711.decode(packet.payload, codec), now))

    def _notify_keys(self, pressed: list[Pressed]) -> None:
        for press in pressed:
            self._notify(DtmfReceived(self.name, press.key, press.duration))
