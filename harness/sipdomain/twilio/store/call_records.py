"""Call records: the calls in progress, and the latest of the finished ones."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Final, Literal

from sipdomain.sip.timers import whole_seconds
from sipdomain.twilio.store.changes import Replaced
from sipdomain.twilio.store.conferences import ConferenceStore
from sipdomain.twilio.store.history import History, PastKind
from sipdomain.twilio.store.queue_lines import QueueLines
from sipdomain.twilio.store.recordings import RecordingStore
from sipdomain.twilio.store.streams import StreamStore
from sipdomain.twilio.store.transcriptions import TranscriptionStore

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


def _over(call: CallRecord) -> CallRecord:
    """Return a call as it is after the end of the process: none goes on."""
    if call.status not in FINAL:
        call.status, call.ended_at = "failed", call.updated_at or call.created_at
    return call


CALL: Final = PastKind(
    name="call", model=CallRecord, order=lambda each: (each.ended_at or 0.0, each.number), at_end=_over
)


class CallStore(History[CallRecord]):
    """Calls by SID. Past `capacity` finished calls, or so many bytes of them, the one that finished first is forgotten.

    Attributes:
        recordings: What was recorded of calls.
        streams: The media streams of calls.
        siprecs: Their recording sessions.
        conferences: Where calls met.
        queue_lines: Who waits in which queue now.
        transcriptions: What is transcribed of calls in real time.
    """

    def __init__(self, capacity: int = 5_000, most_bytes: int = MOST_BYTES) -> None:
        super().__init__(capacity, most_bytes, attrgetter("size"))
        self.recordings = RecordingStore()
        self.streams = StreamStore()
        self.siprecs = StreamStore()
        self.conferences = ConferenceStore()
        self.queue_lines = QueueLines()
        self.transcriptions = TranscriptionStore()

    def add(self, record: CallRecord) -> CallRecord:
        """Keep a call that has just come, and give it its number."""
        record.number = self.last + 1
        self.begin(record)
        if record.direction == "outbound-api":
            # Its SID is given out before it ends.
            self.note(record.sid, None, record)
        return record

    def call_id_of(self, sid: str) -> str:
        """Return the Call-ID of a call, or "" when it is unknown."""
        record = self.find(sid)
        return record.sip_call_id if record is not None else ""

    def finish(self, sid: str, status: CallStatus, now: float) -> CallRecord | None:
        """Note a call's end; None when it is unknown or had ended before.

        Args:
            sid: The call.
            status: One of `FINAL`.
            now: Unix seconds.
        """
        record = self.close(sid)
        if record is None:
            return None
        record.status = status
        record.ended_at = record.updated_at = now
        self.keep(record)
        return record

    def clear(self) -> tuple[Replaced, ...]:
        """Forget all finished calls, conferences and transcriptions, and all recordings; return what is still to be freed.

        Conferences and transcriptions are in no state file, so that nothing brings them back.
        """
        self.conferences.clear()
        self.streams.clear()
        self.transcriptions.clear()
        self.siprecs.clear()
        gone = (*super().clear(), *self.recordings.clear())
        for each in self.open:
            if each.direction == "outbound-api":
                self.note(each.sid, None, each)
        return gone
