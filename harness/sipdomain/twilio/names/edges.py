"""The provider's edges: their names, and the addresses and ports that a firewall has to let through.

Sources: https://www.twilio.com/docs/global-infrastructure/localized-uris/sip-uris (names),
https://www.twilio.com/docs/global-infrastructure/localized-uris/interconnect-sip-uris (private names),
https://www.twilio.com/docs/sip-trunking/ip-addresses (addresses and ports).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Edge:
    """A place where calls reach the provider.

    Attributes:
        name: What stands in a localized name: "dublin" in "acme.sip.dublin.twilio.com".
        region: The older name of the same place: "ie1".
        place: Where it is, for people.
        signalling: The addresses that SIP comes from and goes to, as a.b.c.d/LENGTH.
    """

    name: str
    region: str
    place: str
    signalling: str


EDGES: Final = (
    Edge("ashburn", "us1", "Virginia, USA", "54.172.60.0/30"),
    Edge("umatilla", "us2", "Oregon, USA", "54.244.51.0/30"),
    Edge("dublin", "ie1", "Ireland", "54.171.127.192/30"),
    Edge("frankfurt", "de1", "Germany", "35.156.191.128/30"),
    Edge("singapore", "sg1", "Singapore", "54.169.127.128/30"),
    Edge("tokyo", "jp1", "Japan", "54.65.63.192/30"),
    Edge("sao-paulo", "br1", "Brazil", "177.71.206.192/30"),
    Edge("sydney", "au1", "Australia", "54.252.254.64/30"),
)
"""The public edges; the first is where a name without an edge leads."""

EDGE_NAMES: Final = tuple(edge.name for edge in EDGES)
LEGACY_REGIONS: Final = tuple(edge.region for edge in EDGES)
PRIVATE_EDGES: Final = (
    *(f"{name}-ix" for name in (*EDGE_NAMES, "san-jose", "london")),
    *(f"{region}-ix" for region in LEGACY_REGIONS),
)
"""Names by which private connections reach the provider; their addresses are not published."""

PLACES: Final = frozenset((*EDGE_NAMES, *LEGACY_REGIONS, *PRIVATE_EDGES))
"""Every word that may stand for an edge in a localized name."""

SIGNALLING_PORT: Final = 5060
"""SIP over UDP and TCP."""
SECURE_SIGNALLING_PORT: Final = 5061
"""SIP over TLS."""
MEDIA: Final = "168.86.128.0/18"
"""Where RTP comes from and goes to, whichever the edge."""
MEDIA_PORTS: Final = (10_000, 60_000)
"""The first and the last UDP port of RTP."""

_NAME_OF_REGION: Final = {edge.region: edge.name for edge in EDGES}


def edge_name(place: str) -> str | None:
    """Return the name of an edge for any word that may stand for it, or None.

    Args:
        place: An edge, a legacy region, or the private form of either, in any case: "Dublin", "ie1", "ie1-ix".

    Returns:
        The edge's name; private forms keep their "-ix": "dublin", "dublin-ix".
    """
    place = place.lower()
    if place not in PLACES:
        return None
    name, dash, private = place.partition("-ix")
    return _NAME_OF_REGION.get(name, name) + dash + private
