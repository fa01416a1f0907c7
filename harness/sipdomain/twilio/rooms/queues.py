"""All queues as calls stand in them: who enters, who leaves, what is reported; made when a call names a new one."""

from __future__ import annotations

from typing import NamedTuple

from sipdomain.errors import RestError
from sipdomain.twilio.engine.engine import Engine
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.voice import QueueMember as Waiting, Voice
from sipdomain.twilio.rooms import queue
from sipdomain.twilio.store.model import Queue
from sipdomain.twilio.store.queue_lines import QueueMember
from sipdomain.twilio.store.queues import USUAL_SIZE
from sipdomain.twiml.meeting import Dequeued, Enqueue, QueueResult
from sipdomain.twiml.program import Parameters


class _Seat(NamedTuple):
    """Who waits: the call, and its activity."""

    member: QueueMember
    voice: Voice
    waiting: Waiting


class Queues:
    """The queues of one emulator."""

    __slots__ = ("_engine", "_lines", "_seats")

    def __init__(self, engine: Engine) -> None:
        """Begin with nobody in any."""
        self._engine = engine
        self._lines = engine.records.queue_lines
        self._seats: dict[str, _Seat] = {}

    def __len__(self) -> int:
        return len(self._seats) + len(self._lines)

    # --- those who wait ----------------------------------------------------------------------------------

    def enter(self, want: Enqueue, voice: Voice, waiting: Waiting, turn: Turn) -> Dequeued | None:
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
        self._seats[call_sid] = _Seat(member, voice, waiting)
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
        seat = self._seats.pop(call_sid, None)
        if seat is None:
            return Dequeued(result)
        sid = seat.member.queue_sid
        queue.leave(self._lines.find(sid), call_sid)
        self._lines.close_if_empty(sid)
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
