"""Where `sipdomain serve` listens, by what name and with which certificate, as its flags say."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

from sipdomain.cli.addresses import parse_address, parse_edges
from sipdomain.errors import SetupError
from sipdomain.runtime.service_options import ServiceOptions
from sipdomain.runtime.sip.edge_listeners import secure_beside, usual_edges
from sipdomain.sip.outputs import Address


def advertised(text: str) -> str | None:
    """Return the address of `--advertise` in its usual form; None where the flag is not given.

    Raises:
        SetupError: It is not an IP address.
    """
    if not text:
        return None
    try:
        return str(ip_address(text))
    except ValueError:
        raise SetupError(f"--advertise needs an IP address (got {text!r})") from None


def tls_listener(text: str, sip: Address) -> Address | None:
    """Return where `--tls` listens; None for `off`, and the port after that of `--sip` where it is not given.

    Raises:
        SetupError: It is not HOST:PORT.
    """
    if text == "off":
        return None
    return parse_address(text, "--tls") if text else secure_beside(sip)


def own_certificate(certificate: Path | None, key: Path | None) -> tuple[Path, Path] | None:
    """Return the files of a certificate and its key; None where neither is given.

    Raises:
        SetupError: Only one of them is given.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise SetupError("--tls-certificate and --tls-key go together")
    return certificate, key


def edge_listeners(given: list[str], port: int | None) -> dict[str, Address]:
    """Return the edges' own listeners: all eight when there is a port for them, and what was given by name.

    Raises:
        SetupError: What was given is not NAME=HOST:PORT, or names an edge twice.
    """
    found: dict[str, Address] = {}
    if port is not None:
        found, absent = usual_edges(port)
        if absent:
            print(f"no listener for {', '.join(absent)}: this system lacks their addresses", file=sys.stderr)
    return found | parse_edges(given, "--edge")


def media_host(sip: Address) -> str | None:
    """Return the address at which audio listens, where that is not the one of SIP: all of them, as for SIP."""
    return sip.host if sip.host in {"0.0.0.0", "::"} else None  # noqa: S104 - only when --sip says so


def flags_of(options: ServiceOptions, named_edges: list[str]) -> Iterator[tuple[str, object]]:
    """Yield the flags whose values are first used when the service opens, each with its value."""
    for address in (options.sip, *options.also):
        yield "--sip", address
    yield "--tls", options.tls
    yield "--http", options.http
    yield "--dns", options.dns
    yield "--proxy", options.proxy
    for address in options.edges.values():
        yield "--edge" if named_edges else "--edges", address
    if options.certificate is not None:
        yield from zip(("--tls-certificate", "--tls-key"), options.certificate, strict=True)
