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
        descriptor = os.open(folder / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self._ca.private_key_pem.bytes())
        (folder / CERTIFICATE_FILE).write_bytes(self.pem)

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
