"""Packets by hand, with scapy, for loopback alone: a source that is not ours, and fragments."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from ipaddress import ip_address

from sipdomain.audit.target import Target
from sipdomain.sip.outputs import Address


def cannot_forge(target: Target) -> str:
    """Return why no packets by hand can go to a target, or ""."""
    if target.is_loopback and os.geteuid() == 0:
        return ""
    return "it needs a target on loopback by IPv4, and root for packets by hand"


def send_from(
    host: str, port: int, target: Address, data: bytes, *, most: int = 0, leave_out: Sequence[int] = ()
) -> str:
    """Send a datagram that says it is from an address; return why that failed, or "".

    Args:
        host: Whose it says it is; in 127.0.0.0/8.
        port: Its port.
        target: Whom it goes to; in 127.0.0.0/8.
        data: What it has.
        most: How many bytes a fragment has; 0 for one packet.
        leave_out: Which fragments are not sent, from 0 on.
    """
    if not all(ip_address(each).is_loopback for each in (host, target.host)):
        return "packets by hand go to loopback only"
    try:
        logging.getLogger("scapy").setLevel(logging.ERROR)
        from scapy.all import IP, UDP, L3RawSocket, Raw, fragment
    except ImportError:
        return "scapy is not installed: pip install 'sipdomain[pcap]'"
    packet = IP(src=host, dst=target.host) / UDP(sport=port, dport=target.port) / Raw(data)
    pieces = fragment(packet, fragsize=most) if most else [packet]
    try:
        way = L3RawSocket(iface="lo")
    except OSError as error:
        return f"no packets by hand: {error.strerror or error}"
    try:
        for number, piece in enumerate(pieces):
            if number not in leave_out:
                way.send(piece)
    except OSError as error:
        return f"no packets by hand: {error.strerror or error}"
    finally:
        way.close()
    return ""
