"""What all faults have in common: when they come; and of those of a line, which messages they befall."""

from __future__ import annotations

import math
import random
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar, Final, Literal, NamedTuple

KIND: Final = re.compile(r"[A-Z]+|[1-6][0-9]{2}( [A-Z]+)?")
"""How a kind of message is written: `ACK`, `200`, or `200 INVITE`."""
_STATUS_LINE: Final = re.compile(rb"SIP/2\.0 ([1-6][0-9]{2}) ")
_REQUEST_LINE: Final = re.compile(rb"([A-Z]+) \S+ SIP/2\.0\r?\n")
_SEQUENCE: Final = re.compile(rb"\ncseq[ \t]*:[ \t]*[0-9]+[ \t]+([A-Z]+)", re.IGNORECASE)


Sender = Literal["phone", "cloud"]
"""Who sends a datagram."""
Transport = Literal["udp", "tcp", "tls"]
"""How a message travels: by datagrams, or in a stream of a connection."""
STREAMS: Final[frozenset[Transport]] = frozenset({"tcp", "tls"})
"""The transports that have connections."""
ALL: Final[frozenset[Transport]] = STREAMS | {"udp"}
OVER: Final = (
    "By which transports: `udp`, `tcp`, `tls`; when left out UDP, for faults of connections TCP and TLS."
)
"""What is said of the transports."""
Act = Literal["", "half-close", "reset"]
"""What happens to a connection: the sender ends its half, or both ends lose it."""


def key(
    description: str,
    *,
    default: Any = MISSING,
    least: float | None = None,
    most: float | None = None,
    alias: str | None = None,
) -> Any:
    """Return the field of a fault, as scenarios, lines and what checks the values read it.

    Args:
        description: What it says, for the schema of scenarios.
        default: What it is when it is left out; without one it has to be given.
        least: Of a number, the lowest.
        most: Of a number, the highest.
        alias: What it is called where people write it.
    """
    said = {"description": description, "ge": least, "le": most, "alias": alias}
    return field(default=default, metadata={name: each for name, each in said.items() if each is not None})


class Passage(NamedTuple):
    """A datagram, or a piece of a stream, that gets through.

    Attributes:
        delay: How much later than without the fault, in seconds.
        data: Its bytes.
        binding: Through which of the ports of a NAT, in the order in which they were opened, from 0.
        act: What happens to the connection after it.
    """

    delay: float
    data: bytes
    binding: int = 0
    act: Act = ""


@dataclass(slots=True)
class Memory:
    """What a fault knows of what it saw before, of one way of one line, or of webhooks.

    Attributes:
        bad: Whether the line is in its bad state.
        free_at: When the line has sent all that waits.
        began_at: When it saw the first one, or None.
    """

    bad: bool = False
    free_at: float = 0.0
    began_at: float | None = None

    def turned(self, p: float, r: float, rng: random.Random) -> bool:
        """Let the line turn bad, or good again, and return whether it is bad now: the model of Gilbert and Elliott.

        Args:
            p: How likely a good line turns bad.
            r: How likely a bad line turns good.
            rng: What chance is drawn from.
        """
        if rng.random() < (r if self.bad else p):
            self.bad = not self.bad
        return self.bad


class Moment(NamedTuple):
    """What a fault decides by, besides the datagram.

    Attributes:
        now: The moment, in seconds of the run.
        rng: What chance is drawn from.
        memory: What it saw before; it may be changed.
        sender: Who sends, where that is known.
        binding: Through which port of a NAT it goes.
    """

    now: float
    rng: random.Random
    memory: Memory
    sender: Sender | None = None
    binding: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """When something goes wrong, on a line or with webhooks, and how likely.

    Attributes:
        chance: How likely it befalls what it is meant for, from 0 to 1.
        since: From which moment on, in seconds of the run.
        until: Up to which moment, in seconds of the run.
    """

    chance: float = key("How likely it is applied, from 0 to 1.", default=1.0, least=0, most=1)
    since: float = key("From which second of the run on.", default=0.0, least=0)
    until: float = key("Up to which second of the run; to its end when left out.", default=math.inf, least=0)

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        for each in fields(self):
            least, most, value = each.metadata.get("ge"), each.metadata.get("le"), getattr(self, each.name)
            if most is not None and not least <= value <= most:
                raise ValueError(f"`{each.name}` must be from {least:g} to {most:g}, not {value:g}")
        if not 0.0 <= self.since < self.until:
            raise ValueError("`since` must not be below 0, and `until` must be later than `since`")

    def comes(self, now: float, rng: random.Random) -> bool:
        """Return whether it befalls something that it is meant for; chance is drawn from within its time alone."""
        return self.since <= now < self.until and rng.random() < self.chance


