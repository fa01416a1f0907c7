"""What an authority's certificates may be for (RFC 5280 section 4.2.1.10): the emulated names, and this machine."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from sipdomain.errors import SetupError

if TYPE_CHECKING:
    from cryptography import x509

DOMAINS: Final = ("twilio.com", "localhost")
"""Always permitted, with all below them: the provider's names, for domains, edges and the proxy, and this machine's."""
NETWORKS: Final = tuple(
    map(
        ip_network,
        (
            "127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
            "fc00::/7", "fe80::/10",
        ),
    )
)  # fmt: skip
"""Always permitted: loopback, and what no one else can own (RFC 1918, RFC 3927, RFC 4193, RFC 4291)."""

_LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST_NAME: Final = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*", re.IGNORECASE)

Network = IPv4Network | IPv6Network


def check_name(name: str) -> None:
    """See that a certificate can be for a name.

    Raises:
        SetupError: It is neither a host name, nor a wildcard, nor an IP address.
    """
    if isinstance(_place(name), str) and not HOST_NAME.fullmatch(name.removeprefix("*.")):
        raise SetupError(f"no certificate can be for {name!r}: neither a host name nor an IP address")


def constraints(names: Sequence[str], *, addresses: bool) -> x509.NameConstraints:
    """Return what permits names, beside those that are always permitted, and nothing else.

    Args:
        names: Host names, wildcards and IP addresses.
        addresses: Whether IP addresses are constrained at all. OpenSSL before 1.1.0 takes no certificate for an address
            from an authority whose addresses are constrained.

    Raises:
        SetupError: One is none.
    """
    from cryptography import x509

    domains, networks = list(DOMAINS), list(NETWORKS)
    for name in names:
        check_name(name)
        place = _place(name)
        if isinstance(place, str):
            if not _below(place, domains):
                domains.append(place)
        elif not _within(place, networks):
            networks.append(place)
    permitted = [*map(x509.DNSName, domains), *(map(x509.IPAddress, networks) if addresses else ())]
    return x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None)


def permits(found: x509.NameConstraints, name: str) -> bool:
    """Return whether constraints permit a host name, a wildcard or an IP address."""
    from cryptography import x509

    place = _place(name)
    subtrees = found.permitted_subtrees or []
    if isinstance(place, str):
        return _below(place, [each.value for each in subtrees if isinstance(each, x509.DNSName)])
    networks = [each.value for each in subtrees if isinstance(each, x509.IPAddress)]
    return not networks or _within(place, networks)


def _place(name: str) -> str | Network:
    try:
        return ip_network(ip_address(name))
    except ValueError:
        return name.lower().removeprefix("*.").removesuffix(".")


def _below(name: str, domains: Sequence[str]) -> bool:
    return any(name == each or name.endswith(f".{each}") for each in domains)


def _within(place: Network, networks: Sequence[object]) -> bool:
    return any(
        isinstance(each, IPv4Network | IPv6Network)
        and each.version == place.version
        and place.subnet_of(each)  # type: ignore[arg-type]
        for each in networks
    )
