"""SIP as it happens, sent to a collector such as sngrep, heplify or Homer by HEP version 3.

The protocol: https://github.com/sipcapture/HEP/blob/master/docs/HEP3NetworkProtocolSpecification_REV_36.pdf
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from ipaddress import ip_address
from struct import Struct, pack
from typing import Final

from sipdomain.entries import Entry, SipMessage
from sipdomain.errors import SetupError
from sipdomain.journal import Journal
from sipdomain.mask import masking
from sipdomain.runtime.copies import Copies
from sipdomain.runtime.shown import shown
from sipdomain.sip.outputs import Address

log = logging.getLogger(__name__)

AGENT: Final = 5060
"""The number by which a collector knows who captured it."""
MOST_PENDING: Final = 4096
"""Of how many messages it is known that one end sent them, until the other end of the same journal receives them."""
LONGEST: Final = 16_000
"""How many bytes of a message are sent, in whole lines: hiding secrets in more would hold up the event loop."""
_CHUNK: Final = Struct("!HHH")
_SIP: Final = 1
_mask: Final = masking(())
_PROTOCOLS: Final = {"udp": 17, "tcp": 6, "tls": 6}


def encoded(entry: SipMessage, at: float) -> bytes:
    """Return a message as a packet of HEP.

    Args:
        entry: The message; what was sent by TLS goes in the clear, as TCP.
        at: The moment, in Unix seconds.
    """
    source, target = map(Address.read, entry.ends)
    six = ":" in source.host
    seconds = int(at)
    chunks = (
        _chunk(1, pack("!B", 10 if six else 2)),
        _chunk(2, pack("!B", _PROTOCOLS.get(entry.transport, 17))),
        _chunk(5 if six else 3, ip_address(source.host).packed),
        _chunk(6 if six else 4, ip_address(target.host).packed),
        _chunk(7, pack("!H", source.port)),
        _chunk(8, pack("!H", target.port)),
        _chunk(9, pack("!I", seconds)),
        _chunk(10, pack("!I", int((at - seconds) * 1_000_000))),
        _chunk(11, pack("!B", _SIP)),
        _chunk(12, pack("!I", AGENT)),
        _chunk(15, shown(_beginning(entry.data), _mask)),
    )
    body = b"".join(chunks)
    return b"HEP3" + pack("!H", 6 + len(body)) + body


def _beginning(data: bytes) -> bytes:
    """Return as many whole lines of a message as are sent: in half a line a secret might not be recognized."""
    if len(data) <= LONGEST:
        return data
    return data[: data.rfind(b"\n", 0, LONGEST) + 1]


def _chunk(kind: int, data: bytes) -> bytes:
    return _CHUNK.pack(0, kind, 6 + len(data)) + data


def collector(address: Address) -> Address:
    """Return the IP address and port of a collector that is named.

    Raises:
        SetupError: The name is not known.
    """
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_DGRAM)
    except OSError as error:
        raise SetupError(f"no address of {address.host}: {error.strerror or error}") from error
    return Address(*found[0][4][:2])


class HepSender:
    """Sends what it hears to one collector. A packet that the system does not take at once is lost, and counted.

    Attributes:
        lost: How many were lost.
    """

    def __init__(self, target: Address) -> None:
        """Begin.

        Args:
            target: The collector, with an IP address.

        Raises:
            SetupError: The system has no socket for it.
        """
        self.lost = 0
        self._target = target
        try:
            self._socket = socket.socket(
                socket.AF_INET6 if ":" in target.host else socket.AF_INET, socket.SOCK_DGRAM
            )
        except OSError as error:
            raise SetupError(f"no socket for {target}: {error.strerror or error}") from error
        self._socket.settimeout(0.0)

    def hear(self, journal: Journal, now: float) -> Callable[[], None]:
        """Send what is written down in a journal from now on; what is returned ends that.

        Args:
            journal: Of one world: what one end sends and the other end receives is sent once.
            now: The moment on the clock of the journal.
        """
        return journal.listen(partial(self._take, time.time() - now, Copies(MOST_PENDING)))

    def _take(self, offset: float, copies: Copies, entry: Entry) -> None:
        if not isinstance(entry, SipMessage) or copies.has(entry):
            return
        try:
            self._socket.sendto(encoded(entry, entry.at + offset), self._target)
        except (OSError, ValueError):
            self.lost += 1

    def close(self) -> None:
        """Send no more."""
        with suppress(OSError):
            self._socket.close()
        if self.lost:
            log.warning("%d messages could not be sent to %s", self.lost, self._target)
