"""Recordings of calls: those under way, and the latest of the finished ones with their audio.

Source: https://www.twilio.com/docs/voice/api/recording
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Final, Literal

from sipdomain.media.outputs import Track
from sipdomain.twilio.store.audio import Audio, Sound
from sipdomain.twilio.store.changes import Replaced
from sipdomain.twilio.store.history import History, PastKind

RecordingStatus = Literal["in-progress", "paused", "stopped", "processing", "completed", "absent", "deleted"]
RecordingSource = Literal["StartCallRecordingAPI", "OutboundAPI", "RecordVerb", "DialVerb", "Conference"]
RecordingEvent = Literal["in-progress", "completed", "absent"]
RUNNING: Final = frozenset({"in-progress", "paused"})
FINISHED: Final = frozenset({"completed", "absent", "deleted"})

MOST_KEPT: Final = 1_000
"""How many finished recordings are kept; past that the one that finished first is forgotten."""
MOST_BYTES: Final = 256 * 1024 * 1024
"""How much audio of finished recordings is kept; past that the one that finished first is deleted."""
MOST_TEXT: Final = 4 * 1024 * 1024
"""How many characters their callback URLs may have; past that the one that finished first is forgotten."""
MOST_AT_ONCE: Final = 100
"""How many recordings may be unfinished; one more is refused."""
RETAINED: Final = 40 * 86_400.0
"""How long what is known of a deleted recording can still be asked for, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingWish:
    """How somebody wants a recording to be; the fields are those of `RecordingRecord`."""

    channels: int = 1
    track: Track = "both"
    trim: bool = False
    callback_url: str = ""
    callback_method: str = "POST"
    callback_events: tuple[str, ...] = ("completed",)

    def record(
        self, *, sid: str, account_sid: str, call_sid: str, created_at: float, source: RecordingSource,
        conference_sid: str = "",
    ) -> RecordingRecord:  # fmt: skip
        """Return the record of a recording that begins so."""
        return RecordingRecord(
            sid=sid, account_sid=account_sid, call_sid=call_sid, created_at=created_at, source=source,
            conference_sid=conference_sid, **asdict(self),
        )  # fmt: skip


@dataclass(slots=True, kw_only=True)
class RecordingRecord:
    """What is known of a recording; whoever carries it out changes it in place until it is finished.

    Moments are Unix seconds.

    Attributes:
        sid: RE and 32 hexadecimal digits.
        account_sid: The owner of the call.
        call_sid: The call; of a conference that of its first participant.
        created_at: When it was begun.
        channels: 1 for both sides mixed; 2 for the caller on the left, and what the caller hears on the right.
        track: What is recorded.
        trim: Whether silence at its begin and end is cut off.
        source: What began it.
        callback_url: What is notified of it, or "".
        callback_method: "GET" or "POST".
        callback_events: Of what.
        status: Where it stands.
        number: Counts up in the order of begin; given by `RecordingStore.add`.
        duration: Seconds, once it is finished and there is something.
        error_code: Why it is absent, or None.
        updated_at: When the record last changed, or None when it never did.
        conference_sid: The conference, or "" when it is of a call.
    """

    sid: str
    account_sid: str
    call_sid: str
    created_at: float
    channels: int = 1
    track: Track = "both"
    trim: bool = False
    source: RecordingSource = "StartCallRecordingAPI"
    callback_url: str = ""
    callback_method: str = "POST"
    callback_events: tuple[str, ...] = ("completed",)
    status: RecordingStatus = "in-progress"
    number: int = 0
    duration: int | None = None
    error_code: int | None = None
    updated_at: float | None = None
    conference_sid: str = ""


@dataclass(frozen=True, slots=True)
class RecordingOrder:
    """What is to be done with a recording that is on record.

    Attributes:
        recording: Its SID.
        status: "in-progress" to begin, or to go on after a pause.
        skip: Whether a pause is left out; else it is silence.
    """

    recording: str
    status: Literal["in-progress", "paused", "stopped"]
    skip: bool = False


def whole_seconds(length: float) -> int:
    """Return a recording's duration as the provider writes it: to the nearest second, at least 1 (assumed)."""
    return max(1, int(length + 0.5)) if length > 0 else 0


def _cut_off(recording: RecordingRecord) -> RecordingRecord:
    """Return a recording as it is after the end of the process: what was not finished has no audio."""
    if recording.status not in FINISHED:
        recording.status = "absent"
    return recording


RECORDING: Final = PastKind(name="recording", model=RecordingRecord, at_end=_cut_off)

Kind = Literal["recording", "audio"]
Kept = RecordingRecord | Audio