Streams = dict[int, random.Random]
"""What each of several faults draws from, by its place among them."""


def stream_of(number: int, faults: Sequence[Occasion], streams: Streams, rng: random.Random) -> random.Random:
    """Return what one of several faults draws from. A fault of another kind beside it changes nothing that it draws.

    Args:
        number: Its place among them.
        faults: All of them.
        streams: Of those faults; the first one that is asked for makes them all.
        rng: What the streams are drawn from, once.
    """
    if not streams:
        seed = rng.getrandbits(64)
        names = [type(each).__name__ for each in faults]
        for place, name in enumerate(names):
            streams[place] = random.Random(f"{name} {names[:place].count(name)} {seed}")
    return streams[number]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault(Occasion, ABC):
    """Something that befalls datagrams.

    Attributes:
        of: The kinds of SIP messages that it is meant for, each a method (`ACK`), a status (`200`), or a
            status and the method that it answers (`200 INVITE`); empty for every datagram.
        sender: Whose datagrams it is meant for; None for both ways.
        over: By which transports what it is meant for travels.
        ANYWHERE: The transports by which it can do something; by default UDP alone: no byte of a stream is lost.
        REFUSES: Whether it befalls connections that are being opened.
    """

    ANYWHERE: ClassVar[frozenset[Transport]] = frozenset({"udp"})
    REFUSES: ClassVar[bool] = False

    of: frozenset[str] = key(
        "Which messages: a method (`ACK`), a status (`200`), or both (`200 INVITE`); all when left out.",
        default=frozenset(),
    )
    over: frozenset[Transport] = key(OVER, default=frozenset({"udp"}))
    sender: Sender | None = key(
        "Who sends them: the `phone`, or the `cloud`; both ways when left out.", default=None, alias="from"
    )

    def __post_init__(self) -> None:
        """Check the values.

        Raises:
            ValueError: One is out of its range.
        """
        Occasion.__post_init__(self)
        odd = next((kind for kind in sorted(self.of) if not KIND.fullmatch(kind)), None)
        if odd is not None:
            raise ValueError(f"`{odd}` is not a kind of message; write a method, 200, or 200 INVITE")
        if not self.over or not self.over <= self.ANYWHERE:
            raise ValueError(f"`over` must be of {', '.join(sorted(self.ANYWHERE))}")

    def decide(
        self,
        data: bytes,
        now: float,
        rng: random.Random,
        sender: Sender | None = None,
        *,
        over: Transport = "udp",
        memory: Memory | None = None,
        binding: int = 0,
    ) -> list[Passage]:
        """Return what becomes of a datagram, or of a message in a stream: the same every time for the same arguments.

        Args:
            data: Its bytes.
            now: The moment at which it is sent, in seconds of the run.
            rng: What chance is drawn from.
            sender: Who sends it; where that is not known, no fault of one way befalls it.
            over: By which transport.
            memory: What the fault saw before, which may be changed; by default nothing.
            binding: Through which port of a NAT it goes.

        Returns:
            What gets through, in no order; nothing when it is lost.
        """
        if over in self.over and self._is_meant_for(data, sender) and self.comes(now, rng):
            return self.strike(data, Moment(now, rng, memory or Memory(), sender, binding))
        return [Passage(0.0, data, binding)]

    @abstractmethod
    def strike(self, data: bytes, moment: Moment) -> list[Passage]:
        """Return what becomes of a datagram that the fault befalls."""

    def _is_meant_for(self, data: bytes, sender: Sender | None) -> bool:
        if self.sender is not None and sender != self.sender:
            return False
        return not self.of or not self.of.isdisjoint(kinds(data))


def kinds(data: bytes) -> tuple[str, ...]:
    """Return the names under which a fault may be meant for a datagram; none for what is no SIP message."""
    request = _REQUEST_LINE.match(data)
    if request is not None:
        return (request[1].decode(),)
    response = _STATUS_LINE.match(data)
    if response is None:
        return ()
    status, sequence = response[1].decode(), _SEQUENCE.search(data)
    return (status,) if sequence is None else (status, f"{status} {sequence[1].decode().upper()}")
