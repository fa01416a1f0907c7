"""A certificate authority of our own, and the server certificates that it issues (by trustme)."""

from __future__ import annotations

import logging
import os
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from sipdomain.errors import SetupError
from sipdomain.runtime.files.folders import reason, warn_if_open, write_secret
from sipdomain.runtime.tls.name_constraints import constraints, permits
from sipdomain.twilio.names.domain_names import SUFFIX, localized
from sipdomain.twilio.names.edges import PLACES

if TYPE_CHECKING:
    from cryptography import x509
    from trustme import CA

log = logging.getLogger(__name__)

CERTIFICATE_FILE: Final = "ca.pem"
KEY_FILE: Final = "ca.key"
LIFETIME: Final = timedelta(days=730)
"""How long an authority is valid."""
LEAF_LIFETIME: Final = timedelta(days=397)
"""How long a server certificate is valid, within its authority's time: the most that all clients take."""
_ORGANIZATION: Final = "sipdomain"
_UNIT: Final = "local certificate authority, for tests only"
_LONGEST_COMMON_NAME: Final = 64


class CertificateAuthority:
    """Issues certificates for the emulated names and for this machine, and can for no others.

    Whoever trusts it trusts whoever has its key: keep it out of system stores. Keys are RSA, because the provider's
    cipher suites for TLS 1.2 are ECDHE-RSA and RSA ones.
    """

    def __init__(self, ca: CA, certificate: x509.Certificate) -> None:
        self._ca = ca
        self._certificate = certificate

    @classmethod
    def make(
        cls, names: Sequence[str] = (), *, addresses: bool = True, constrained: bool = True
    ) -> CertificateAuthority:
        """Make a new one; it takes around a tenth of a second.

        Args:
            names: Host names, wildcards and IP addresses that it is for, beside those that it is always for.
            addresses: Whether its addresses are constrained too.
            constrained: Whether its names are; False makes one that can vouch for anything.

        Raises:
            SetupError: A name is none.
        """
        return cls._from_pem(
            *_new_authority(constraints(names, addresses=addresses) if constrained else None)
        )

    @classmethod
    def _from_pem(cls, certificate: bytes, key: bytes) -> CertificateAuthority:
        import trustme
        from cryptography import x509

        return cls(trustme.CA.from_pem(certificate, key), x509.load_pem_x509_certificate(certificate))

    @classmethod
    def kept_in(
        cls, folder: Path, names: Sequence[str] = (), *, constrained: bool = True
    ) -> CertificateAuthority:
        """Read the one that is kept in a folder; make it there when the folder has none.

        Args:
            folder: Has `ca.pem` and `ca.key`; made when it does not exist.
            names: What it has to be able to certify, and a new one is made for.
            constrained: Whether a new one is bound to these and the emulated names.

        Raises:
            SetupError: One of the two files is missing, they cannot be read, written or understood, its time is over,
                or it is not for one of the names.
        """
        certificate, key = folder / CERTIFICATE_FILE, folder / KEY_FILE
        try:
            if not certificate.exists() and not key.exists():
                made = cls.make(names, constrained=constrained)
                made._write(folder)  # noqa: SLF001 - its own
                return made
            found = cls._from_pem(certificate.read_bytes(), key.read_bytes())
            warn_if_open(key)
        except OSError as error:
            raise SetupError(f"certificate authority in {folder}: {reason(error)}") from error
        except (ValueError, TypeError) as error:
            raise SetupError(f"certificate authority in {folder}: no certificate and key in PEM") from error
        found._check(folder, names)  # noqa: SLF001 - its own
        return found

    def _check(self, folder: Path, names: Sequence[str]) -> None:
        """See that a kept one can do what is wanted of it.

        Raises:
            SetupError: Its time is over, or it is not for one of the names.
        """
        end = self._certificate.not_valid_after_utc
        if end < datetime.now(UTC):
            raise SetupError(
                f"certificate authority in {folder}: it ended on {end:%Y-%m-%d}; take its two files away to get a new one"
            )
        stranger = next((each for each in names if not self.vouches_for(each)), None)
        if stranger is not None:
            raise SetupError(
                f"certificate authority in {folder}: it is not for {stranger}; make another one: "
                f"sipdomain certificates --ca-folder NEW --name {stranger.removeprefix('*.')}"
            )
        if self._constraints is None:
            log.warning(
                "warning     the certificate authority in %s can vouch for any name: guard its key, and do not put it into "
                "a system's store; take its two files away to get one for the emulated names alone",
                folder,
            )

    @property
    def _constraints(self) -> x509.NameConstraints | None:
        from cryptography import x509

        try:
            found = self._certificate.extensions.get_extension_for_class(x509.NameConstraints)
        except x509.ExtensionNotFound:
            return None
        return found.value

    def vouches_for(self, name: str) -> bool:
        """Return whether clients take its word for a host name, a wildcard or an IP address."""
        found = self._constraints
        return found is None or permits(found, name)

    def _write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key, certificate = folder / KEY_FILE, folder / CERTIFICATE_FILE
        # The key first: who sees the certificate can count on the key.
        write_secret(key, self._ca.private_key_pem.bytes())
        try:
            certificate.write_bytes(self.pem)
        except OSError:
            # Half an authority would be in the way of the next try.
            key.unlink(missing_ok=True)
            certificate.unlink(missing_ok=True)
            raise

    def export(self, folder: Path, names: Sequence[str]) -> list[tuple[Path, str]]:
        """Write its certificate, and a new server certificate with its key, for a server of another's.

        Args:
            folder: Gets `ca.pem`, `server.pem` and `server.key`; made when it does not exist.
            names: What the server certificate is for.

        Returns:
            Each file and what it is good for.

        Raises:
            SetupError: A name is none, or none of this authority's, or a file cannot be written.
        """
        self._check(folder, names)
        try:
            leaf = self._issue(names)
            folder.mkdir(parents=True, exist_ok=True)
            ca, chain, key = (folder / name for name in (CERTIFICATE_FILE, "server.pem", "server.key"))
            ca.write_bytes(self.pem)
            chain.write_bytes(b"".join(each.bytes() for each in leaf.cert_chain_pems))
            key.unlink(missing_ok=True)
            write_secret(key, leaf.private_key_pem.bytes())
        except OSError as error:
            raise SetupError(f"cannot write to {folder}: {reason(error)}") from error
        except ValueError as error:
            raise SetupError(f"no certificate for these names: {error}") from error
        return [(ca, "for clients to trust"), (chain, f"for *.{names[0]} and more"), (key, "its key")]

    @property
    def pem(self) -> bytes:
        """Its certificate in PEM, for clients to trust."""
        return self._ca.cert_pem.bytes()

    def certify(
        self,
        context: ssl.SSLContext,
        names: Sequence[str],
        *,
        quick: bool = False,
        until: datetime | None = None,
    ) -> None:
        """Give a server's context a new certificate with its key.

        Args:
            context: The context.
            names: Host names, wildcards and IP addresses that it is for.
            quick: Make an ECDSA key, in a thousandth of an RSA key's time.
            until: When it expires; when its time is over, if not given.

        Raises:
            SetupError: There is no place for it.
        """
        leaf = self._issue(names, quick=quick, until=until)
        try:
            with _file_of(leaf.private_key_and_cert_chain_pem.bytes()) as path:
                context.load_cert_chain(path)
        except OSError as error:
            raise SetupError(
                f"no place for a TLS certificate: {reason(error)}; set TMPDIR to a folder"
            ) from error

    def _issue(self, names: Sequence[str], *, quick: bool = False, until: datetime | None = None) -> Any:
        import trustme

        now = datetime.now(UTC)
        return self._ca.issue_cert(
            *names,
            # X.520 has no room for more; clients look at the other names.
            common_name=names[0] if len(names[0]) <= _LONGEST_COMMON_NAME else None,
            key_type=trustme.KeyType.ECDSA if quick else trustme.KeyType.RSA,
            not_before=self._certificate.not_valid_before_utc,
            not_after=until or min(now + LEAF_LIFETIME, self._certificate.not_valid_after_utc),
        )


