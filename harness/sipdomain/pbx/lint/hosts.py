"""Hosts in what a configuration sends to: which are the provider's, and in which form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, ip_address, ip_network
from typing import Final

from sipdomain.pbx.lint.document import Document, Kind, Section, Setting
from sipdomain.twilio.names.edges import EDGES

CLOUD: Final = re.compile(r"\.twilio\.com\b", re.IGNORECASE)
NETWORKS: Final = tuple(IPv4Network(each.signalling) for each in EDGES)
"""What the provider signals from (https://www.twilio.com/docs/voice/api/sip-interface)."""
_TARGETS: Final[dict[Kind, tuple[str, ...]]] = {
    "pjsip": ("contact", "server_uri", "client_uri", "remote_hosts"),
    "sip": ("host", "fromdomain"),
    "freeswitch": ("proxy",),
    "kamailio": ("$ru", "$rd"),
    "baresip": ("uri",),
}
"""What becomes the host of a Request-URI; an outbound proxy does not."""


def targets(document: Document) -> Iterator[tuple[Section, Setting, str]]:
    """Yield each setting that becomes the host of a Request-URI, with that host in lower case."""
    for section in document.sections:
        for each in section.own(*_TARGETS[document.kind]):
            if found := host_of(each.value):
                yield section, each, found


def host_of(value: str) -> str:
    """Return the host of a SIP URI, of HOST:PORT or of what is put together of quoted parts; "" where it is not known."""
    found = re.search(r"^(?:.*\bsips?:)?(?:.*@)?([A-Za-z0-9][A-Za-z0-9.-]*)", value[:500].strip("<\"' "))
    return found[1].lower() if found and not re.match(r"\$|__", value) else ""


def is_in(host: str, networks: Iterable[IPv4Network]) -> bool:
    """Return whether a host is an address, and in one of these networks."""
    try:
        return any(ip_address(host) in each for each in networks)
    except ValueError:
        return False


def is_cloud(section: Section) -> bool:
    """Return whether a section speaks of the provider."""
    return any(CLOUD.search(each.value) for each in (*section.inherited, *section.settings))


def is_too_wide(text: str) -> bool:
    """Return whether a network has more than one of the provider's in it, and that not by name."""
    try:
        network = ip_network(text.strip(), strict=False)
    except ValueError:
        return False
    if not isinstance(network, IPv4Network):
        return network.prefixlen == 0
    return network.prefixlen == 0 or any(each.subnet_of(network) and each != network for each in NETWORKS)