class RecordingStore:
    """Recordings by SID, within bounds: of those finished the first goes first.

    Attributes:
        records: What is known of them.
        most_bytes: How many bytes of audio are kept, one recording excepted.
        base_url: Where media is served, without a final slash.
        note: Told of each recording when it begins and when it is finished, and of its audio: how it was before
            and how it is, None for not at all.
        replaced: Told of all of a kind, when they are forgotten at once.
    """

    def __init__(self, most_kept: int = MOST_KEPT, most_bytes: int = MOST_BYTES) -> None:
        self.records: History[RecordingRecord] = History(
            most_kept, MOST_TEXT, lambda each: len(each.callback_url), self._drop_audio
        )
        self.records.note = self._note_record
        self.records.replaced = lambda past: self.replaced("recording", past)
        self.most_bytes = most_bytes
        self.base_url = "https://api.twilio.com"
        self.note: Callable[[Kind, str, Kept | None, Kept | None], None] = lambda *_: None
        self.replaced: Callable[[Kind, Replaced], None] = lambda *_: None
        self._sound = Sound()

    def _note_record(self, sid: str, before: RecordingRecord | None, after: RecordingRecord | None) -> None:
        self.note("recording", sid, before, after)

    @property
    def is_full(self) -> bool:
        """Whether no further one may begin."""
        return self.records.active >= MOST_AT_ONCE

    def add(self, record: RecordingRecord) -> RecordingRecord:
        """Keep a recording that begins, and give it its number."""
        record.number = self.records.last + 1
        self.records.begin(record)
        self.note("recording", record.sid, None, record)
        return record

    def running(self, call_sid: str) -> RecordingRecord | None:
        """Return the latest recording of a call, not of a conference, that is in progress or paused, or None."""
        mine = [
            each
            for each in self.records.open
            if each.call_sid == call_sid and each.status in RUNNING and not each.conference_sid
        ]
        return mine[-1] if mine else None

    def finish(
        self, sid: str, audio: bytes, now: float, *, duration: int = 0, error_code: int | None = None
    ) -> RecordingRecord | None:
        """Note a recording's end; None when it is unknown, forgotten or had ended before.

        Args:
            sid: The recording.
            audio: What it holds; b"" makes it absent.
            now: Unix seconds.
            duration: Its length in seconds.
            error_code: Why it is absent.
        """
        record = self.records.close(sid)
        if record is None:
            return None
        record.status = "completed" if audio else "absent"
        record.duration = duration if audio else None
        record.error_code = None if audio else error_code
        record.updated_at = now
        self.restore(record, audio or None)
        return record

    def restore(self, record: RecordingRecord, audio: bytes | None) -> None:
        """Keep a finished recording as it is; they come in the order in which they finished."""
        sound = self._sound
        if audio is not None:
            sound.data[record.sid] = audio
            sound.size += len(audio)
        self.records.keep(record)
        if audio is not None:
            self.note("audio", record.sid, None, Audio(audio))
        while sound.size > self.most_bytes and len(sound.data) > 1:
            self.delete(next(iter(sound.data)), record.updated_at or record.created_at)

    def _drop_audio(self, sid: str) -> None:
        audio = self._sound.data.pop(sid, None)
        if audio is not None:
            self._sound.size -= len(audio)
            self.note("audio", sid, Audio(audio), None)

    def delete(self, sid: str, now: float) -> None:
        """Let a finished recording's audio go; that it was there is kept for a while."""
        before = self.records.find(sid)
        if before is not None and before.status in FINISHED:
            self.records.replace(replace(before, status="deleted", updated_at=now))
            self._drop_audio(sid)

    def put_back(self, kept: Iterable[tuple[str, Kept]]) -> None:
        """Keep recordings and their audio, by SID, as if they had not been deleted."""
        sound = self._sound
        finished = []
        for sid, each in kept:
            if isinstance(each, Audio):
                sound.data[sid] = each.data
                sound.size += len(each.data)
            elif each.status in FINISHED:
                finished.append(each)
            else:
                self.records.begin(each)
        self.records.put_back(sorted(finished, key=lambda each: each.number))
        order = [each.sid for each in self.records.finished]
        sound.data = OrderedDict((sid, sound.data[sid]) for sid in order if sid in sound.data)

    def find(self, sid: str, now: float, *, deleted: bool = False) -> RecordingRecord | None:
        """Return a recording, or None when it is unknown or forgotten.

        Args:
            sid: The recording.
            now: Unix seconds.
            deleted: Whether one that was deleted is meant too.
        """
        record = self.records.find(sid)
        return record if record is not None and _is_seen(record, now, deleted=deleted) else None

    def newest_first(
        self, account_sid: str, now: float, *, deleted: bool = False
    ) -> Iterator[RecordingRecord]:
        """Return an account's recordings by their begin, the latest first."""
        found = self.records.newest_first(account_sid)
        return (each for each in found if _is_seen(each, now, deleted=deleted))

    def audio(self, sid: str) -> bytes | None:
        """Return a recording's audio, or None when there is none."""
        return self._sound.data.get(sid)

    def url(self, record: RecordingRecord) -> str:
        """Return where a recording's media is served."""
        return f"{self.base_url}/2010-04-01/Accounts/{record.account_sid}/Recordings/{record.sid}"

    def clear(self) -> tuple[Replaced, ...]:
        """Forget all, those under way included; return what is still to be freed."""
        for each in self.records.open:
            self.records.give_up(each.sid)
            self.note("recording", each.sid, each, None)
        sound, self._sound = self._sound, Sound()
        self.replaced("audio", sound)
        return sound, *self.records.clear()

    def put_all_back(self, past: Replaced) -> None:
        """Keep what was cleared as if it had not been; listeners are not notified."""
        if isinstance(past, Sound):
            newer, self._sound = self._sound, past
            past.data |= newer.data
            past.size += newer.size
        else:
            self.records.put_all_back(past)

    def __len__(self) -> int:
        return len(self.records)


def _is_seen(record: RecordingRecord, now: float, *, deleted: bool) -> bool:
    if record.status != "deleted":
        return True
    return deleted and now - (record.updated_at or record.created_at) < RETAINED
