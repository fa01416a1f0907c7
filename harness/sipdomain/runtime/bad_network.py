"""What sends SIP by a bad line: a phone's network, or the emulator's; and which ports a NAT gave."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, Protocol

from sipdomain.errors import RemoteProtocolError
from sipdomain.faults import Act, Passage, Sender, Transport
from sipdomain.runtime.bad_line import BadLine
from sipdomain.sip.framing import StreamFramer
from sipdomain.sip.outputs import Address, Flow

MOST_BINDINGS: Final = 1_000
"""How many ports of a NAT are known at once; the oldest goes first."""
MOST_STREAMS: Final = 1_000
"""Of how many streams the beginning of a message is kept at once; the oldest goes first."""
_OTHER: Final[dict[Sender, Sender]] = {"phone": "cloud", "cloud": "phone"}


class Inner(Protocol):
    """A network that has connections."""

    def send(self, flow: Flow, data: bytes) -> None:
        """Send bytes."""
        ...

    def end(self, flow: Flow, act: Act) -> None:
        """Let a connection end."""
        ...


class Port(Protocol):
    """Another port of a phone."""

    def send(self, flow: Flow, data: bytes) -> None:
        """Send a datagram."""
        ...


class Bindings:
    """The ports that a NAT gave to addresses, each a made-up one of the same host."""

    def __init__(self) -> None:
        self._real: OrderedDict[Address, tuple[Address, int]] = OrderedDict()

    def outside(self, address: Address, binding: int) -> Address:
        """Return where datagrams of an address come from."""
        if not binding:
            return address
        shifted = Address(address.host, 1024 + (address.port - 1024 + binding * 10_007) % 64_512)
        self._real[shifted] = address, binding
        self._real.move_to_end(shifted)
        if len(self._real) > MOST_BINDINGS:
            self._real.popitem(last=False)
        return shifted

    def inside(self, address: Address) -> tuple[Address, int]:
        """Return whom an address stands for, and which of its ports it is; itself where it is none of a NAT."""
        return self._real.get(address, (address, 0))


class Streams:
    """Puts the pieces of streams together again."""

    def __init__(self) -> None:
        self._framers: OrderedDict[object, StreamFramer] = OrderedDict()

    def messages(self, stream: object, data: bytes) -> list[bytes]:
        """Take a piece, and return the messages that it completes; nothing where the stream cannot be followed."""
        framer = self._framers.setdefault(stream, StreamFramer())
        try:
            found = framer.feed(data)
        except RemoteProtocolError:
            found = []
        if not framer.buffered or len(self._framers) > MOST_STREAMS:
            self._framers.popitem(last=False) if framer.buffered else self._framers.pop(stream)
        return found

    def forget(self, stream: object) -> None:
        """Forget what came of a stream that is over."""
        self._framers.pop(stream, None)


class BadLineNetwork:
    """A network whose messages, both ways, take a bad line."""

    def __init__(
        self,
        line: BadLine,
        receive: Callable[[bytes, Flow], None],
        *,
        inner: Inner | None = None,
        owner: Sender = "phone",
    ) -> None:
        """Stand between a pump and its network.

        Args:
            line: The line.
            receive: Takes what arrived.
            inner: What sends; None for nothing yet.
            owner: Whose network it is.
        """
        self._line = line
        self.inner = inner
        self._receive = receive
        self._owner: Sender = owner
        self._streams = Streams()
        self._bindings = Bindings()
        self.ports: Sequence[Port] = ()
        """A phone's further ports, in the order in which a NAT gives them."""

    def send(self, flow: Flow, data: bytes) -> None:
        """Send a message, as far as the line lets it through."""
        over: Transport = flow.transport  # type: ignore[assignment]
        flow, binding = self._inward(flow)
        if not self._line.concerns(over):
            self._leave(flow, Passage(0.0, data))
            return
        stream = ("out", over, flow.remote) if flow.reliable else None
        leave = partial(self._leave, flow)
        self._line.carry(data, leave, sender=self._owner, over=over, stream=stream, binding=binding)

    def receive(self, data: bytes, flow: Flow, binding: int = 0) -> None:
        """Take a message from the network, as far as the line lets it through."""
        over: Transport = flow.transport  # type: ignore[assignment]
        if not self._line.concerns(over):
            self._receive(data, flow)
            return
        stream = ("in", over, flow.remote, flow.connection) if flow.reliable else None
        arrive = partial(self._arrive, flow, stream)
        self._line.carry(data, arrive, sender=_OTHER[self._owner], over=over, stream=stream, binding=binding)

    def _inward(self, flow: Flow) -> tuple[Flow, int]:
        remote, binding = self._bindings.inside(flow.remote)
        return flow._replace(remote=remote), binding

    def _leave(self, flow: Flow, passage: Passage) -> None:
        if passage.data:
            if passage.binding and self.ports:
                self.ports[min(passage.binding, len(self.ports)) - 1].send(flow, passage.data)
            elif self.inner is not None:
                self.inner.send(flow, passage.data)
        if passage.act and self.inner is not None:
            self.inner.end(flow, passage.act)

    def _arrive(self, flow: Flow, stream: object, passage: Passage) -> None:
        if stream is None:
            outside = self._bindings.outside(flow.remote, passage.binding if self._owner == "cloud" else 0)
            self._receive(passage.data, flow._replace(remote=outside))
            return
        for message in self._streams.messages(stream, passage.data) if passage.data else ():
            self._receive(message, flow)
        if passage.act and self.inner is not None:
            self._streams.forget(stream)
            self.inner.end(flow, passage.act)
