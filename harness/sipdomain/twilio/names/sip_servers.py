"""Where the SIP servers of a host name are, and in which order a call tries them (RFC 3263, RFC 2782)."""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from sipdomain.sip.outputs import Address

MOST_SERVERS: Final = 16
"""How many servers one name has at most."""


@dataclass(frozen=True, slots=True)
class SipServer:
    """One server of a name, as an SRV record and the address record of its target describe it.

    Attributes:
        address: Where it takes SIP.
        priority: The lower, the sooner it is tried.
        weight: Its share of the calls among those of one priority.
        transport: "udp" for `_sip._udp`, "tcp" for `_sip._tcp`, "tls" for `_sips._tcp`; "" for all three.
    """

    address: Address
    priority: int = 0
    weight: int = 0
    transport: str = ""


def ordered(servers: Iterable[SipServer], rng: random.Random) -> list[SipServer]:
    """Return servers in the order in which one call tries them: by priority, within it by weight at random.

    One of weight 0 among others has a very small chance to come before them (RFC 2782, "Weight"). Where nothing has a
    weight, the order given stays, and nothing is drawn.
    """
    left = sorted(servers, key=lambda each: (each.priority, each.weight))
    found = []
    while left:
        rivals = [each for each in left if each.priority == left[0].priority]
        found.append(_chosen(rivals, rng))
        left.remove(found[-1])
    return found


def _chosen(rivals: list[SipServer], rng: random.Random) -> SipServer:
    sums = list(accumulate(each.weight for each in rivals))
    return rivals[bisect_left(sums, rng.randint(0, sums[-1]))] if len(rivals) > 1 and sums[-1] else rivals[0]


def addresses(servers: Iterable[SipServer], port: int) -> list[Address]:
    """Return each host of a name once, with a port that was given: its A and AAAA records, without SRV."""
    return [Address(host, port) for host in dict.fromkeys(each.address.host for each in servers)]
