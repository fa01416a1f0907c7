"""Addresses that the other side cannot send to."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_address

from sipdomain.errors import RemoteProtocolError
from sipdomain.trace.calls import Call, is_private, status
from sipdomain.trace.finding import Finding
from sipdomain.trace.trace import SipPacket


def unreachable_addresses(call: Call) -> Iterator[Finding]:
    """Find private addresses in session descriptions and Contacts that are not those that the messages come from."""
    seen: set[tuple[str, str]] = set()
    for described in call.described:
        source = described.packet.source.host
        if _is_wrong(described.host, source) and ("sdp", described.host) not in seen:
            seen.add(("sdp", described.host))
            yield Finding(
                "private-address", "error", (described.packet.number,), described.packet.at,
                f"the session description of {source} asks for audio at {described.address}",
                "a private address behind NAT: the other side's audio goes nowhere, and the call has audio one way only",
                "let it name its public address (Asterisk external_media_address, FreeSWITCH ext-rtp-ip), or use STUN; and "
                "see that no SIP ALG is on the way",
            )  # fmt: skip
    for packet in call.packets:
        if status(packet) and status(packet) // 100 != 2:
            continue
        host, source = _contact(packet), packet.source.host
        if host and _is_wrong(host, source) and ("contact", host) not in seen:
            seen.add(("contact", host))
            yield Finding(
                "private-contact", "warning", (packet.number,), packet.at,
                f"the Contact of {source} names {host}",
                "ACK, BYE and re-INVITE go to the Contact: without a proxy that mends it they are lost",
                "let it name its public address (Asterisk external_signaling_address, FreeSWITCH ext-sip-ip)",
            )  # fmt: skip


def _is_wrong(host: str, source: str) -> bool:
    """Return whether nobody can send to a host that a message from a source names; two nets of one house may well meet."""
    if host == source or not is_private(host):
        return False
    return not is_private(source) or ip_address(host).is_loopback != ip_address(source).is_loopback


def _contact(packet: SipPacket) -> str:
    try:
        found = packet.message.contact
    except RemoteProtocolError:
        return ""
    return found.uri.host.strip("[]") if found is not None else ""
