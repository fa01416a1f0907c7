"""Virtual time, and a network in memory: what a run without sockets and clocks stands on."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Final

from sipdomain.faults import Passage, Sender, Transport
from sipdomain.runtime.bad_line import BadLine
from sipdomain.runtime.bad_network import Bindings, Streams
from sipdomain.runtime.pump import Pump
from sipdomain.runtime.sip.connection import StreamLimits
from sipdomain.sip.outputs import Address, Flow

EPOCH: Final = 1_767_225_600.0
"""The Unix time at which every virtual run begins: 2026-01-01 00:00:00 UTC."""
LATENCY: Final = 0.0005
"""How long a message takes from one end to the other, in seconds."""


class SimAlarm:
    """An alarm of the virtual clock."""

    __slots__ = ("action", "quiet")

    def __init__(self, action: Callable[[], None], *, quiet: bool) -> None:
        self.action: Callable[[], None] | None = action
        self.quiet = quiet

    def cancel(self) -> None:
        """Do not ring."""
        self.action = None


class SimClock:
    """A clock that jumps to whatever happens next."""

    def __init__(self) -> None:
        self._now = 0.0
        self._number = 0
        self._heap: list[tuple[float, int, SimAlarm]] = []

    def now(self) -> float:
        """Return the virtual moment."""
        return self._now

    @property
    def pending(self) -> int:
        """How many things are still to happen."""
        return sum(alarm.action is not None for _, _, alarm in self._heap)

    def call_at(self, at: float, action: Callable[[], None], *, quiet: bool = False) -> SimAlarm:
        """Call `action` when the clock comes to that moment.

        Args:
            at: The moment.
            action: What happens.
            quiet: Whether it is not a step of its own: nobody who waits looks again because of it.
        """
        self._number += 1
        alarm = SimAlarm(action, quiet=quiet)
        heappush(self._heap, (max(at, self._now), self._number, alarm))
        return alarm

    def step(self, limit: float) -> bool:
        """Let the next thing happen; False, and the clock at `limit`, when nothing does before that."""
        while self._heap and self._heap[0][0] <= limit:
            at, _, alarm = heappop(self._heap)
            if alarm.action is not None:
                self._now = at
                action, alarm.action = alarm.action, None
                action()
                if not alarm.quiet:
                    return True
        self._now = max(self._now, limit)
        return False

    def run_until(self, condition: Callable[[], bool], within: float, steps: int) -> bool:
        """Let things happen until a condition holds; False when the seconds or the steps ran out first."""
        limit = self._now + within
        for _ in range(steps):
            if condition():
                return True
            if not self.step(limit):
                break
        return condition()


class SimEndpoint:
    """One pump's place in the network."""

    def __init__(self, network: SimNetwork, pump: Pump) -> None:
        self._network = network
        self._pump = pump

    def send(self, flow: Flow, data: bytes) -> None:
        """Send a message; to nobody it is lost over UDP, and refused over TCP."""
        self._network.carry(self._pump, flow, data)


class SimNetwork:
    """Delivers messages between pumps by address, each after `LATENCY`.

    A stream is modelled as its messages: they are neither lost nor reordered, but faults of a line may cut or join
    them, and end its connection. Datagrams may be lost and reordered by such faults, and come from another port.
    """

    def __init__(self, clock: SimClock, line: BadLine | None = None) -> None:
        self._clock = clock
        self._line = line
        self._under_way = 0
        self._pumps: dict[Address, Pump] = {}
        self._connections: dict[tuple[Address, Address], int] = {}
        self._made = 0
        self._bindings = Bindings()
        self._streams = Streams()

    @property
    def under_way(self) -> int:
        """How many messages have not arrived yet, and will."""
        return self._under_way + (self._line.held if self._line is not None else 0)

    def attach(self, address: Address, pump: Pump) -> None:
        """Give a pump an address."""
        self._pumps[address] = pump
        pump.network = SimEndpoint(self, pump)

    def carry(self, sender: Pump, flow: Flow, data: bytes) -> None:
        """Take a message on its way."""
        inside, binding = self._bindings.inside(flow.remote)
        receiver = self._pumps.get(inside)
        at = self._clock.now() + LATENCY
        over: Transport = flow.transport  # type: ignore[assignment]
        way: Sender = "cloud" if sender.owner == "cloud" else "phone"
        line = self._line if self._line is not None and self._line.concerns(over) else None
        if receiver is None or (flow.reliable and line is not None and self._refuses(line, flow, way, over)):
            if flow.reliable:
                self._clock.call_at(at, lambda: sender.transport_failed(flow))
            return
        number = self._connection(flow) if flow.reliable else 0
        arriving = Flow(flow.transport, inside, flow.local, number)
        if line is not None:
            stream = (number, way) if flow.reliable else None

            def deliver(passage: Passage) -> None:
                if flow.reliable:
                    self._piece(sender, flow, receiver, arriving, stream, passage)
                else:
                    remote = self._bindings.outside(flow.local, passage.binding if way == "phone" else 0)
                    receiver.receive(passage.data, arriving._replace(remote=remote))

            line.carry(data, deliver, LATENCY, way, over=over, stream=stream, binding=binding)
            return
        self._under_way += 1
        self._clock.call_at(at, lambda: self._arrive(receiver, data, arriving))

    def _refuses(self, line: BadLine, flow: Flow, way: Sender, over: Transport) -> bool:
        """Whether a connection that would have to be opened does not come about."""
        return _ends(flow) not in self._connections and line.refuses(way, over)

    def _piece(
        self, sender: Pump, flow: Flow, receiver: Pump, arriving: Flow, stream: object, passage: Passage
    ) -> None:
        """Take what arrives of a stream, and what becomes of its connection."""
        for message in self._streams.messages(stream, passage.data) if passage.data else ():
            receiver.receive(message, arriving)
        if not passage.act or self._connections.get(_ends(flow)) != arriving.connection:
            return
        # What is sent from now on goes by a new connection.
        del self._connections[_ends(flow)]
        self._streams.forget(stream)
        if passage.act == "reset":
            sender.transport_failed(flow._replace(connection=arriving.connection))
            receiver.transport_failed(arriving)
        else:
            over_at = self._clock.now() + StreamLimits().half_closed
            self._clock.call_at(over_at, lambda: receiver.transport_failed(arriving))

    def _arrive(self, receiver: Pump, data: bytes, flow: Flow) -> None:
        self._under_way -= 1
        receiver.receive(data, flow)

    def _connection(self, flow: Flow) -> int:
        if _ends(flow) not in self._connections:
            self._made += 1
            self._connections[_ends(flow)] = self._made
        return self._connections[_ends(flow)]


def _ends(flow: Flow) -> tuple[Address, Address]:
    return min(flow.local, flow.remote), max(flow.local, flow.remote)
