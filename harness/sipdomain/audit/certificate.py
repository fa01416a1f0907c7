"""What is wrong with a certificate: its name, its time, its key, its signature (RFC 5922 sections 7.1, 7.2; RFC 6125)."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING

from sipdomain.audit.finding import Severity

if TYPE_CHECKING:
    from cryptography import x509

Row = tuple[str, Severity, bool, tuple[str, ...], str]


def faults(der: bytes, domain: str, now: float) -> list[Row] | str:
    """Return what was looked at: what, how bad, whether it is so, evidence, what to change; or why nothing could be read.

    Args:
        der: The certificate.
        domain: The host of the URIs.
        now: Unix time.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

    try:
        read = x509.load_der_x509_certificate(der)
        names = _names(read)
        key = read.public_key()
    except ValueError as error:
        return f"it cannot be read ({error})"
    moment = datetime.fromtimestamp(now, UTC)
    is_out = not read.not_valid_before_utc <= moment <= read.not_valid_after_utc
    span = f"from {read.not_valid_before_utc:%Y-%m-%d} until {read.not_valid_after_utc:%Y-%m-%d}"
    bits = key.key_size if isinstance(key, RSAPublicKey) else 0
    digest = read.signature_hash_algorithm.name if read.signature_hash_algorithm else "none of its own"
    return [
        (
            f"The certificate is not for {domain}", "medium", not any(covers(each, domain) for each in names),
            (f"it names {', '.join(names[:10]) or 'nobody'}",), "Let subjectAltName have the domain.",
        ),
        ("The certificate has expired, or is not yet valid", "medium", is_out, (span,), "Renew it."),
        (
            "The certificate's key is short", "medium", 0 < bits < 2048, (f"RSA, {bits} bits" if bits else "not RSA",),
            "Use RSA with 2,048 bits or more, or an elliptic curve.",
        ),
        (
            "The certificate is signed by MD5 or SHA-1", "medium", digest in {"md5", "sha1"}, (digest,),
            "Have it signed with SHA-256.",
        ),
    ]  # fmt: skip


def _names(read: x509.Certificate) -> list[str]:
    from cryptography import x509

    try:
        found = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = [str(each) for each in found.get_values_for_type(x509.IPAddress)]
    return [*found.get_values_for_type(x509.DNSName), *addresses]


def covers(name: str, domain: str) -> bool:
    """Return whether a name of a certificate is a domain's; a star stands for the first label (RFC 6125 section 6.4.3)."""
    name, domain = name.lower().rstrip("."), domain.lower().rstrip(".")
    if name == domain:
        return True
    if not name.startswith("*.") or _is_address(domain):
        return False
    _, dot, rest = domain.partition(".")
    return bool(dot) and rest == name[2:]


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
