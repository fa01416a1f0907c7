"""A TLS server that shows one certificate after another, right and wrong, and notes who goes on all the same."""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from sipdomain.errors import SetupError
from sipdomain.runtime.tls.certificates import CertificateAuthority
from sipdomain.runtime.tls.contexts import server_context
from sipdomain.sip.outputs import Address

Shown = Literal["right", "other name", "expired", "untrusted"]
SHOWN: Final[tuple[Shown, ...]] = ("right", "other name", "expired", "untrusted")
"""The certificates, in the order in which they are shown."""
PATIENCE: Final = 3.0
"""How long a client may take for a step, in seconds."""
MOST: Final = 64
"""How many connections are noted; further ones are closed at once."""
_OTHER: Final = "another-name.sip.twilio.com"
_READ: Final = 4096
_AGO: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Handshake:
    """A connection that came.

    Attributes:
        shown: The certificate that it was shown.
        asked: The name that it asked for (RFC 6066 section 3), or "".
        version: What was agreed on, such as "TLSv1.2", or "" where nothing was.
        error: Why nothing was, or "".
        data: What was sent first over it: nothing by who refused the certificate.
    """

    shown: Shown
    asked: str
    version: str = ""
    error: str = ""
    data: bytes = b""


class Lure:
    """Listens, in a thread of its own.

    Attributes:
        address: Where.
        authority: Who signs what it shows, but for "untrusted", in PEM.
    """

    def __init__(self, host: str, domain: str, authority: CertificateAuthority) -> None:
        """Listen at a free port.

        Args:
            host: The address.
            domain: The name that the right certificate is for, beside the address.
            authority: Who signs.

        Raises:
            SetupError: It cannot be bound.
        """
        self.authority = authority.pem
        self._authority, self._names = authority, (domain, host)
        self._found: list[Handshake] = []
        self._asked = ""
        self._shown: Shown = "right"
        self._context = self._made("right")
        try:
            self._socket = socket.create_server((host, 0))
        except OSError as error:
            raise SetupError(f"cannot listen for TLS at {host}: {error.strerror}") from error
        self.address = Address(host, self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def show(self, shown: Shown) -> None:
        """Show another certificate from now on; no session of before is resumed."""
        self._shown, self._context = shown, self._made(shown)

    @property
    def found(self) -> tuple[Handshake, ...]:
        """The connections that are over, in order."""
        return tuple(self._found)

    def close(self) -> None:
        """Listen no more."""
        # What waits in accept() is woken by this, and not by close() alone.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(2 * PATIENCE)

    def _made(self, shown: Shown) -> ssl.SSLContext:
        context = server_context()
        context.sni_callback = self._note
        match shown:
            case "right":
                self._authority.certify(context, self._names)
            case "other name":
                self._authority.certify(context, [_OTHER])
            case "expired":
                self._authority.certify(context, self._names, until=datetime.now(UTC) - _AGO)
            case "untrusted":
                CertificateAuthority.make(addresses=False).certify(context, self._names)
        return context

    def _note(self, connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
        del connection
        self._asked = name or ""

    def _serve(self) -> None:
        while True:
            try:
                raw, _ = self._socket.accept()
            except OSError:
                return
            with raw:
                if len(self._found) < MOST:
                    self._found.append(self._taken(raw))

    def _taken(self, raw: socket.socket) -> Handshake:
        shown, self._asked = self._shown, ""
        raw.settimeout(PATIENCE)
        try:
            with self._context.wrap_socket(raw, server_side=True) as connection:
                version = connection.version() or ""
                try:
                    data = connection.recv(_READ)
                except OSError:
                    data = b""
                return Handshake(shown, self._asked, version, data=data)
        except ssl.SSLError as error:
            return Handshake(shown, self._asked, error=(error.reason or str(error)).replace("_", " ").lower())
        except OSError as error:
            return Handshake(shown, self._asked, error=error.strerror or str(error))
