"""Transcriptions of calls in real time: those that go on, and the latest of those that were stopped.

Sources: https://www.twilio.com/docs/voice/twiml/transcription, …/voice/api/realtime-transcription-resource
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from sipdomain.twilio.store.history import History

TranscriptionStatus = Literal["in-progress", "stopped"]
MOST_KEPT: Final = 1_000
"""How many transcriptions that were stopped are kept; past that the one that was stopped first is forgotten."""
MOST_TEXT: Final = 1024 * 1024
"""How many characters their names may have; past that likewise."""
MOST_AT_ONCE: Final = 500
"""How many transcriptions may go on in all calls; one more is refused."""
MOST_OF_A_CALL: Final = 4
"""How many of them may go on in one call (assumed)."""


@dataclass(slots=True, kw_only=True)
class TranscriptionRecord:
    """What is known of a transcription; its call changes it in place until it is stopped.

    Moments are Unix seconds.

    Attributes:
        sid: GT and 32 hexadecimal digits.
        account_sid: The owner of the call.
        call_sid: The call.
        name: Its name within the call, or "".
        created_at: When it began.
        status: Whether it goes on.
        number: Counts up in the order of begin; given by `TranscriptionStore.add`.
        updated_at: When this last changed.
    """

    sid: str
    account_sid: str
    call_sid: str
    name: str = ""
    created_at: float = 0.0
    status: TranscriptionStatus = "in-progress"
    number: int = 0
    updated_at: float = 0.0


class TranscriptionStore(History[TranscriptionRecord]):
    """Transcriptions by SID; they are kept while the process runs, and in no state file."""

    def __init__(self) -> None:
        super().__init__(MOST_KEPT, MOST_TEXT, lambda record: len(record.name))

    def add(self, record: TranscriptionRecord) -> TranscriptionRecord:
        """Keep a transcription that begins, and give it its number."""
        record.number = self.last + 1
        self.begin(record)
        return record

    def may_begin(self, call_sid: str) -> bool:
        """Return whether one more may begin in a call."""
        of_call = sum(each.call_sid == call_sid for each in self.open)
        return self.active < MOST_AT_ONCE and of_call < MOST_OF_A_CALL

    def known(self, call_sid: str, account_sid: str, sid_or_name: str) -> TranscriptionRecord | None:
        """Return a transcription of a call by its SID or its name, one that goes on first; or None."""
        found = [
            each
            for each in self.newest_first(account_sid)
            if each.call_sid == call_sid and sid_or_name and sid_or_name in {each.sid, each.name}
        ]
        return next((each for each in found if each.status == "in-progress"), found[0] if found else None)

    def stop(self, sid: str, now: float) -> None:
        """Keep a transcription as one that was stopped; harmless when it is not known as one that goes on."""
        record = self.close(sid)
        if record is not None:
            record.status, record.updated_at = "stopped", now
            self.keep(record)
