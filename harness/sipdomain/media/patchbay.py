"""Who hears whom: endpoints, which are sessions and rooms, and the edges between them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from sipdomain.errors import MediaError

MOST_ROOMS: Final = 1_000
"""How many rooms an engine has at once; one more is refused."""
MOST_EDGES: Final = 300
"""How many sources one endpoint may have, and how many sinks: the provider's 250 participants, and some to spare."""
_NONE: Final[Mapping[str, Edge]] = MappingProxyType({})


class Edge(NamedTuple):
    """One way by which a voice goes; a bridge of two has two of them.

    Attributes:
        gain: What the samples are multiplied by.
        muted: Whether nothing goes through; everything else stays as it is.
        coached: Of a way into a room, the one session of that room that hears it; "" for all.
        keys: Whether a key that comes there is pressed again for who hears it.
        echo: Whether it may lead from a session to itself: only who asks for an echo hears himself.
    """

    gain: float = 1.0
    muted: bool = False
    coached: str = ""
    echo: bool = False
    keys: bool = True

    @property
    def is_open(self) -> bool:
        """Whether anything goes through."""
        return not self.muted and self.gain != 0.0


ECHO: Final = Edge(echo=True)
"""The way by which a session hears itself."""
VOICE: Final = Edge(keys=False)
"""The way by which the voice goes through, and no key."""
OPEN: Final = Edge()
"""A way by which everything goes through as it is."""


_SAID: Final = " itself"


def said_by(session: str) -> str:
    """Return the name of what a session sends to its peer, where that is the source of an edge."""
    return session + _SAID


def speaker_of(source: str) -> str:
    """Return the session that a name of `said_by` is of; of another endpoint its own name."""
    return source.removesuffix(_SAID)


class Patchbay:
    """Sessions and rooms by their names, and what goes from one to another.

    What a session hears of its peer goes by the session's name, what it sends by that of `said_by`.
    A room passes on to each of its sinks what comes from all of its sources but the sink itself. A room's own
    playbacks go to all of its sinks. Nobody hears himself, but for an echo.

    Attributes:
        version: A number that grows with each change.
    """

    __slots__ = ("_into", "_rooms", "_sinks", "version")

    def __init__(self) -> None:
        """Begin without rooms and edges."""
        self.version = 0
        self._rooms: dict[str, None] = {}
        self._into: dict[str, dict[str, Edge]] = {}
        self._sinks: dict[str, dict[str, None]] = {}

    @property
    def rooms(self) -> tuple[str, ...]:
        """The rooms, in the order in which they were opened."""
        return tuple(self._rooms)

    @property
    def is_empty(self) -> bool:
        """Whether nothing goes anywhere."""
        return not self._into

    def open_room(self, room: str) -> None:
        """Make a room.

        Raises:
            MediaError: It is open, or there are too many.
        """
        if room in self._rooms:
            raise MediaError(f"the room {room} is open already")
        if len(self._rooms) >= MOST_ROOMS:
            raise MediaError(f"there are {MOST_ROOMS} rooms already")
        self._rooms[room] = None
        self.version += 1

    def is_room(self, endpoint: str) -> bool:
        """Whether an endpoint is a room."""
        return endpoint in self._rooms

    def patch(self, source: str, sink: str, edge: Edge) -> None:
        """Let a sink hear a source, or change how it does.

        Raises:
            MediaError: They are one and the same, and it is no echo, or two rooms, or one has too many edges.
        """
        if source == sink and not edge.echo:
            raise MediaError(f"{source} cannot hear itself")
        if source in self._rooms and sink in self._rooms:
            raise MediaError("a room cannot hear a room")
        sources, sinks = self._into.get(sink, {}), self._sinks.get(source, {})
        if source not in sources and max(len(sources), len(sinks)) >= MOST_EDGES:
            raise MediaError(f"{source} or {sink} has {MOST_EDGES} edges already")
        self._into.setdefault(sink, sources)[source] = edge
        self._sinks.setdefault(source, sinks)[sink] = None
        self.version += 1

    def unpatch(self, source: str, sink: str) -> None:
        """Let a sink hear a source no more; harmless when it does not."""
        sources, sinks = self._into.get(sink, {}), self._sinks.get(source, {})
        if sources.pop(source, None) is None:
            return
        del sinks[sink]
        if not sources:
            del self._into[sink]
        if not sinks:
            del self._sinks[source]
        self.version += 1

    def remove(self, endpoint: str) -> None:
        """Take an endpoint away with all of its edges; harmless when it has none."""
        for source in tuple(self._into.get(endpoint, ())):
            self.unpatch(source, endpoint)
        for sink in tuple(self._sinks.get(endpoint, ())):
            self.unpatch(endpoint, sink)
        if self._rooms.pop(endpoint, "") is None:
            self.version += 1

    def knows(self, endpoint: str) -> bool:
        """Whether an endpoint is a room, or has an edge."""
        return endpoint in self._rooms or endpoint in self._into or endpoint in self._sinks

    def into(self, sink: str) -> Mapping[str, Edge]:
        """Return the edges that end at an endpoint, by their sources."""
        return self._into.get(sink, _NONE)

    def sinks(self, source: str) -> tuple[str, ...]:
        """Return the endpoints that edges of a source lead to, muted or not."""
        return tuple(self._sinks.get(source, ()))

    def listeners(self) -> tuple[str, ...]:
        """Return the endpoints that any edge leads to."""
        return tuple(self._into)

    def speakers(self) -> tuple[str, ...]:
        """Return the endpoints that any edge comes from."""
        return tuple(self._sinks)

    def heard_by(self, listener: str) -> dict[str, float]:
        """Return whose voices reach an endpoint, by any way, and what each is multiplied by.

        Of a room that is heard, the room's own name stands for what is played into it.
        """
        found: dict[str, float] = {}
        for source, edge in self.into(listener).items():
            if not edge.is_open:
                continue
            if source not in self._rooms:
                if not edge.coached:
                    found[source] = found.get(source, 0.0) + edge.gain
                continue
            found[source] = found.get(source, 0.0) + edge.gain
            for speaker, way in self.into(source).items():
                if way.is_open and speaker != listener and way.coached in {"", listener}:
                    found[speaker] = found.get(speaker, 0.0) + way.gain * edge.gain
        return found
