"""Where a SIP URI that is to be called leads: to an address, or to all phones that a user registered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from sipdomain.sip.outputs import Address, Flow
from sipdomain.sip.uri import Uri
from sipdomain.twilio.admission.admission import is_address
from sipdomain.twilio.admission.registrar import Aor, Binding
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.names.domain_names import canonical_host, split_edge
from sipdomain.twilio.names.sip_servers import addresses, ordered
from sipdomain.twilio.signalling.user_agent import Route

TRANSPORTS: Final = ("udp", "tcp", "tls")
_PORTS: Final = {"udp": 5060, "tcp": 5060, "tls": 5061}


class Unreachable(Exception):  # noqa: N818 - it is not an error of ours
    """A SIP URI cannot be called.

    Attributes:
        code: The provider's error code.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Target:
    """One place to send an INVITE to.

    Attributes:
        uri: The Request-URI.
        flow: The way to take.
        behind_nat: Whether its Contact names another host than it can be reached at.
        secure: Whether the audio is to be SRTP.
        domain_name: The SIP domain on which the user is registered, or "".
        following: Where to go when nothing is to be had there, or None (rule outbound-failover).
    """

    uri: Uri
    flow: Flow
    behind_nat: bool = False
    secure: bool = False
    domain_name: str = ""
    following: Target | None = None


def find_targets(engine: Engine, route: Route, account_sid: str, uri: Uri) -> list[Target]:
    """Return where a URI leads, the newest registration first (rules outbound-registered, outbound-named).

    Raises:
        Unreachable: 32009 nobody is registered, 32214 the domain is another account's, 32220 another edge
            than us1 is named, 32221 us1 is and nobody is registered, 32223 no user, 32209 nobody is registered over
            TLS where that is needed, 13254 a host that is no IP address, and not among the peers of the settings,
            32011 nothing of ours can send there.
    """
    if canonical_host(uri.host, suffix=engine.store.suffix).endswith(f".{engine.store.suffix}"):
        return _registered(engine, route, account_sid, uri)
    secure = _is_secure(uri)
    transport = _transport(uri) or "udp"
    remotes = _remotes(engine, uri, transport)
    flows = [flow for flow in (route(transport, each) for each in remotes) if flow is not None]
    if not flows:
        raise Unreachable(32011, f"nothing of ours can send by {transport} to {remotes[0]}")
    # The audio of a call has one port, and so one address family.
    six = ":" in flows[0].remote.host
    *others, last = (each for each in flows if (":" in each.remote.host) == six)
    target = Target(_target(uri, transport), last, secure=secure)
    for flow in reversed(others):
        target = replace(target, flow=flow, following=target)
    return [target]


def _remotes(engine: Engine, uri: Uri, transport: str) -> list[Address]:
    """Return where the host of a URI is, one at least, the first to be tried first (RFC 3263 section 4.2)."""
    host = "127.0.0.1" if uri.host.lower() == "localhost" else uri.host.lower()
    if is_address(host):
        return [Address(host, uri.port or _PORTS[transport])]
    servers = engine.settings.peers.get(host.removesuffix("."), ())
    if servers and uri.port is not None:
        return addresses(servers, uri.port)
    servers = [each for each in servers if each.transport in {"", transport}]
    if not servers:
        raise Unreachable(
            13254,
            f"nothing says where {uri.host} takes SIP by {transport}: name it with --map-sip, or call an IP address",
        )
    return [each.address for each in ordered(servers, engine.rng)]


def _is_secure(uri: Uri) -> bool:
    return (uri.parameters.get("secure") or "").lower() == "true"


def _transport(uri: Uri) -> str:
    """Return the transport that a URI asks for, "" for none; Secure Media and sips: need TLS (rule outbound-sips)."""
    if _is_secure(uri) or uri.scheme == "sips":
        return "tls"
    return (uri.parameters.get("transport") or "").lower()


def _target(uri: Uri, transport: str) -> Uri:
    """Return the Request-URI: `sip:`, without what was meant for the service, and with the transport when it is TLS."""
    parameters = {k: v for k, v in uri.parameters.items() if k not in {"secure", "edge", "region"}}
    if transport == "tls" and parameters.get("transport") != "tls":
        parameters["transport"] = "tls"
    return replace(uri, scheme="sip", parameters=parameters, headers=None)


def _registered(engine: Engine, route: Route, account_sid: str, uri: Uri) -> list[Target]:
    name, edge = split_edge(uri.host, suffix=engine.store.suffix)
    domain = engine.store.domain_named(name)
    if domain is None or domain.account_sid != account_sid:
        raise Unreachable(32214, f"{uri.host} is not a SIP domain of this account")
    if edge not in {None, "ashburn", "ashburn-ix"}:
        raise Unreachable(32220, f"{uri.host} names an edge; call the global name {domain.domain_name}")
    if not uri.user:
        raise Unreachable(32223, f"{uri} has no user")
    bindings = engine.registrar.of(Aor(domain.sid, uri.username))
    if not bindings and edge is not None:
        raise Unreachable(
            32221, f"{uri.username} is not registered with {domain.domain_name} by the edge {edge}"
        )
    if not bindings:
        raise Unreachable(32009, f"{uri.username} is not registered with {domain.domain_name}")
    secure = domain.secure or _is_secure(uri)
    found = _by_transport(route, bindings, "tls" if secure else _transport(uri), secure=secure)
    if not found and secure:
        raise Unreachable(32209, f"{uri.username} is not registered over TLS: Secure transport required")
    if not found:
        raise Unreachable(32011, f"nothing of ours can send to {uri.username} by {_transport(uri)}")
    return [
        Target(
            replace(each.contact.uri, headers=None), flow, each.contact.uri.host != each.flow.remote.host,
            secure, domain.domain_name,
        )
        for each, flow in found
    ]  # fmt: skip


def _by_transport(
    route: Route, bindings: Iterable[Binding], transport: str, *, secure: bool
) -> list[tuple[Binding, Flow]]:
    """Return the bindings to be called and the way to each.

    With Secure Media a binding that was registered without TLS is not attempted (rule outbound-secure). Else a transport
    that is asked for chooses the bindings that were registered by it; when there are none, all are called by it (assumed).
    """
    same = [(each, each.flow) for each in bindings if transport in {"", each.flow.transport}]
    if same or secure:
        return same
    found = []
    for each in bindings:
        port = each.contact.uri.port or _PORTS[transport]
        flow = route(transport, Address(each.flow.remote.host, port))
        if flow is not None:
            found.append((each, flow))
    return found
