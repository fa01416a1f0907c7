"""Which versions and ciphers of TLS the server takes, and whose certificate it shows (RFC 8996, RFC 9325, RFC 5922)."""

from __future__ import annotations

import socket
import ssl
import time
import warnings
from collections.abc import Iterator, Sequence
from typing import Final

from sipdomain.audit.attacker import Attacker
from sipdomain.audit.certificate import faults
from sipdomain.audit.finding import Finding, Severity
from sipdomain.audit.probes.probe import Probe
from sipdomain.audit.wires import CONNECT, anyone
from sipdomain.sip.outputs import Address

_VERSION = ssl.TLSVersion
OLD: Final = (("TLS 1.0", _VERSION.TLSv1), ("TLS 1.1", _VERSION.TLSv1_1))
NEW: Final = (("TLS 1.2", _VERSION.TLSv1_2), ("TLS 1.3", _VERSION.TLSv1_3))
CIPHERS: Final[tuple[tuple[str, Severity, str], ...]] = (
    ("without a certificate (aNULL)", "high", "aNULL"),
    ("without encryption (eNULL)", "high", "eNULL"),
    ("RC4, DES or 3DES", "medium", "RC4:DES:3DES"),
    ("without forward secrecy (RSA key exchange)", "info", "kRSA:!eNULL:!aNULL"),
)
_LOCAL: Final = ("NO_PROTOCOLS_AVAILABLE", "NO_CIPHERS_AVAILABLE", "NO_CIPHER_MATCH", "UNSUPPORTED_PROTOCOL")
"""Reasons of OpenSSL by which it was our side that would not."""
_MEND: Final = "Take TLS 1.2 and 1.3 only, with ciphers that have forward secrecy (RFC 9325)."


def run(attacker: Attacker) -> Iterator[Finding]:
    """Shake hands by each version and kind of cipher, and look at the certificate."""
    address = attacker.target.tls
    if address is None:
        yield Finding(
            "tls", "not run", "medium", "Weak TLS is taken", mend="Say where it takes TLS with --tls."
        )
        return
    taken = {name: _handshake(attacker, address, version) for name, version in NEW}
    evidence = tuple(f"{name}: {said}" for name, (said, _) in taken.items())
    certificate = next((each for _, each in taken.values() if each), b"")
    if not certificate:
        yield Finding(
            "tls", "could not tell", "medium", "Weak TLS is taken: neither 1.2 nor 1.3 is", evidence
        )
        return
    for name, version in OLD:
        yield _judged(f"{name} is taken", "medium", _handshake(attacker, address, version), evidence)
    for what, severity, words in CIPHERS:
        said = _handshake(attacker, address, _VERSION.TLSv1_2, words)
        if taken["TLS 1.2"][1]:
            yield _judged(f"Ciphers are taken {what}", severity, said, evidence)
        else:
            yield Finding("tls", "clean", severity, f"Ciphers are taken {what}", evidence)
    yield from _named(certificate, attacker.target.domain)


def _named(certificate: bytes, domain: str) -> Iterator[Finding]:
    found = faults(certificate, domain, time.time())
    if isinstance(found, str):
        yield Finding("tls", "could not tell", "medium", f"The certificate is wrong: {found}")
        return
    for what, severity, is_so, evidence, mend in found:
        yield Finding("tls", "found" if is_so else "clean", severity, what, evidence, mend if is_so else "")


def _judged(what: str, severity: Severity, said: tuple[str, bytes], before: Sequence[str]) -> Finding:
    words, _ = said
    evidence = (*before, words)
    if words.startswith("ours"):
        return Finding("tls", "could not tell", severity, f"{what}: OpenSSL here cannot ask for it", evidence)
    if words.startswith("no answer"):
        return Finding("tls", "could not tell", severity, what, evidence)
    if words.startswith("taken"):
        return Finding("tls", "found", severity, what, evidence, _MEND)
    return Finding("tls", "clean", severity, what, evidence)


def _handshake(
    attacker: Attacker, address: Address, version: ssl.TLSVersion, ciphers: str = ""
) -> tuple[str, bytes]:
    """Return "taken", "refused", "ours" or "no answer" with the reason, and the certificate in DER."""
    attacker.pace()
    context = anyone()
    with warnings.catch_warnings():
        # Old versions are deprecated: that is why they are asked for.
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            # Security level 0 lets our side offer what it would not use.
            context.set_ciphers(f"{ciphers or 'ALL'}:@SECLEVEL=0")
            context.minimum_version = context.maximum_version = version
        except (ssl.SSLError, ValueError) as error:
            return f"ours: {error}", b""
    try:
        with socket.create_connection(address, CONNECT) as tcp:
            try:
                with context.wrap_socket(tcp, server_hostname=attacker.target.domain) as secured:
                    suite = (secured.cipher() or ("",))[0]
                    return f"taken: {secured.version()} {suite}", secured.getpeercert(
                        binary_form=True
                    ) or b"none"
            except ssl.SSLError as error:
                reason = error.reason or str(error)
                return f"{'ours' if reason in _LOCAL else 'refused'}: {reason}", b""
            except ConnectionError as error:
                return f"refused: {error.strerror}", b""
    except OSError as error:
        return f"no answer: {error.strerror or error}", b""


PROBE: Final = Probe("tls", "old TLS, weak ciphers, and certificates of others", run)
