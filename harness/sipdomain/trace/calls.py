"""The calls of a trace: their messages by Call-ID, what each side described, and the streams between them."""

from __future__ import annotations

from collections.abc import Iterator, Set as AbstractSet
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Final, Literal

from sipdomain.errors import MediaError, RemoteProtocolError
from sipdomain.media.sdp import MediaDescription, SessionDescription
from sipdomain.sip.message import Request, Response
from sipdomain.sip.outputs import Address
from sipdomain.trace.streams import RtpStream
from sipdomain.trace.trace import SipPacket, Trace

Side = Literal["caller", "callee"]
_PRIVATE: Final = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "127.0.0.0/8", "0.0.0.0/32",
         "fc00::/7", "fe80::/10", "::1/128", "::/128"),
    )
)  # fmt: skip
"""Where nobody outside can send to (RFC 1918, 6598, 3927, 4193, 4291)."""
SIDES: tuple[Side, Side] = ("caller", "callee")


@dataclass(frozen=True, slots=True)
class Described:
    """What one side wrote of its audio.

    Attributes:
        packet: The message.
        side: Whose it is.
        host: Where it wants audio.
        media: The section of audio.
        direction: "sendrecv", "sendonly", "recvonly" or "inactive".
    """

    packet: SipPacket
    side: Side
    host: str
    media: MediaDescription
    direction: str

    @property
    def address(self) -> Address:
        """Where it wants audio."""
        return Address(self.host, self.media.port)


@dataclass(slots=True)
class Call:
    """The messages of one Call-ID.

    Attributes:
        call_id: The Call-ID.
        packets: Its messages, in order.
        streams: The streams that go to or come from where its descriptions say, with the side that sends.
        last_at: The last moment of the trace.
        described: What each side wrote of its audio, in order.
        is_audible: Whether the trace has any audio at all; one of SIP alone says nothing of it.
    """

    call_id: str
    packets: list[SipPacket]
    last_at: float
    streams: list[tuple[Side, RtpStream]] = field(default_factory=list)
    described: list[Described] = field(default_factory=list)
    is_audible: bool = False

    def requests(self, method: str) -> list[SipPacket]:
        """Return the requests of a method, copies too."""
        return [
            each
            for each in self.packets
            if isinstance(each.message, Request) and each.message.method == method
        ]

    def responses(self, method: str) -> list[SipPacket]:
        """Return the responses to a method, copies too."""
        return [
            each for each in self.packets if isinstance(each.message, Response) and cseq(each)[1] == method
        ]

    @property
    def caller(self) -> Address:
        """Where the first request came from."""
        return (
            self.packets[0].source if isinstance(self.packets[0].message, Request) else self.packets[0].target
        )

    @property
    def callee(self) -> Address:
        """Where it went to."""
        return (
            self.packets[0].target if isinstance(self.packets[0].message, Request) else self.packets[0].source
        )

    def side(self, address: Address) -> Side:
        """Return whose an address is: by its host, for over TCP the caller's port may change; else by its port."""
        caller, callee = self.caller, self.callee
        if caller.host == callee.host == address.host:
            return "callee" if address == callee else "caller"
        return "caller" if address.host == caller.host else "callee"

    def is_end(self, address: Address) -> bool:
        """Return whether an address is one of the two ends, and not a third one such as a proxy behind them."""
        return address.host in {self.caller.host, self.callee.host}

    @property
    def answered(self) -> SipPacket | None:
        """The first 2xx to an INVITE, or None."""
        return next((each for each in self.responses("INVITE") if status(each) // 100 == 2), None)

    @property
    def ended_at(self) -> float:
        """When the first BYE was sent; the end of the trace when none was."""
        return next((each.at for each in self.requests("BYE")), self.last_at)

    def last_of(self, side: Side) -> Described | None:
        """Return what a side wrote last of its audio."""
        return next((each for each in reversed(self.described) if each.side == side), None)


def status(packet: SipPacket) -> int:
    """Return the status of a response, 0 for a request."""
    return packet.message.status if isinstance(packet.message, Response) else 0


def cseq(packet: SipPacket) -> tuple[int, str]:
    """Return number and method of a message's CSeq, or (0, "") where it has none that can be read."""
    try:
        found = packet.message.cseq
    except RemoteProtocolError:
        return 0, ""
    return found.number, found.method


def branch(packet: SipPacket) -> str:
    """Return the branch of a message's first Via, or ""."""
    try:
        return packet.message.via.branch or ""
    except RemoteProtocolError:
        return ""


def is_private(host: str) -> bool:
    """Return whether packets of others cannot come to an address: private, of the machine itself, or none at all."""
    try:
        found = ip_address(host)
    except ValueError:
        return False
    return any(found in each for each in _PRIVATE)


def calls(trace: Trace) -> list[Call]:
    """Return the calls, and other dialogs, of a trace in the order of their beginnings."""
    found: dict[str, Call] = {}
    for each in trace.messages:
        call_id = each.message.headers.get("call-id") or ""
        call = found.setdefault(call_id, Call(call_id, [], trace.last_at))
        call.packets.append(each)
        call.described += _described(call, each)
    known = {each.address for call in found.values() for each in call.described}
    for call in found.values():
        call.streams += _streams(call, trace, known)
        call.is_audible = bool(trace.streams)
    return list(found.values())


def _described(call: Call, packet: SipPacket) -> Iterator[Described]:
    message = packet.message
    if not message.body or "sdp" not in message.content_type.lower():
        return
    try:
        session = SessionDescription.parse(message.body)
        media = next((each for each in session.media if each.kind == "audio"), None)
        host = media and (media.connection or session.connection)
    except MediaError:
        return
    if media is not None and host:
        direction = media.direction or session.direction or "sendrecv"
        yield Described(packet, call.side(packet.source), host, media, direction)


def _streams(call: Call, trace: Trace, known: AbstractSet[Address]) -> Iterator[tuple[Side, RtpStream]]:
    """Yield the streams of a call; two calls may use one port of a caller, and differ in the other end alone."""
    wanted = {each.address: each.side for each in call.described}
    others = known - wanted.keys()
    begin, end = call.packets[0].at, max(call.ended_at, call.packets[-1].at)
    for stream in trace.streams.values():
        if stream.last_at < begin or stream.first_at > end:
            continue
        if stream.source in others or stream.target in others:
            continue
        if stream.target in wanted:
            yield ("callee" if wanted[stream.target] == "caller" else "caller"), stream
        elif stream.source in wanted:
            yield wanted[stream.source], stream
