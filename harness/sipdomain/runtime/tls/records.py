"""Records of TLS made in memory, for a capture: what was said over a connection, encrypted by a handshake of its own."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sipdomain.runtime.tls.certificates import authority_of_this_run

Place = tuple[str, int]
NAME: Final = "sip.twilio.com"
"""The name that clients ask for."""


class Records:
    """Connections by their two ends; who is heard of first is the client of his."""

    def __init__(self, log: Path, most: int) -> None:
        """Begin without connections.

        Args:
            log: Gets the keys, as lines of an NSS key log.
            most: How many connections at most.
        """
        self._contexts = _contexts(log)
        self._most = most
        self._connections: dict[frozenset[Place], _Connection] = {}

    def flights(self, source: Place, target: Place, data: bytes) -> Iterator[tuple[Place, Place, bytes]]:
        """Yield what goes over the wire for it: source, target and bytes; first the handshake of a new connection.

        Nothing is yielded for a connection for which there is no room.
        """
        ends = frozenset((source, target))
        if ends not in self._connections:
            if len(self._connections) >= self._most:
                return
            self._connections[ends] = _Connection(source, target, self._contexts)
            yield from self._connections[ends].opened()
        yield from self._connections[ends].carried(source, data)


def _contexts(log: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    client.check_hostname = False
    # It speaks with itself, in memory.
    client.verify_mode = ssl.CERT_NONE
    client.keylog_filename = str(log)
    authority_of_this_run().certify(server, (NAME,), quick=True)
    return client, server


class _End:
    """One end of a connection."""

    def __init__(self, place: Place, context: ssl.SSLContext, *, server_side: bool) -> None:
        self.place = place
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        name = None if server_side else NAME
        self.tls = context.wrap_bio(
            self.incoming, self.outgoing, server_side=server_side, server_hostname=name
        )


class _Connection:
    """Both ends of a connection."""

    def __init__(self, client: Place, server: Place, contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
        one = _End(client, contexts[0], server_side=False)
        other = _End(server, contexts[1], server_side=True)
        self._pairs = {client: (one, other), server: (other, one)}

    def opened(self) -> Iterator[tuple[Place, Place, bytes]]:
        waiting = list(self._pairs)
        while waiting:
            place = waiting.pop(0)
            try:
                self._pairs[place][0].tls.do_handshake()
            except ssl.SSLWantReadError:
                waiting.append(place)
            yield from self._flight(place)

    def carried(self, source: Place, data: bytes) -> Iterator[tuple[Place, Place, bytes]]:
        self._pairs[source][0].tls.write(data)
        yield from self._flight(source)

    def _flight(self, source: Place) -> Iterator[tuple[Place, Place, bytes]]:
        end, other = self._pairs[source]
        data = end.outgoing.read()
        if data:
            other.incoming.write(data)
            yield source, other.place, data
