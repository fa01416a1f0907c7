"""Who waits in which queue now, and who waits to take somebody out; nothing of it outlives the calls.

Source: https://www.twilio.com/docs/voice/api/member-resource
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMember:
    """A call that waits in a queue.

    Attributes:
        call_sid: The call.
        queue_sid: The queue.
        enqueued_at: Since when, in Unix seconds.
        number: Counts up within the queue in the order of arrival.
    """

    call_sid: str
    queue_sid: str
    enqueued_at: float
    number: int


@dataclass(slots=True)
class Line:
    """A queue as people stand in it.

    Attributes:
        members: Who waits, by the SID of the call, in the order of arrival.
        diallers: The calls that wait for somebody to come, in the order in which they asked.
        arrivals: How many came since the line was last empty.
    """

    members: dict[str, QueueMember] = field(default_factory=dict)
    diallers: list[str] = field(default_factory=list)
    arrivals: int = 0


class QueueLines:
    """The lines of all queues, by the SID of the queue; one where nobody stands is not kept."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def find(self, queue_sid: str) -> Line:
        """Return the line of a queue; an empty one where nobody stands."""
        return self._lines.get(queue_sid) or Line()

    def open(self, queue_sid: str) -> Line:
        """Return the line of a queue, to stand in."""
        return self._lines.setdefault(queue_sid, Line())

    def close_if_empty(self, queue_sid: str) -> None:
        """Forget a line where nobody stands any more."""
        line = self._lines.get(queue_sid)
        if line is not None and not line.members and not line.diallers:
            del self._lines[queue_sid]
