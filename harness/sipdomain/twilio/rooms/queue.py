"""One queue: who comes, who is next, where each stands, and since when. It knows nothing of time, audio and HTTP.

Source: https://www.twilio.com/docs/voice/twiml/enqueue
"""

from __future__ import annotations

from typing import NamedTuple

from sipdomain.twilio.store.queue_lines import Line, QueueMember


class Match(NamedTuple):
    """Who is to be connected: the call that dials the queue, and the one that waited the longest."""

    dialler: str
    member: QueueMember


def enter(line: Line, queue_sid: str, call_sid: str, most: int, now: float) -> QueueMember | None:
    """Let a call stand at the end; return it as it stands there, or None when there is no room.

    Args:
        line: The queue.
        queue_sid: Its SID.
        call_sid: Who comes, and waits nowhere else.
        most: How many may wait, this one included.
        now: Unix seconds.
    """
    if len(line.members) >= most:
        return None
    line.arrivals += 1
    member = QueueMember(call_sid=call_sid, queue_sid=queue_sid, enqueued_at=now, number=line.arrivals)
    line.members[call_sid] = member
    return member


def leave(line: Line, call_sid: str) -> QueueMember | None:
    """Take a call out; return None when it does not wait here."""
    return line.members.pop(call_sid, None)


def dial(line: Line, call_sid: str, *, first: bool = False) -> None:
    """Let a call wait for the next one that can be taken out, behind those that wait for that already, or before them."""
    line.diallers.insert(0 if first else len(line.diallers), call_sid)


def give_up(line: Line, call_sid: str) -> None:
    """Let a call wait for that no more; harmless when it does not."""
    if call_sid in line.diallers:
        line.diallers.remove(call_sid)


def match(line: Line) -> Match | None:
    """Take out the first of those who wait, for the first who asked; None while one of them is missing."""
    member = front(line)
    if member is None or not line.diallers:
        return None
    del line.members[member.call_sid]
    return Match(line.diallers.pop(0), member)


def front(line: Line) -> QueueMember | None:
    """Return who has waited the longest, or None."""
    return next(iter(line.members.values()), None)


def position(line: Line, call_sid: str) -> int:
    """Return where a call stands, 1 for the front; 0 when it does not wait here."""
    return next((place for place, each in enumerate(line.members, 1) if each == call_sid), 0)


def wait_time(member: QueueMember, now: float) -> int:
    """Return for how many whole seconds a call has waited (assumed: a begun one does not count)."""
    return int(max(0.0, now - member.enqueued_at))


def average_wait(line: Line, now: float) -> int:
    """Return for how many seconds those who wait now have waited, on average; 0 when nobody does."""
    if not line.members:
        return 0
    return sum(wait_time(each, now) for each in line.members.values()) // len(line.members)
