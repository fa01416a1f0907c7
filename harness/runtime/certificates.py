"""A certificate authority of our own, and the server certificates that it issues (by trustme)."""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.errors import SetupError
from harness.twilio.domain import SUFFIX, localized
from harness.twilio.edges import PLACES

if TYPE_CHECKING:
    from trustme import CA

CERTIFICATE_FILE: Final = "ca.pem"
KEY_FILE: Final = "ca.key"
_ORGANIZATION: Final = "sipdomain"
_UNIT: Final = "local certificate authority, for tests only"


class CertificateAuthority:
    """Issues certificates. Whoever trusts it trusts whoever has its key: keep it out of system stores.

    Keys are RSA, because the provider's cipher suites for TLS 1.2 are ECDHE-RSA and RSA ones.
    """

    def __init__(self, ca: CA) -> None:
        self._ca = ca

    @classmethod
    def make(cls) -> CertificateAuthority:
        """Make a new one; it takes around a tenth of a second."""
        import trustme

        return cls(
            trustme.CA(
                organization_name=_ORGANIZATION, organization_unit_name=_UNIT, key_type=trustme.KeyType.RSA
            )
        )

    @classmethod
    def kept_in(cls, folder: Path) -> CertificateAuthority:
        """Read the one that is kept in a folder; make it there when the folder has none.

        Args:
            folder: Has `ca.pem` and `ca.key`; made when it does not exist.

        Raises:
            SetupError: One of the two files is missing, they cannot be read, written or understood.
        """
        import trustme

        certificate, key = folder / CERTIFICATE_FILE, folder / KEY_FILE
        try:
            if not certificate.exists() and not key.exists():
                made = cls.make()
                made._write(folder)  # noqa: SLF001 - its own
                return made
            return cls(trustme.CA.from_pem(certificate.read_bytes(), key.read_bytes()))
        except OSError as error:
            raise SetupError(
                f"certificate authority in {folder}: {error.strerror}: {error.filename}"
            ) from error
        except (ValueError, TypeError) as error:
            raise SetupError(
                f"certificate authority in {folder}: no certificate and key in PEM: {error}"
            ) from error

    def _write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # The key first: who sees the certificate can count on the key.
        _write_secret(folder / KEY_FILE, self._ca.private_key_pem.bytes())
        (folder / CERTIFICATE_FILE).write_bytes(self.pem)

    def export(self, folder: Path, names: Sequence[str]) -> list[tuple[Path, str]]:
        """Write its certificate, and a new server certificate with its key, for a server of another's.

        Args:
            folder: Gets `ca.pem`, `server.pem` and `server.key`; made when it does not exist.
            names: What the server certificate is for.

        Returns:
            Each file and what it is good for.

        Raises:
            SetupError: A name is none, or a file cannot be written.
        """
        import trustme

        try:
            leaf = self._ca.issue_cert(*names, common_name=names[0], key_type=trustme.KeyType.RSA)
            folder.mkdir(parents=True, exist_ok=True)
            ca, chain, key = (folder / name for name in (CERTIFICATE_FILE, "server.pem", "server.key"))
            ca.write_bytes(self.pem)
            chain.write_bytes(b"".join(each.bytes() for each in leaf.cert_chain_pems))
            key.unlink(missing_ok=True)
            _write_secret(key, leaf.private_key_pem.bytes())
        except OSError as error:
            raise SetupError(f"cannot write {error.filename}: {error.strerror}") from error
        except ValueError as error:
            raise SetupError(f"no certificate for these names: {error}") from error
        return [(ca, "for clients to trust"), (chain, f"for *.{names[0]} and more"), (key, "its key")]

    @property
    def pem(self) -> bytes:
        """Its certificate in PEM, for clients to trust."""
        return self._ca.cert_pem.bytes()

    def certify(self, context: ssl.SSLContext, names: Sequence[str], *, quick: bool = False) -> None:
        """Give a server's context a new certificate with its key.

        Args:
            context: The context.
            names: Host names, wildcards and IP addresses that it is for.
            quick: Make an ECDSA key, in a thousandth of an RSA key's time.
        """
        import trustme

        kind = trustme.KeyType.ECDSA if quick else trustme.KeyType.RSA
        self._ca.issue_cert(*names, common_name=names[0], key_type=kind).configure_cert(context)


def _write_secret(path: Path, data: bytes) -> None:
    """Write a new file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


_making = threading.Lock()


@cache
def _made_once() -> CertificateAuthority:
    return CertificateAuthority.make()


def authority_of_this_run() -> CertificateAuthority:
    """Return the one that this process makes when it first needs one; it is kept nowhere."""
    with _making:
        return _made_once()


def usual_names(suffix: str = SUFFIX) -> list[str]:
    """Return the names of a certificate that serves every domain by every edge, and every outbound proxy.

    Args:
        suffix: What every domain name ends with. It comes first.
    """
    tails = [suffix, *(sorted({localized(suffix, place) for place in PLACES} - {suffix}))]
    return [name for tail in tails for name in (tail, f"*.{tail}")]
