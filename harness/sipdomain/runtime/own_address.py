"""Whether an IP address is one of this machine's, so that something here can call from it."""

from __future__ import annotations

import socket
from ipaddress import IPv6Address, ip_address


def is_own_address(text: str) -> bool:
    """Return whether an IP address is of the loopback network or of an interface of this machine.

    The loopback network is taken for granted: where a part of it has to be set up first, this is not looked at.

    Args:
        text: The address, without a port.
    """
    address = ip_address(text)
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return False  # no address of SIP or SDP has a zone
    if address.is_loopback and not (isinstance(address, IPv6Address) and address.ipv4_mapped):
        return True
    if address.is_unspecified or address.is_multicast or text == "255.255.255.255":
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return False
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((text, 0))
    except OSError:
        return False
    return True


def as_ip_address(text: str | None) -> str | None:
    """Return an IP address in text, or None for a name, which no A record can hold."""
    try:
        return str(ip_address(text or ""))
    except ValueError:
        return None