def _new_authority(bounds: x509.NameConstraints | None) -> tuple[bytes, bytes]:
    """Return a new authority's certificate and key in PEM; trustme's own cannot be bounded in names and time."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(65_537, 2048)
    title = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANIZATION),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, _UNIT),
        ]
    )
    # Clocks of phones are often slow.
    begin = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)
    usage = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"),
        False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(title)
        .issuer_name(title)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, key_cert_sign=True, crl_sign=True, **usage), critical=True)
    )  # fmt: skip
    if bounds is not None:
        builder = builder.add_extension(bounds, critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    form = serialization.PrivateFormat.TraditionalOpenSSL
    pem = serialization.Encoding.PEM
    return certificate.public_bytes(pem), key.private_bytes(pem, form, serialization.NoEncryption())


@contextmanager
def _file_of(data: bytes) -> Iterator[str]:
    """Give bytes a path, which the module ssl wants, in memory where the system can: so no key touches a disk.

    Raises:
        OSError: There is no place for it.
    """
    if hasattr(os, "memfd_create") and Path("/proc/self/fd").is_dir():
        with os.fdopen(os.memfd_create("sipdomain"), "wb") as file:
            file.write(data)
            file.flush()
            yield f"/proc/self/fd/{file.fileno()}"
        return
    with TemporaryDirectory(prefix="sipdomain-") as folder:
        path = Path(folder) / "server.pem"
        write_secret(path, data)
        yield str(path)


_making = threading.Lock()


@cache
def _made_once(names: tuple[str, ...]) -> CertificateAuthority:
    # Its key leaves no memory: old phones, which know no constraints of addresses, may as well use it.
    return CertificateAuthority.make(names, addresses=False)


def authority_of_this_run(names: Sequence[str] = ()) -> CertificateAuthority:
    """Return the one for some names that this process makes when it first needs one; it is kept nowhere."""
    with _making:
        return _made_once(tuple(names))


def usual_names(suffix: str = SUFFIX) -> list[str]:
    """Return the names of a certificate that serves every domain by every edge, and every outbound proxy.

    Args:
        suffix: What every domain name ends with. It comes first.
    """
    tails = [suffix, *(sorted({localized(suffix, place) for place in PLACES} - {suffix}))]
    return [name for tail in tails for name in (tail, f"*.{tail}")]
