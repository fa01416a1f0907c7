"""The open connections of a transport: found by number and by peer, counted by IP address, the least used first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sipdomain.runtime.sip.connection import Connection, StreamLimits
from sipdomain.sip.outputs import Address
from sipdomain.sip.sources import source_of


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one more connection may be opened.

    Attributes:
        refusal: Why not, or "".
        victim: Which one has to go for it, or None.
    """

    refusal: str = ""
    victim: Connection | None = None


class Connections:
    """At most so many in all, and so many of one address.

    An address that has all its places loses a half-closed connection for a new one, else the newcomer is refused.
    When the places of all are taken, the address that has most of them loses the connection that it used least
    lately; if that is the newcomer's address, or none has more than it, the newcomer is refused. A flood from one
    address thus takes no place from another.
    """

    def __init__(self, limits: StreamLimits) -> None:
        self._limits = limits
        self._all: dict[int, Connection] = {}
        self._of_host: dict[str, dict[int, Connection]] = {}
        self._by_remote: dict[Address, Connection] = {}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._all)

    def __iter__(self) -> Iterator[Connection]:
        """Iterate over all as they are now."""
        return iter(list(self._all.values()))

    def judge(self, host: str) -> Verdict:
        """Say whether an address may have one more."""
        of_one, host = self._limits.connections_of_one, source_of(host)
        own = len(self._of_host.get(host, ()))
        if own >= of_one:
            for each in self._of_host[host].values():
                if each.half_closed:
                    return Verdict(victim=each)
            return Verdict(f"more than {of_one} connections from one address")
        if len(self._all) < self._limits.connections:
            return Verdict()
        greatest = max(self._of_host.values(), key=len)
        if len(greatest) <= own + 1:
            return Verdict(f"more than {self._limits.connections} connections")
        return Verdict(victim=next(iter(greatest.values())))

    def add(self, connection: Connection) -> None:
        """Count a connection that is being opened."""
        self._all[connection.number] = connection
        self._of_host.setdefault(source_of(connection.remote.host), {})[connection.number] = connection

    def opened(self, connection: Connection) -> None:
        """Let a connection be found by its peer."""
        self._by_remote[connection.remote] = connection

    def used(self, connection: Connection) -> None:
        """Take note that a connection was used just now."""
        own = self._of_host.get(source_of(connection.remote.host))
        if own is not None and own.pop(connection.number, None) is not None:
            own[connection.number] = connection

    def remove(self, connection: Connection) -> bool:
        """Forget a connection; False when it was forgotten before."""
        if self._all.pop(connection.number, None) is None:
            return False
        host = source_of(connection.remote.host)
        own = self._of_host[host]
        del own[connection.number]
        if not own:
            del self._of_host[host]
        if self._by_remote.get(connection.remote) is connection:
            del self._by_remote[connection.remote]
        return True

    def numbered(self, number: int) -> Connection | None:
        """Return a connection by its number."""
        return self._all.get(number)

    def to(self, remote: Address) -> Connection | None:
        """Return a connection to a peer."""
        return self._by_remote.get(remote)
