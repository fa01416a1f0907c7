"""All queues as calls stand in them: who enters, who leaves, what is reported; made when a call names a new one."""

from __future__ import annotations

from typing import Literal

from sipdomain.errors import RestError
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.voice import QueueDialler, QueueWaiter, Voice
from sipdomain.twilio.rooms import queue
from sipdomain.twilio.rooms.queue_bridge import Desk, QueueBridge, Seat
from sipdomain.twilio.store.model import Queue
from sipdomain.twilio.store.queues import USUAL_SIZE
from sipdomain.twiml.meeting import Dequeued, DialQueue, DialResult, Enqueue, QueueDialled, QueueResult
from sipdomain.twiml.program import Parameters
from sipdomain.voice_entries import CompanyChanged


class Queues:
    """The queues of one emulator."""

    __slots__ = ("_bridges", "_desks", "_engine", "_lines", "_seats")

    def __init__(self, engine: Engine) -> None:
        """Begin with nobody in any."""
        self._engine = engine
        self._lines = engine.records.queue_lines
        self._seats: dict[str, Seat] = {}
        self._desks: dict[str, Desk] = {}
        self._bridges: dict[str, QueueBridge] = {}

    def __len__(self) -> int:
        return len(self._seats) + len(self._desks) + len(self._bridges) + len(self._lines)

    # --- those who wait ----------------------------------------------------------------------------------

    def enter(self, want: Enqueue, voice: Voice, waiting: QueueWaiter, turn: Turn) -> Dequeued | None:
        """Let a call wait in the queue of its account that has this name; return why it cannot."""
        now = self._engine.wall(turn.now)
        try:
            found = self._named(want, voice.parameters["AccountSid"], now)
        except RestError:
            return Dequeued("system-error")
        call_sid = voice.identity.call_sid
        most = min(found.max_size, want.most or found.max_size)
        member = queue.enter(self._lines.open(found.sid), found.sid, call_sid, most, now)
        if member is None:
            return Dequeued("queue-full")
        self._seats[call_sid] = seat = Seat(member, found.friendly_name, voice, waiting)
        _note(seat, "joined", turn)
        self._match(found.sid, turn)
        return None

    def _named(self, want: Enqueue, account_sid: str, now: float) -> Queue:
        """Return the queue of a name; one that is made has the size that the call names.

        Raises:
            RestError: Too many queues.
        """
        queues = self._engine.store.queues
        found = queues.named(account_sid, want.name)
        if found is None:
            found = queues.create(account_sid, want.name, max_size=want.most or USUAL_SIZE, now=now)
        return found

    def leave(self, call_sid: str, result: QueueResult, turn: Turn) -> Dequeued:
        """Take a call out that goes by itself, and return how it waited."""
        bridge = self._forget(call_sid)
        if bridge is not None:
            return bridge.member_leaves(result, turn)
        seat = self._seats.pop(call_sid, None)
        if seat is None:
            return Dequeued(result)
        sid = seat.member.queue_sid
        queue.leave(self._lines.find(sid), call_sid)
        self._lines.close_if_empty(sid)
        _note(seat, "left", turn, result)
        return Dequeued(result, sid, queue.wait_time(seat.member, self._engine.wall(turn.now)))

    def standing(self, call_sid: str, turn: Turn) -> Parameters:
        """Return the parameters that a waitUrl gets about a waiting call."""
        seat = self._seats.get(call_sid)
        if seat is None:
            return ()
        sid, now = seat.member.queue_sid, self._engine.wall(turn.now)
        line = self._lines.find(sid)
        found = self._engine.store.queues.find(seat.voice.parameters["AccountSid"], sid)
        return (
            ("QueuePosition", str(queue.position(line, call_sid))), ("QueueSid", sid),
            ("QueueTime", str(queue.wait_time(seat.member, now))), ("AvgQueueTime", str(queue.average_wait(line, now))),
            ("CurrentQueueSize", str(len(line.members))),
            ("MaxQueueSize", str(USUAL_SIZE if found is None else found.max_size)),
        )  # fmt: skip

    # --- those who dial ----------------------------------------------------------------------------------

    def dial(self, want: DialQueue, voice: Voice, dialler: QueueDialler, turn: Turn) -> QueueDialled | None:
        """Let a call talk to who has waited the longest, or wait until somebody comes; return why it cannot."""
        found = self._engine.store.queues.named(voice.parameters["AccountSid"], want.name)
        if found is None:
            return QueueDialled(status="failed")
        call_sid = voice.identity.call_sid
        self._desks[call_sid] = Desk(voice, dialler, want, found.sid)
        queue.dial(self._lines.open(found.sid), call_sid)
        self._match(found.sid, turn)
        return None

    def give_up(self, call_sid: str, status: DialResult, turn: Turn) -> QueueDialled:
        """Let a call go that ends that by itself, and return how it was."""
        bridge = self._forget(call_sid)
        if bridge is not None:
            return bridge.dialler_leaves(status, turn)
        desk = self._desks.pop(call_sid, None)
        if desk is None:
            return QueueDialled(status=status)
        queue.give_up(self._lines.find(desk.queue_sid), call_sid)
        self._lines.close_if_empty(desk.queue_sid)
        return QueueDialled(status=status, sid=desk.queue_sid)

    # --- those who are joined ----------------------------------------------------------------------------

    def _match(self, queue_sid: str, turn: Turn) -> None:
        """Join those who wait with those who dial, as long as there are both."""
        line = self._lines.find(queue_sid)
        while (found := queue.match(line)) is not None:
            seat, desk = self._seats.pop(found.member.call_sid), self._desks.pop(found.dialler)
            _note(seat, "left", turn)
            wait = queue.wait_time(found.member, self._engine.wall(turn.now))
            bridge = QueueBridge(seat, desk, wait, self._missed)
            self._bridges[found.member.call_sid] = self._bridges[found.dialler] = bridge
            bridge.begin(turn)
        self._lines.close_if_empty(queue_sid)

    def _missed(self, desk: Desk, turn: Turn) -> None:
        """Let a call wait for the next one, before all others: whom it was to talk to is gone."""
        call_sid = desk.voice.identity.call_sid
        self._desks[call_sid] = desk
        queue.dial(self._lines.open(desk.queue_sid), call_sid, first=True)
        desk.dialler.missed(turn)
        self._match(desk.queue_sid, turn)

    def _forget(self, call_sid: str) -> QueueBridge | None:
        """Forget two calls that were joined, of which this is one; return what joined them."""
        bridge = self._bridges.pop(call_sid, None)
        if bridge is not None:
            for each in (bridge.seat.voice, bridge.desk.voice):
                self._bridges.pop(each.identity.call_sid, None)
        return bridge


def _note(seat: Seat, moved: Literal["joined", "left"], turn: Turn, detail: str = "") -> None:
    """Write down that a call stands in a queue, or does no more."""
    identity = seat.voice.identity
    turn.out.append(
        CompanyChanged(
            at=turn.now, call_sid=identity.call_sid, call_id=identity.call_id, moved=moved, company="queue",
            text=seat.name, sid=seat.member.queue_sid, detail=detail,
        )
    )  # fmt: skip
