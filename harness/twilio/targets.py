"""Where a SIP URI that is to be called leads: to an address, or to all phones that a user registered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from harness.sip.outputs import Address, Flow
from harness.sip.uri import Uri
from harness.twilio.admission import is_address
from harness.twilio.cloud import Cloud
from harness.twilio.domain import canonical_host, split_edge
from harness.twilio.registrar import Aor

TRANSPORTS: Final = ("udp", "tcp", "tls")
_PORTS: Final = {"udp": 5060, "tcp": 5060, "tls": 5061}


class Unreachable(Exception):  # noqa: N818 - it is no error of ours
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
    """

    uri: Uri
    flow: Flow
    behind_nat: bool = False
    secure: bool = False
    domain_name: str = ""


def find_targets(cloud: Cloud, account_sid: str, uri: Uri) -> list[Target]:
    """Return where a URI leads, the newest registration first (rules outbound-registered, outbound-address).

    Raises:
        Unreachable: 32009 nobody is registered, 32214 the domain is another account's, 32220 an edge is
            named, 32223 no user, 13254 a host that is no IP address.
    """
    host = uri.host.lower()
    if canonical_host(host, suffix=cloud.store.suffix).endswith(f".{cloud.store.suffix}"):
        return _registered(cloud, account_sid, uri)
    transport = (uri.parameters.get("transport") or "udp").lower()
    if host == "localhost":
        host = "127.0.0.1"
    if not is_address(host):
        raise Unreachable(13254, f"sipdomain resolves no names of phones: {uri.host} is no IP address")
    remote = Address(host, uri.port or _PORTS[transport])
    flow = cloud.route(transport, remote)
    if flow is None:
        raise Unreachable(32011, f"nothing of ours can send by {transport} to {remote}")
    target = replace(
        uri, parameters={k: v for k, v in uri.parameters.items() if k not in {"secure", "edge", "region"}},
        headers=None,
    )  # fmt: skip
    return [Target(target, flow, secure=uri.parameters.get("secure") == "true")]


def _registered(cloud: Cloud, account_sid: str, uri: Uri) -> list[Target]:
    name, edge = split_edge(uri.host, suffix=cloud.store.suffix)
    domain = cloud.store.domain_named(name)
    if domain is None or domain.account_sid != account_sid:
        raise Unreachable(32214, f"{uri.host} is no SIP domain of this account")
    if edge not in {None, "ashburn", "ashburn-ix"}:
        raise Unreachable(32220, f"{uri.host} names an edge; call the global name {domain.domain_name}")
    if not uri.user:
        raise Unreachable(32223, f"{uri} has no user")
    bindings = cloud.registrar.of(Aor(domain.sid, uri.username))
    if not bindings:
        raise Unreachable(32009, f"{uri.username} is not registered with {domain.domain_name}")
    return [
        Target(
            replace(each.contact.uri, headers=None), each.flow, each.contact.uri.host != each.flow.remote.host,
            domain.secure, domain.domain_name,
        )
        for each in bindings
    ]  # fmt: skip
