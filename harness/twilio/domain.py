"""Names of SIP domains: what may be reserved, and which edge names mean the same domain."""

from __future__ import annotations

import re
from typing import Final

SUFFIX: Final = "sip.twilio.com"

# https://www.twilio.com/docs/global-infrastructure/localized-uris/sip-uris; the -ix forms are those of
# https://www.twilio.com/docs/global-infrastructure/localized-uris/interconnect-sip-uris
EDGES: Final = ("ashburn", "umatilla", "dublin", "frankfurt", "singapore", "tokyo", "sao-paulo", "sydney")
LEGACY_REGIONS: Final = ("us1", "us2", "ie1", "de1", "sg1", "jp1", "br1", "au1")
PRIVATE_EDGES: Final = (
    *(f"{edge}-ix" for edge in (*EDGES, "san-jose", "london")),
    *(f"{region}-ix" for region in LEGACY_REGIONS),
)
_PLACES: Final = frozenset((*EDGES, *LEGACY_REGIONS, *PRIVATE_EDGES))

_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def canonical_host(host: str, *, suffix: str = SUFFIX) -> str:
    """Return the name by which a host is stored: lower case, without an edge or a last dot.

    Args:
        host: A host name as it stands in a SIP URI, such as "Acme.sip.dublin.twilio.com".
        suffix: What every domain name ends with; the edge stands after its first label.

    Returns:
        Such as "acme.sip.twilio.com". A host that names no edge comes back in lower case only.
    """
    host = host.lower().removesuffix(".")
    head, _, rest = suffix.partition(".")
    if not rest or not host.endswith("." + rest):
        return host
    left, _, place = host[: -len(rest) - 1].rpartition(".")
    if place in _PLACES and (left == head or left.endswith("." + head)):
        return f"{left}.{rest}"
    return host


def is_domain_name(name: str, *, suffix: str = SUFFIX) -> bool:
    """Return whether a name may be a SIP domain: letters, digits and "-", and the suffix at its end.

    Source: https://www.twilio.com/docs/voice/api/sip-domain-resource. That a label has at most 63 characters
    and neither begins nor ends with "-", and a name has at most 253, is RFC 1123 section 2.1; that the
    provider checks it too is assumed.
    """
    if len(name) > 253 or not name.lower().endswith("." + suffix):
        return False
    return all(_LABEL.fullmatch(label) for label in name[: -len(suffix) - 1].split("."))


def parent_name(name: str, *, suffix: str = SUFFIX) -> str | None:
    """Return the name that a subdomain stands under, or None for a name right under the suffix."""
    parent = name.partition(".")[2]
    return parent if parent.lower() != suffix else None
