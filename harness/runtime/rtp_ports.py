"""UDP sockets for RTP: even ports, from a range or from the system."""

from __future__ import annotations

import socket
from typing import Final

from harness.errors import SetupError

_TRIES: Final = 16
_BUFFER: Final = 256 * 1024


class RtpPorts:
    """Opens sockets, each on an even port, as RFC 3550 section 11 asks."""

    def __init__(self, ports: range | None = None) -> None:
        """Choose where ports come from.

        Args:
            ports: The ports that may be used; None for any that the system gives.
        """
        self._ports = None if ports is None else tuple(port for port in ports if port % 2 == 0)
        self._next = 0

    def open(self, host: str) -> socket.socket:
        """Return a non-blocking socket.

        Raises:
            SetupError: No port is free, or the host is not ours.
        """
        try:
            opened = _even_port(host) if self._ports is None else self._port_in_range(host)
        except OSError as error:
            raise SetupError(f"no RTP port on {host}: {error.strerror or error}") from error
        opened.settimeout(0)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        return opened

    def _port_in_range(self, host: str) -> socket.socket:
        """Take the next free port; one that was just let go comes last, so that no late packet meets it."""
        ports = self._ports or ()
        failure = OSError("there is no even port in the range")
        for _ in ports:
            port = ports[self._next]
            self._next = (self._next + 1) % len(ports)
            try:
                return _bound(host, port)
            except OSError as error:
                failure = error
        raise failure


def _even_port(host: str) -> socket.socket:
    """Take what the system gives, the first even port of a few."""
    opened = _bound(host, 0)
    for _ in range(_TRIES):
        if opened.getsockname()[1] % 2 == 0:
            break
        opened.close()
        opened = _bound(host, 0)
    return opened


def _bound(host: str, port: int) -> socket.socket:
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        opened.bind((host, port))
    except OSError:
        opened.close()
        raise
    return opened
