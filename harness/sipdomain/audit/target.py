"""Whom an audit may attack: a machine on loopback, or a private one that was named twice."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from sipdomain.audit.rest import Rest
from sipdomain.errors import SetupError
from sipdomain.sip.outputs import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is attacked, and what the auditor knows of it.

    Attributes:
        address: Where it takes SIP by UDP.
        domain: The host of the URIs that are called and registered.
        extension: Whom to call.
        user: A user that exists, or "".
        password: The user's password, or "".
        passwords: What a user's password might be.
        pause: How long is waited between two requests, in seconds.
        patience: How long an answer is waited for, in seconds; a request is sent again by UDP after a quarter of it.
        tls: Where it takes SIP by TLS, or None.
        rest: Its REST API, or None.
        trusted: Addresses that its access list is thought to have.
        nonce_age: After how many seconds a nonce is tried again; 0 for not at all.
        watched: Log files of it, and folders in which it writes captures and reports.
    """

    address: Address
    domain: str
    extension: str = "100"
    user: str = ""
    password: str = ""
    passwords: tuple[str, ...] = ()
    pause: float = 0.01
    patience: float = 2.0
    tls: Address | None = None
    rest: Rest | None = None
    trusted: tuple[str, ...] = ()
    nonce_age: int = 0
    watched: tuple[Path, ...] = ()

    @property
    def webhook_patience(self) -> float:
        """How long a webhook is waited for, in seconds: it may follow the answer to the call."""
        return 1.5 * self.patience

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine, by IPv4: then any address of 127.0.0.0/8 is ours to send from."""
        return self.address.host.startswith("127.")


def permitted(address: Address, owned: str) -> Address:
    """Return the address when it may be attacked.

    Args:
        address: The target.
        owned: The host that the auditor says they own, or "".

    Raises:
        SetupError: It is not an IP address, it is a public one, or it is not on loopback and was not named twice.
    """
    try:
        host = ip_address(address.host)
    except ValueError:
        raise SetupError(
            f"TARGET needs an IP address, not a name that may lead anywhere (got {address.host!r})"
        ) from None
    if not (host.is_loopback or host.is_private):
        raise SetupError(f"{host} is a public address: sipdomain attacks loopback and private addresses only")
    if owned and owned != address.host:
        raise SetupError(f"--i-own-this names {owned}, and TARGET is {host}: name the same machine twice")
    if not host.is_loopback and not owned:
        raise SetupError(f"{host} is not this machine: say --i-own-this {host} if it is yours to attack")
    return address
