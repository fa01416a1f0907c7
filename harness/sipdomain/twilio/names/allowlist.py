"""What a firewall has to let through: written for several firewalls, and looked for in what one has.

Source: https://www.twilio.com/docs/sip-trunking/ip-addresses
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any, Final, Literal

from sipdomain.twilio.names.edges import (
    EDGES,
    MEDIA,
    MEDIA_PORTS,
    SECURE_SIGNALLING_PORT,
    SIGNALLING_PORT,
)

Purpose = Literal["signalling", "media"]


@dataclass(frozen=True, slots=True)
class Opening:
    """Something that a firewall lets through, in both directions.

    Attributes:
        purpose: "signalling" or "media".
        edge: The edge's name; "" for media, whose addresses all edges share.
        place: Where the edge is, for people.
        network: The provider's addresses.
        protocol: "udp" or "tcp".
        ports: The provider's first and last port. Rules for what comes in name the same ports on our side, as
            PBXs use them; one with others needs others there.
    """

    purpose: Purpose
    edge: str
    place: str
    network: IPv4Network
    protocol: Literal["udp", "tcp"]
    ports: tuple[int, int]

    @property
    def title(self) -> str:
        """A few words, fit for a comment in a rule."""
        return f"{self.purpose} {self.edge}".strip()


def openings(edges: Sequence[str] = ()) -> list[Opening]:
    """Return what has to be open for calls by some edges, or by all.

    Args:
        edges: Names of edges; empty for all eight.
    """
    found = []
    for edge in EDGES:
        if edges and edge.name not in edges:
            continue
        network = IPv4Network(edge.signalling)
        plain, secure = (SIGNALLING_PORT, SIGNALLING_PORT), (SIGNALLING_PORT, SECURE_SIGNALLING_PORT)
        found.append(Opening("signalling", edge.name, edge.place, network, "udp", plain))
        found.append(Opening("signalling", edge.name, edge.place, network, "tcp", secure))
    found.append(Opening("media", "", "all edges", IPv4Network(MEDIA), "udp", MEDIA_PORTS))
    return found


_PORTS: Final = "# dport: put your PBX's own ports where they differ\n"

# --- written -------------------------------------------------------------------------------------------------


def _table(wanted: list[Opening]) -> str:
    rows = [("PURPOSE", "EDGE", "PLACE", "ADDRESSES", "PROTOCOL", "PORTS")]
    rows += [
        (each.purpose, each.edge or "all", each.place, str(each.network), each.protocol, _ports(each, "-"))
        for each in wanted
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
        for row in rows
    )


def _json(wanted: list[Opening]) -> str:
    rows = [
        {
            "purpose": each.purpose, "edge": each.edge or None, "cidr": str(each.network),
            "protocol": each.protocol, "from_port": each.ports[0], "to_port": each.ports[1],
        }
        for each in wanted
    ]  # fmt: skip
    return json.dumps(rows, indent=2) + "\n"


def _nftables(wanted: list[Opening]) -> str:
    """Return rules to be included in the chain that filters input: an accept elsewhere would not keep it from dropping."""
    return f"# include this file within your input chain, before what drops\n{_PORTS}" + "".join(
        f'ip saddr {each.network} {each.protocol} dport {_ports(each, "-")} accept comment "{each.title}"\n'
        for each in wanted
    )


def _iptables(wanted: list[Opening]) -> str:
    rules = "".join(
        f"-I INPUT -s {each.network} -p {each.protocol} -m {each.protocol} --dport {_ports(each, ':')} "
        f'-m comment --comment "{each.title}" -j ACCEPT\n'
        for each in wanted
    )
    return f"# iptables-restore --noflush < FILE\n{_PORTS}*filter\n{rules}COMMIT\n"


def _aws(wanted: list[Opening]) -> str:
    """Return what `aws ec2 authorize-security-group-ingress --ip-permissions file://FILE` takes."""
    rows = [
        {
            "IpProtocol": each.protocol, "FromPort": each.ports[0], "ToPort": each.ports[1],
            "IpRanges": [{"CidrIp": str(each.network), "Description": each.title}],
        }
        for each in wanted
    ]  # fmt: skip
    return json.dumps(rows, indent=2) + "\n"


def _ports(opening: Opening, dash: str) -> str:
    first, last = opening.ports
    return str(first) if first == last else f"{first}{dash}{last}"


FORMATS: Final[dict[str, Callable[[list[Opening]], str]]] = {
    "table": _table,
    "json": _json,
    "nftables": _nftables,
    "iptables": _iptables,
    "aws": _aws,
}
"""How openings are written, by the format's name."""


# --- looked for ----------------------------------------------------------------------------------------------

Range = tuple[int, int]
"""The first and the last address, as numbers."""

_ADDRESS: Final = r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}"
_WRITTEN: Final = re.compile(
    rf"({_ADDRESS})(?:/(\d{{1,3}}(?:\.\d{{1,3}}){{3}}|\d{{1,2}})|\s*-\s*({_ADDRESS}))?(?![\w.])"
)
_QUOTED: Final = re.compile(r'"[^"]*"')
_REFUSING: Final = re.compile(r"\b(drop|reject|deny)\b|!", re.IGNORECASE)


def missing(wanted: Iterable[Opening], text: str) -> list[Opening]:
    """Return the openings whose addresses a firewall's rules do not have, each network once.

    Only addresses are compared, not ports, chains or directions. Lines that drop, reject or negate do not
    count.

    Args:
        wanted: What has to be open.
        text: The output of `nft list ruleset`, `nft -j list ruleset` or `iptables-save`, a security group in JSON,
            or a list of addresses, networks and ranges; "#" begins a comment.
    """
    allowed = _merged(_ranges(text))
    lacking: dict[IPv4Network, Opening] = {}
    for each in wanted:
        first, last = int(each.network.network_address), int(each.network.broadcast_address)
        if not any(low <= first and last <= high for low, high in allowed):
            lacking.setdefault(each.network, each)
    return list(lacking.values())


def _ranges(text: str) -> Iterator[Range]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        for line in text.splitlines():
            rule = _QUOTED.sub("", line).partition("#")[0]
            if not _REFUSING.search(rule):
                yield from _written(rule)
    else:
        yield from _within(value)


def _written(text: str) -> Iterator[Range]:
    """Return all addresses, networks and ranges that stand in a text."""
    for found in _WRITTEN.finditer(text):
        address, length, last = found.groups()
        try:
            if last:
                yield int(IPv4Address(address)), int(IPv4Address(last))
            else:
                network = IPv4Network(f"{address}/{length or 32}", strict=False)
                yield int(network.network_address), int(network.broadcast_address)
        except ValueError:
            continue


def _within(value: Any) -> Iterator[Range]:
    """Return all that stand in a JSON value; nftables writes networks and ranges as objects, rules as lists."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield from _written(text)
            case {"addr": str() as address, "len": int() as length}:
                yield from _written(f"{address}/{length}")
            case {"range": [str() as first, str() as last]}:
                yield from _written(f"{first}-{last}")
            case {"rule": {"expr": list() as parts}} if any(
                isinstance(part, dict) and part.keys() & {"drop", "reject"} for part in parts
            ):
                continue
            case dict() as members:
                waiting.extend(members.values())
            case list() as items:
                waiting.extend(items)
            case _:
                continue


def _merged(ranges: Iterable[Range]) -> list[Range]:
    """Return ranges without overlap; neighbours become one."""
    merged: list[Range] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged
