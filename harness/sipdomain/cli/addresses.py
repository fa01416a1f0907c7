"""HOST:PORT, port ranges and host mappings, as people type them."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import SplitResult

from sipdomain.errors import SetupError
from sipdomain.runtime.hep import collector
from sipdomain.sip.outputs import Address
from sipdomain.twilio.names.edges import EDGE_NAMES, edge_name
from sipdomain.twilio.names.sip_servers import MOST_SERVERS, SipServer
from sipdomain.twilio.webhooks.urls import http_url


def parse_address(text: str, flag: str) -> Address:
    """Parse HOST:PORT, with brackets round an IPv6 host.

    Raises:
        SetupError: It is not that.
    """
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or _number(port) is None:
        raise SetupError(f"{flag} needs HOST:PORT, such as 127.0.0.1:5060 (got {text!r})")
    return Address("127.0.0.1" if host == "localhost" else host, int(port))


def parse_url(text: str, flag: str, example: str = "http://127.0.0.1:8080") -> SplitResult:
    """Parse an absolute URL of HTTP or HTTPS.

    Args:
        text: What was typed.
        flag: The option, for the error.
        example: What it may look like, for the error.

    Raises:
        SetupError: It is not that.
    """
    parts = http_url(text)
    if parts is None:
        raise SetupError(f"{flag} needs a URL, such as {example} (got {text!r})")
    return parts


def is_url(text: str) -> bool:
    """Return whether an argument that may be a file as well is meant as a URL of HTTP or HTTPS."""
    return text.lower().startswith(("http://", "https://"))


def parse_collector(text: str, flag: str) -> Address | None:
    """Parse HOST:PORT of a collector, and look its name up; "" is None.

    Raises:
        SetupError: It is not that, or has no address.
    """
    try:
        return collector(parse_address(text, flag)) if text else None
    except SetupError as error:
        raise SetupError(str(error) if str(error).startswith(flag) else f"{flag} {text}: {error}") from None


def parse_ports(text: str, flag: str) -> range:
    """Parse LOW-HIGH into a range.

    Raises:
        SetupError: It is not that.
    """
    low, _, high = text.partition("-")
    first, last = _number(low), _number(high)
    if first is None or last is None or not 1024 <= first < last:
        raise SetupError(f"{flag} needs LOW-HIGH between 1024 and 65535, such as 10000-10999 (got {text!r})")
    return range(first, last + 1)


def _number(text: str) -> int | None:
    """Return a port, or None for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65_535):
        return None
    return int(text)


def parse_host_map(items: list[str], flag: str) -> dict[str, str]:
    """Parse NAME=URL mappings.

    Raises:
        SetupError: One is not that.
    """
    found = {}
    for item in items:
        name, equals, url = item.partition("=")
        if not equals or not name or http_url(url) is None:
            raise SetupError(
                f"{flag} needs NAME=URL, such as hooks.example=http://127.0.0.1:5000 (got {item!r})"
            )
        found[name.lower()] = url.rstrip("/")
    return found


def parse_peers(items: list[str], flag: str) -> dict[str, tuple[SipServer, ...]]:
    """Parse NAME=HOST:PORT, where HOST is an IP address; `;priority=`, `;weight=` and `;transport=` may follow it.

    Further servers of the name stand behind commas.

    Raises:
        SetupError: One is not that, a name comes twice, or has too many servers.
    """
    found: dict[str, tuple[SipServer, ...]] = {}
    for item in items:
        name, equals, text = item.partition("=")
        servers = (
            tuple(_server(each.strip(), flag, item) for each in text.split(",")) if equals and name else ()
        )
        if not servers:
            raise _not_a_peer(flag, item)
        if len(servers) > MOST_SERVERS:
            raise SetupError(f"{flag} takes at most {MOST_SERVERS} servers of one name (got {len(servers)})")
        key = name.lower().removesuffix(".")
        if key in found:
            raise SetupError(f"{flag} names {name} twice")
        found[key] = servers
    return found


def _server(text: str, flag: str, item: str) -> SipServer:
    where, *words = text.split(";")
    address = parse_address(where, flag)
    if not _is_ip(address.host) or not address.port:
        raise _not_a_peer(flag, item)
    given = dict(word.partition("=")[::2] for word in words)
    transport = given.pop("transport", "")
    priority, weight = _number(given.pop("priority", "0")), _number(given.pop("weight", "0"))
    if given or priority is None or weight is None or transport not in {"", "udp", "tcp", "tls"}:
        raise SetupError(
            f"{flag} takes ;priority= and ;weight= from 0 to 65535 and ;transport=udp, tcp or tls (got {text!r})"
        )
    return SipServer(address, priority, weight, transport)


def _not_a_peer(flag: str, item: str) -> SetupError:
    return SetupError(f"{flag} needs NAME=ADDRESS:PORT, such as pbx.example=127.0.0.1:5070 (got {item!r})")


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def parse_edges(items: list[str], flag: str) -> dict[str, Address]:
    """Parse NAME=HOST:PORT, where a legacy region is taken for its edge.

    Raises:
        SetupError: One is not that, or an edge comes twice.
    """
    found: dict[str, Address] = {}
    for item in items:
        text, equals, address = item.partition("=")
        name = edge_name(text)
        if not equals or name is None:
            known = ", ".join(EDGE_NAMES)
            raise SetupError(
                f"{flag} needs NAME=HOST:PORT, such as dublin=127.0.1.3:5060 (got {item!r}); edges: {known}"
            )
        if name in found:
            raise SetupError(f"{flag} names the edge {name} twice")
        found[name] = parse_address(address, flag)
    return found
