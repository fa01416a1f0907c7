"""Call records: the calls in progress, and the latest of the finished ones."""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from sipdomain.sip.timers import whole_seconds
from sipdomain.twilio.store.recordings import RecordingStore

# https://www.twilio.com/docs/voice/api/call-resource#call-status-values
CallStatus = Literal[
    "queued", "initiated", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"
]
Direction = Literal["inbound", "outbound-api", "outbound-dial"]
MOST_BYTES: Final = 64 * 1024 * 1024
"""How many bytes the addresses and Call-IDs of finished calls may have; past that the one that finished first goes."""
FINAL: Final = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(slots=True, kw_only=True)
class CallRecord:
    """What is known of a call; the engine that carries the call changes it in place.

    Moments are Unix seconds.

    Attributes:
        sid: CA and 32 hexadecimal digits.
        account_sid: The owner of the domain.
        domain_sid: The SIP domain called, or "".
        to: What was dialled, such as "sip:100@acme.sip.twilio.com".
        from_: Who calls, in the same form.
        sip_call_id: The SIP Call-ID.
        created_at: When the call came.
        direction: Who began it.
        status: Where it stands.
        number: Counts up in the order of arrival; given by `CallStore.add`.
        answered_at: When it was answered, or None.
        ended_at: When it ended, or None.
        updated_at: When the record last changed, or None when it never did.
        parent_call_sid: The call that dialled this one, or "".
    """

    sid: str
    account_sid: str
    domain_sid: str
    to: str
    from_: str
    sip_call_id: str
    created_at: float
    direction: Direction = "inbound"
    status: CallStatus = "ringing"
    number: int = 0
    answered_at: float | None = None
    ended_at: float | None = None
    updated_at: float | None = None
    parent_call_sid: str = ""

    @property
    def size(self) -> int:
        """How many characters a caller chose."""
        return len(self.to) + len(self.from_) + len(self.sip_call_id)

    @property
    def duration(self) -> int | None:
        """Whole seconds from answer to end; 0 for a call never answered, None while it goes on.

        That a begun second counts in full is assumed.
        """
        if self.ended_at is None:
            return None
        if self.answered_at is None:
            return 0
        return whole_seconds(max(0.0, self.ended_at - self.answered_at))


Note = Callable[[str, CallRecord | None, CallRecord | None], None]


def _nobody_asks(sid: str, before: CallRecord | None, after: CallRecord | None) -> None:
    """Take no notice."""


class _Row:
    """One account's calls in the order of their numbers.

    The numbers stand apart, so that a copy of them, which costs next to nothing, can be gone through while calls come
    and go: to touch 100,000 records at once takes milliseconds in which no audio is sent.
    """

    __slots__ = ("_calls", "_numbers")

    def __init__(self) -> None:
        self._calls: dict[int, CallRecord] = {}
        self._numbers = array("q")

    def add(self, record: CallRecord) -> None:
        numbers, number = self._numbers, record.number
        if not numbers or number > numbers[-1]:
            numbers.append(number)
        elif number not in self._calls:
            insort(numbers, number)
        self._calls[number] = record

    def remove(self, record: CallRecord) -> None:
        del self._calls[record.number]
        del self._numbers[bisect_left(self._numbers, record.number)]

    def newest_first(self) -> Iterator[CallRecord]:
        find = self._calls.get
        return (found for each in reversed(self._numbers[:]) if (found := find(each)) is not None)


class CallStore:
    """Calls by SID. Past `capacity` finished calls, or so many bytes of them, the one that finished first is forgotten.

    Calls in progress are not counted: who carries them bounds them.

    Attributes:
        capacity: How many finished calls are kept.
        forgotten: How many were dropped.
        recordings: What was recorded of calls.
        note: Told of each finished call, and of one that the REST API asks for: how it was on record before
            and how it is now, None for not at all.
    """

    __slots__ = (
        "_active",
        "_by_account",
        "_count",
        "_finished",
        "_most_bytes",
        "_size",
        "_unordered",
        "capacity",
        "forgotten",
        "note",
        "recordings",
    )

    def __init__(self, capacity: int = 5_000, most_bytes: int = MOST_BYTES) -> None:
        self.capacity = capacity
        self._most_bytes = most_bytes
        self._size = 0
        self.forgotten = 0
        self.recordings = RecordingStore()
        self.note: Note = _nobody_asks
        self._count = 0
        self._active: dict[str, CallRecord] = {}
        self._finished: OrderedDict[str, CallRecord] = OrderedDict()
        self._by_account: dict[str, _Row] = {}

    def add(self, record: CallRecord) -> CallRecord:
        """Keep a call that has just come, and give it its number."""
        self._count += 1
        record.number = self._count
        self._active[record.sid] = record
        self._row(record.account_sid).add(record)
        if record.direction == "outbound-api":
            # Its SID is given out before it ends.
            self.note(record.sid, None, record)
        return record

    def finish(self, sid: str, status: CallStatus, now: float) -> CallRecord | None:
        """Note a call's end; None when it is unknown or had ended before.

        Args:
            sid: The call.
            status: One of `FINAL`.
            now: Unix seconds.
        """
        record = self._active.pop(sid, None)
        if record is None:
            return None
        record.status = status
        record.ended_at = record.updated_at = now
        self._finish(record)
        return record

    def _finish(self, record: CallRecord) -> None:
        finished = self._finished
        finished[record.sid] = record
        self._size += record.size
        self.note(record.sid, None, record)
        while len(finished) > self.capacity or (self._size > self._most_bytes and len(finished) > 1):
            self.forgotten += 1
            self.delete(next(iter(finished)))

    def restore(self, record: CallRecord) -> None:
        """Keep a finished call as it is; calls come in the order in which they finished."""
        self._count = max(self._count, record.number)
        self._row(record.account_sid).add(record)
        self._finish(record)

    def _row(self, account_sid: str) -> _Row:
        row = self._by_account.get(account_sid)
        if row is None:
            row = self._by_account[account_sid] = _Row()
        return row

    def put_back(self, records: Iterable[CallRecord]) -> None:
        """Keep finished calls that were deleted as if they had not been."""
        records = tuple(records)
        for each in records:
            self._row(each.account_sid).add(each)
            self._size += each.size
        self._finished.update((each.sid, each) for each in records)
        self._finished = OrderedDict(sorted(self._finished.items(), key=lambda each: each[1].ended_at or 0.0))

    @property
    def finished(self) -> Iterator[CallRecord]:
        """The finished calls, the one that finished first coming first."""
        return iter(self._finished.values())

    def clear(self) -> None:
        """Forget all finished calls, and all recordings."""
        self.recordings.clear()
        for sid in list(self._finished):
            self.delete(sid)

    def find(self, sid: str) -> CallRecord | None:
        """Return a call, or None when it is unknown or forgotten."""
        return self._active.get(sid) or self._finished.get(sid)

    def delete(self, sid: str) -> bool:
        """Forget a finished call; False when there is none."""
        record = self._finished.pop(sid, None)
        if record is not None:
            self._size -= record.size
            self._row(record.account_sid).remove(record)
            self.note(sid, record, None)
        return record is not None

    @property
    def active(self) -> int:
        """How many calls are in progress."""
        return len(self._active)

    def newest_first(self, account_sid: str) -> Iterator[CallRecord]:
        """Return an account's calls by arrival, the latest first; safe in another thread.

        A call that comes meanwhile is not among them, nor is one that is forgotten before its turn.
        """
        return self._row(account_sid).newest_first()

    def __len__(self) -> int:
        return len(self._active) + len(self._finished)
