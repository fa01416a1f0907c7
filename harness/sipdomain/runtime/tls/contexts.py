"""TLS for SIP: how connections are accepted and opened, which certificate a name gets, what a failure means."""

from __future__ import annotations

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

from sipdomain.errors import SetupError
from sipdomain.runtime.tls.certificates import CertificateAuthority
from sipdomain.runtime.tls.name_constraints import HOST_NAME, check_name

MOST_NAMES: Final = 256
"""For how many names a certificate of their own is kept; past that the one used least lately goes."""

CIPHERS: Final = (
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-SHA384:ECDHE-RSA-AES128-SHA256:"
    "AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:AES256-SHA:AES128-SHA"
)
"""The provider's suites for TLS 1.2 (https://www.twilio.com/docs/voice/api/sip-interface), and the two that a
certificate with an ECDSA key needs; OpenSSL's names."""


class Tls(Protocol):
    """One side's part in TLS, or both."""

    async def accepting(self) -> ssl.SSLContext:
        """Return the context for connections that others open; raises SetupError when there is none."""
        ...

    async def connecting(self) -> tuple[ssl.SSLContext, str | None]:
        """Return the context for connections that we open, and the host name that the peer has to prove, if it has to.

        Raises:
            SetupError: An authority cannot be read.
        """
        ...


class TlsServer:
    """Accepts connections with certificates of our authority, or with one that was given.

    A first certificate serves what `names` says. Who asks for another name (RFC 6066 section 3) that the authority may
    vouch for gets a certificate of its own beside it, made then and kept. Nothing is made before the first connection,
    or `warm_up`.
    """

    def __init__(
        self,
        authority: Callable[[], CertificateAuthority],
        names: Sequence[str],
        *,
        given: tuple[Path, Path] | None = None,
    ) -> None:
        """Set a server up.

        Args:
            authority: Returns who issues the certificates; called once, in a thread, when the first is needed.
            names: Host names, wildcards and IP addresses of the first certificate.
            given: Files of a certificate chain and its key in PEM, in place of certificates of the authority.

        Raises:
            SetupError: The given files have no certificate and matching key, or a name is none.
        """
        for name in names:
            check_name(name)
        self._authority = authority
        self._names = names
        self._context: asyncio.Future[ssl.SSLContext] | None = None
        self._outgoing: ssl.SSLContext | None = None
        self._of_name: OrderedDict[str, ssl.SSLContext] = OrderedDict()
        self._fixed = None if given is None else _given_context(*given)

    async def accepting(self) -> ssl.SSLContext:
        """Return the context for connections that others open.

        Raises:
            SetupError: The authority cannot be read.
        """
        if self._fixed is not None:
            return self._fixed
        if self._context is None:
            self._context = asyncio.ensure_future(asyncio.to_thread(self._make))
        # Who stops waiting does not stop the making, for which others wait too.
        return await asyncio.shield(self._context)

    async def connecting(self) -> tuple[ssl.SSLContext, str | None]:
        """Return the context for connections to phones, which prove nothing (rule tls-outbound)."""
        if self._outgoing is None:
            self._outgoing = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            self._outgoing.minimum_version = ssl.TLSVersion.TLSv1_2
            self._outgoing.check_hostname = False
            self._outgoing.verify_mode = ssl.CERT_NONE
        return self._outgoing, None

    def _make(self) -> ssl.SSLContext:
        authority = self._authority()
        context = server_context()
        authority.certify(context, self._names)
        context.sni_callback = lambda connection, name, _: self._choose(authority, connection, name)
        return context

    def _choose(
        self, authority: CertificateAuthority, connection: ssl.SSLSocket | ssl.SSLObject, name: str | None
    ) -> None:
        name = (name or "").lower().removesuffix(".")
        if (
            not HOST_NAME.fullmatch(name)
            or name in self._names
            or f"*.{name.partition('.')[2]}" in self._names
            or not authority.vouches_for(name)
        ):
            return
        context = self._of_name.get(name)
        if context is None:
            context = self._of_name[name] = server_context()
            authority.certify(context, [name], quick=True)
            if len(self._of_name) > MOST_NAMES:
                self._of_name.popitem(last=False)
        self._of_name.move_to_end(name)
        connection.context = context


class TlsClient:
    """Opens connections to a server whose certificate an authority issued for a name."""

    def __init__(self, authority: Callable[[], CertificateAuthority], name: str) -> None:
        self._authority = authority
        self._name = name
        self._context: ssl.SSLContext | None = None

    async def accepting(self) -> ssl.SSLContext:
        """Accept no connections.

        Raises:
            SetupError: Always.
        """
        raise SetupError("no TLS connections are accepted here")

    async def connecting(self) -> tuple[ssl.SSLContext, str | None]:
        """Return the context for connections that we open, and the host name that the peer has to prove."""
        if self._context is None:
            authority = await asyncio.to_thread(self._authority)
            self._context = trusting(authority.pem)
        return self._context, self._name


def trusting(pem: bytes) -> ssl.SSLContext:
    """Return a client's context that trusts one authority and no other."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(cadata=pem.decode("ascii"))
    return context


def server_context() -> ssl.SSLContext:
    """Return a context for connections that others open, still without a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    context.set_ciphers(CIPHERS)
    return context


def _given_context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = server_context()
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except ssl.SSLError as error:
        reason = (error.reason or str(error)).replace("_", " ").lower()
        raise SetupError(f"no certificate with its key in {certificate} and {key}: {reason}") from error
    except OSError as error:
        raise SetupError(f"cannot read {certificate} and {key}: {error.strerror}") from error
    return context


def _no_password() -> str:
    raise SetupError("the key of a TLS certificate must not need a password")
