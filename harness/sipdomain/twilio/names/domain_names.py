"""Names of SIP domains: what may be reserved, which edge names mean the same domain, and whose name is a proxy's."""

from __future__ import annotations

import re
from typing import Final

from sipdomain.twilio.names.edges import PLACES, edge_name

SUFFIX: Final = "sip.twilio.com"
REALM: Final = "sip.twilio.com"
"""The realm of every challenge, whatever the domain and the suffix: seen in challenges of live domains."""

_LABEL: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


def localized(suffix: str, place: str) -> str:
    """Return the suffix as it stands in the names of an edge; without a dot in it, no edge can.

    Args:
        suffix: What every domain name ends with, such as "sip.twilio.com".
        place: An edge, a legacy region or a private form, such as "dublin".

    Returns:
        Such as "sip.dublin.twilio.com", which is also the name of that edge's outbound proxy.
    """
    head, dot, rest = suffix.partition(".")
    return f"{head}.{place}.{rest}" if dot else suffix


def split_edge(host: str, *, suffix: str = SUFFIX) -> tuple[str, str | None]:
    """Take a host name apart into the name it is stored by and the edge that it names.

    Args:
        host: A host name as it stands in a SIP URI, such as "Acme.sip.ie1.twilio.com".
        suffix: What every domain name ends with; the edge stands after its first label.

    Returns:
        The canonical name ("acme.sip.twilio.com") and the edge's name ("dublin"). A host that names no edge
        comes back in lower case, without a last dot, and with None.
    """
    host = host.lower().removesuffix(".")
    head, _, rest = suffix.partition(".")
    if not rest or not host.endswith("." + rest):
        return host, None
    left, _, place = host[: -len(rest) - 1].rpartition(".")
    if place in PLACES and (left == head or left.endswith("." + head)):
        return f"{left}.{rest}", edge_name(place)
    return host, None


def canonical_host(host: str, *, suffix: str = SUFFIX) -> str:
    """Return the name by which a host is stored: lower case, without an edge or a last dot.

    Args:
        host: A host name as it stands in a SIP URI, such as "Acme.sip.dublin.twilio.com".
        suffix: What every domain name ends with; the edge stands after its first label.

    Returns:
        Such as "acme.sip.twilio.com". A host that names no edge comes back in lower case only.
    """
    return split_edge(host, suffix=suffix)[0]


def is_proxy_name(host: str, *, suffix: str = SUFFIX) -> bool:
    """Return whether a host is an outbound proxy's name and no domain's: the suffix itself, or an edge's form of it.

    Source: https://www.twilio.com/docs/voice/api/sip-registration (`sip.{edge}.twilio.com` as outbound proxy)
    """
    return canonical_host(host, suffix=suffix) == suffix


def is_domain_name(name: str, *, suffix: str = SUFFIX) -> bool:
    """Return whether a name may be a SIP domain: letters, digits and "-", and the suffix at its end.

    Source: https://www.twilio.com/docs/voice/api/sip-domain-resource. That a label has at most 63 characters
    and neither begins nor ends with "-", and a name has at most 253, is RFC 1123 section 2.1; that the
    provider checks it too is assumed.
    """
    if len(name) > 253 or not name.lower().endswith("." + suffix):
        return False
    return all(_LABEL.fullmatch(label) for label in name[: -len(suffix) - 1].split("."))


def is_suffix(text: str) -> bool:
    """Return whether every domain's name can end with this: one or more labels in lower case."""
    return len(text) <= 200 and text == text.lower() and all(map(_LABEL.fullmatch, text.split(".")))


def full_name(key: str, *, suffix: str = SUFFIX) -> str:
    """Return the name of a domain that a configuration calls so: without a dot in it, it stands right under the suffix."""
    return key if "." in key else f"{key}.{suffix}"


def parent_name(name: str, *, suffix: str = SUFFIX) -> str | None:
    """Return the name that a subdomain stands under, or None for a name right under the suffix."""
    parent = name.partition(".")[2]
    return parent if parent.lower() != suffix else None
