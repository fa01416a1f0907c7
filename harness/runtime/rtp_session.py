"""One RTP session on a socket: what it sends each 20 ms, and what it hears."""

from __future__ import annotations

import contextlib
import logging
import random
import socket
from collections import Counter
from collections.abc import Callable
from typing import Final

from harness.errors import RemoteProtocolError
from harness.media.dtmf import DtmfReceiver, Pressed
from harness.media.ear import Ear
from harness.media.outputs import ConnectMedia, DtmfReceived, RtpIgnored
from harness.media.remote import Remote
from harness.media.rtp import RtpPacket, is_rtcp, is_rtp_or_rtcp, parse
from harness.media.sender import RtpSender
from harness.media.srtp import Srtp
from harness.media.tape import Tape
from harness.sip.outputs import Address

log = logging.getLogger(__name__)

_BATCH: Final = 64
_LARGEST: Final = 2048
_STATIC: Final = {0: "PCMU", 8: "PCMA"}
"""Understood before and beside what was agreed (RFC 3264 section 5.1)."""
_FLUSHED: Final = 50
"""How many packets may follow at the end at once: a second of beats that were left out when the machine was busy."""


class RtpSession:
    """A socket, the stream it sends, and the ear it fills.

    Whose packets are heard, and where its own go, `harness.media.remote` says.

    Attributes:
        name: The session's name.
        sender: Its stream.
        ear: What it heard.
        tapes: Its recordings under way, by their names.
    """

    def __init__(
        self,
        name: str,
        opened: socket.socket,
        tell: Callable[[DtmfReceived | RtpIgnored], None],
        *,
        ear: float,
        secure: bool = False,
    ) -> None:
        """Begin, without a peer.

        Args:
            name: The session's name.
            opened: A bound socket that does not block; the session closes it.
            tell: Told of each key, and of packets that were ignored.
            ear: How many seconds of audio are kept.
            secure: Whether its packets are SRTP.
        """
        self.name = name
        self.ear = Ear(ear)
        self.tapes: dict[str, Tape] = {}
        self.sender = RtpSender(
            ssrc=random.getrandbits(32), sequence=random.getrandbits(15), timestamp=random.getrandbits(32)
        )
        self._socket = opened
        self._tell = tell
        self._keys = DtmfReceiver()
        self._codecs = dict(_STATIC)
        self._dtmf: int | None = None
        self._receiving = True
        self._remote = Remote()
        self._srtp = Srtp() if secure else None
        self._noted: set[str] = set()

    @property
    def address(self) -> Address:
        """Where the socket is bound."""
        return Address(*self._socket.getsockname()[:2])

    @property
    def sends_events(self) -> bool:
        """Whether the peer understands telephone-events."""
        return self._dtmf is not None

    @property
    def dropped(self) -> Counter[str]:
        """How many packets SRTP dropped, by reason."""
        return Counter(self._srtp.dropped) if self._srtp is not None else Counter()

    def fileno(self) -> int:
        """Return the socket's descriptor."""
        return self._socket.fileno()

    def connect(self, agreed: ConnectMedia, now: float) -> None:
        """Take what was agreed with the peer."""
        self.sender.agree(agreed)
        if self._srtp is None and agreed.local_key is not None:
            self._srtp = Srtp()
        if self._srtp is not None:
            self._srtp.agree(agreed.local_key, agreed.remote_key)
        self._codecs = _STATIC | {agreed.payload_type: agreed.codec}
        self._dtmf = agreed.dtmf_payload_type
        self._receiving = agreed.receiving
        self._remote.agree(agreed.remote, agreed.signalling, now)

    def send(self, now: float) -> None:
        """Send the packet of this 20 ms; notice a key whose end was lost."""
        packet = self.sender.next()
        if packet is not None and self.tapes:
            self._record(parse(packet), now)
        if packet is not None and self._srtp is not None:
            packet = self._srtp.protect(packet)
        if packet is not None and self._remote.target is not None:
            # A full buffer or an ICMP error of an earlier packet: this one is lost, as packets are.
            with contextlib.suppress(OSError):
                self._socket.sendto(packet, self._remote.target)
        if self._keys.waiting:
            self._tell_keys(self._keys.idle(now))
        if self._remote.ignored:
            self._report(now)

    def _report(self, now: float, *, last: bool = False) -> None:
        """Say once that somebody else sends here."""
        found = self._remote.report(now, last=last)
        if found is not None:
            self._tell(RtpIgnored(self.name, found.source, found.packets, found.agreed))

    def _record(self, packet: RtpPacket, now: float) -> None:
        """Keep what goes out, keys excepted."""
        codec = self._codecs.get(packet.payload_type)
        if codec is not None and packet.payload_type != self._dtmf:
            for tape in self.tapes.values():
                tape.say(packet, codec, now)

    def read(self, now: float) -> None:
        """Take what came."""
        for _ in range(_BATCH):
            try:
                data, source = self._socket.recvfrom(_LARGEST)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                continue
            self._take(data, Address(source[0], source[1]), now)

    def close(self, now: float) -> None:
        """Send what is left of a playback that time has run out for, take what is still unread, let go of the socket."""
        if self.sender.frames_left <= _FLUSHED:
            for _ in range(self.sender.frames_left):
                self.send(now)
        self.read(now)
        if self._keys.waiting:
            self._tell_keys(self._keys.idle(now + 1.0))
        self._report(now, last=True)
        self._socket.close()

    def _take(self, data: bytes, source: Address, now: float) -> None:
        if not is_rtp_or_rtcp(data) or is_rtcp(data) or not self._remote.admits(source, now):
            return
        if self._srtp is not None:
            plain = self._srtp.unprotect(data)
            if plain is None:
                self._note_dropped(self._srtp.dropped, source)
                return
            data = plain
        try:
            packet = parse(data)
            if packet.payload_type == self._dtmf or packet.payload_type in self._codecs:
                self._remote.heard(source, now)
                self._hear(packet, now)
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
            self._tell_keys(self._keys.take(packet.timestamp, packet.payload, marker=packet.marker, now=now))
        elif codec is not None:
            self.ear.take(packet, codec, now)
            for tape in self.tapes.values():
                tape.hear(packet, codec, now)

    def _tell_keys(self, pressed: list[Pressed]) -> None:
        for press in pressed:
            self._tell(DtmfReceived(self.name, press.key, press.duration))
