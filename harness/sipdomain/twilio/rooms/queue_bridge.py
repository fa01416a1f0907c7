"""Two calls that a queue joins: the one that was taken out hears a document, if there is one; then they hear each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sipdomain.media.outputs import Patch, Unpatch
from sipdomain.media.patchbay import Edge
from sipdomain.sip.timers import whole_seconds
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.voice import QueueDialler, QueueWaiter, Voice
from sipdomain.twilio.rooms.company import Side, note
from sipdomain.twilio.store.queue_lines import QueueMember
from sipdomain.twiml.meeting import Dequeued, DialQueue, DialResult, QueueDialled, QueueResult


@dataclass(frozen=True, slots=True)
class Seat:
    """Who waits, or was taken out: where it stood and in the queue of which name, the call, and its activity."""

    member: QueueMember
    name: str
    voice: Voice
    waiting: QueueWaiter


@dataclass(frozen=True, slots=True)
class Desk:
    """Who dials a queue: the call, its activity, how it wants to, and the SID of the queue."""

    voice: Voice
    dialler: QueueDialler
    want: DialQueue
    queue_sid: str


class QueueBridge:
    """Two calls from the moment when one is taken out for the other."""

    __slots__ = ("_connected_at", "_missed", "_wait", "desk", "seat")

    def __init__(self, seat: Seat, desk: Desk, wait: int, missed: Callable[[Desk, Turn], None]) -> None:
        """Begin apart.

        Args:
            seat: Who was taken out.
            desk: Who dialled.
            wait: For how many seconds the one has waited.
            missed: Called when that one is gone before the two are connected.
        """
        self.seat, self.desk = seat, desk
        self._wait = wait
        self._missed = missed
        self._connected_at: float | None = None

    def begin(self, turn: Turn) -> None:
        """Let the one hear what the other wants it to, then connect them."""
        want = self.desk.want
        said = (
            ("QueueSid", self.desk.queue_sid), ("QueueTime", str(self._wait)),
            ("DequeingCallSid", self.desk.voice.identity.call_sid),
        )  # fmt: skip
        self.desk.dialler.matched(turn)
        self.seat.waiting.taken(want.whisper_url, want.whisper_method, said, self._connect, turn)

    def _connect(self, turn: Turn) -> None:
        self._connected_at = turn.now
        one, other = self.seat.voice.session, self.desk.voice.session
        turn.out += [Patch(one, other, Edge()), Patch(other, one, Edge())]
        self._note("joined", turn)
        self.desk.dialler.connected(turn)

    def _part(self, turn: Turn) -> None:
        one, other = self.seat.voice.session, self.desk.voice.session
        if self._connected_at is not None:
            turn.out += [Unpatch(one, other), Unpatch(other, one)]
            self._note("left", turn)

    def _note(self, moved: Literal["joined", "left"], turn: Turn) -> None:
        """Write down of both that they came together, or parted."""
        one, other = self.seat.voice.identity, self.desk.voice.identity
        note(moved, Side(one.call_sid, one.call_id), Side(other.call_sid, other.call_id), turn)

    def member_leaves(self, result: QueueResult, turn: Turn) -> Dequeued:
        """Take the one out that goes by itself; return how it waited. The other goes on, or waits for the next one."""
        self._part(turn)
        if self._connected_at is None:
            self._missed(self.desk, turn)
            return self._dequeued("bridging-in-process")
        self.desk.dialler.parted(self._dialled("completed", turn), turn)
        return self._dequeued("redirected-from-bridged" if result == "redirected" else "bridged")

    def dialler_leaves(self, status: DialResult, turn: Turn) -> QueueDialled:
        """Take the other out that goes by itself; return how it was. The one goes on."""
        self._part(turn)
        connected = self._connected_at is not None
        self.seat.waiting.left(self._dequeued("bridged" if connected else "bridging-in-process"), turn)
        return self._dialled("completed" if connected else status, turn)

    def _dequeued(self, result: QueueResult) -> Dequeued:
        return Dequeued(result, self.desk.queue_sid, self._wait)

    def _dialled(self, status: DialResult, turn: Turn) -> QueueDialled:
        since = self._connected_at
        return QueueDialled(
            status=status, sid=self.desk.queue_sid, call_sid=self.seat.voice.identity.call_sid, wait=self._wait,
            duration=None if since is None else whole_seconds(turn.now - since),
        )  # fmt: skip
