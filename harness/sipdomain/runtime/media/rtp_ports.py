"""UDP sockets for RTP and RTCP: an even port and the odd one after it, from a range or from the system."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Final

from sipdomain.errors import SetupError
from sipdomain.sip.outputs import Address

_TRIES: Final = 64
_BUFFER: Final = 256 * 1024
_BATCH: Final = 64
_LARGEST: Final = 2048

Pair = tuple[socket.socket, socket.socket]
"""The socket for RTP, and the one for RTCP on the port after it."""


class RtpPorts:
    """Opens sockets in pairs, as RFC 3550 section 11 asks: a range of so many ports serves half as many calls."""

    def __init__(self, ports: range | None = None) -> None:
        """Choose where ports come from.

        Args:
            ports: The ports that may be used; None for any that the system gives.
        """
        self._ports = (
            None if ports is None else tuple(port for port in ports if port % 2 == 0 and port + 1 in ports)
        )
        self._next = 0

    def open(self, host: str) -> Pair:
        """Return sockets that do not block.

        Raises:
            SetupError: No pair of ports is free, or the host is not ours.
        """
        try:
            pair = _any_pair(host) if self._ports is None else self._pair_in_range(host)
        except OSError as error:
            raise SetupError(f"no RTP port on {host}: {error.strerror or error}") from error
        for opened in pair:
            opened.settimeout(0)
        pair[0].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        return pair

    def _pair_in_range(self, host: str) -> Pair:
        """Take the next free pair; one that was just closed comes last, so that no late packet meets it."""
        ports = self._ports or ()
        failure = OSError("there is no even port with the odd one after it in the range")
        for _ in ports:
            port = ports[self._next]
            self._next = (self._next + 1) % len(ports)
            try:
                return _pair(host, port)
            except OSError as error:
                failure = error
        raise failure


def _any_pair(host: str) -> Pair:
    """Take what the system gives, the first port of a few whose other one is free."""
    failure = OSError("no even port with the odd one after it is free")
    for _ in range(_TRIES):
        opened = _bound(host, 0)
        port = opened.getsockname()[1]
        try:
            other = _bound(host, port ^ 1)
        except OSError as error:
            failure = error
            opened.close()
        else:
            return (other, opened) if port % 2 else (opened, other)
    raise failure


def _pair(host: str, port: int) -> Pair:
    opened = _bound(host, port)
    try:
        return opened, _bound(host, port + 1)
    except OSError:
        opened.close()
        raise


def _bound(host: str, port: int) -> socket.socket:
    opened = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
    try:
        opened.bind((host, port))
    except OSError:
        opened.close()
        raise
    return opened


def datagrams(opened: socket.socket) -> Iterator[tuple[bytes, Address]]:
    """Yield what waits in a socket that does not block, each with where it came from, `_BATCH` at most."""
    for _ in range(_BATCH):
        try:
            data, place = opened.recvfrom(_LARGEST)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            continue
        yield data, Address(place[0], place[1])
