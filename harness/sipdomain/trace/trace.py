"""All that a capture or a journal shows: messages of SIP, streams of RTP, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.media.rtp import is_rtcp, is_rtp_or_rtcp, parse as parse_rtp
from sipdomain.sip.codec import parse
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address
from sipdomain.trace.frames import Decoder, Packet, RawFrame
from sipdomain.trace.streams import RtpStream
from sipdomain.trace.tcp import BEGINS_SIP, TcpStreams

MOST_MESSAGES: Final = 50_000
"""How many messages are kept; what comes later is left out, and counted."""
MOST_STREAMS: Final = 2_000
"""How many streams are kept; the same."""


@dataclass(frozen=True, slots=True)
class SipPacket:
    """A message of SIP.

    Attributes:
        number: Of the packet that it came in, or of the entry of a journal.
        at: The moment, in seconds.
        source: Where it came from.
        target: Where it went to.
        transport: "udp", "tcp" or "tls".
        message: The message.
        data: Its bytes.
    """

    number: int
    at: float
    source: Address
    target: Address
    transport: str
    message: Request | Response
    data: bytes


@dataclass(slots=True)
class Trace:
    """What was found.

    Attributes:
        messages: In order.
        streams: By source, target and SSRC.
        frames: How many frames were read.
        last_at: The moment of the last one.
        unreadable: How many messages of SIP could not be read.
        encrypted: How many segments of TLS there were.
        left_out: How many messages and packets of RTP there was no room for.
    """

    messages: list[SipPacket] = field(default_factory=list)
    streams: dict[tuple[Address, Address, int], RtpStream] = field(default_factory=dict)
    frames: int = 0
    last_at: float = 0.0
    unreadable: int = 0
    encrypted: int = 0
    left_out: int = 0

    def add(self, packet: SipPacket) -> None:
        """Keep a message, while there is room."""
        if len(self.messages) < MOST_MESSAGES:
            self.messages.append(packet)
        else:
            self.left_out += 1


class TraceReader:
    """Reads the frames of a capture, one after another.

    Attributes:
        trace: What was found until now.
    """

    def __init__(self) -> None:
        """Begin without a frame."""
        self.trace = Trace()
        self._decoder = Decoder()
        self._tcp = TcpStreams()

    def take(self, frame: RawFrame) -> None:
        """Take the next frame."""
        trace = self.trace
        trace.frames, trace.last_at = frame.number, frame.at
        packet = self._decoder.packet(frame)
        if packet is None:
            return
        if packet.transport == "tcp":
            for data in self._tcp.take(packet):
                self._message(packet, data)
            trace.encrypted = self._tcp.tls
        elif BEGINS_SIP.match(packet.data):
            self._message(packet, packet.data)
        elif is_rtp_or_rtcp(packet.data):
            self._audio(packet)

    def _message(self, packet: Packet, data: bytes) -> None:
        try:
            message = parse(data)
        except RemoteProtocolError:
            self.trace.unreadable += 1
            return
        self.trace.add(
            SipPacket(packet.number, packet.at, packet.source, packet.target, packet.transport, message, data)
        )

    def _audio(self, packet: Packet) -> None:
        trace = self.trace
        if is_rtcp(packet.data):
            return
        try:
            rtp = parse_rtp(packet.data)
        except RemoteProtocolError:
            return
        key = (packet.source, packet.target, rtp.ssrc)
        stream = trace.streams.get(key)
        if stream is None:
            if len(trace.streams) >= MOST_STREAMS:
                trace.left_out += 1
                return
            stream = trace.streams[key] = RtpStream(*key, packet.number, packet.at)
        stream.take(rtp, packet.number, packet.at)
