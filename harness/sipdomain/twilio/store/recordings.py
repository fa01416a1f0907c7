"""Recordings of calls: those under way, and the latest of the finished ones with their audio.

Source: https://www.twilio.com/docs/voice/api/recording
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from typing import Final, Literal

from sipdomain.media.outputs import Track

RecordingStatus = Literal["in-progress", "paused", "stopped", "processing", "completed", "absent", "deleted"]
RecordingSource = Literal["StartCallRecordingAPI", "OutboundAPI"]
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
        self, *, sid: str, account_sid: str, call_sid: str, created_at: float, source: RecordingSource
    ) -> RecordingRecord:
        """Return the record of a recording that begins so."""
        return RecordingRecord(
            sid=sid, account_sid=account_sid, call_sid=call_sid, created_at=created_at, source=source, **asdict(self)
        )  # fmt: skip


@dataclass(slots=True, kw_only=True)
class RecordingRecord:
    """What is known of a recording; whoever carries it out changes it in place until it is finished.

    Moments are Unix seconds.

    Attributes:
        sid: RE and 32 hexadecimal digits.
        account_sid: The owner of the call.
        call_sid: The call.
        created_at: When it was begun.
        channels: 1 for both sides mixed; 2 for the caller on the left, and what the caller hears on the right.
        track: What is recorded.
        trim: Whether silence at its begin and end is cut off.
        source: What began it.
        callback_url: Who is told of it, or "".
        callback_method: "GET" or "POST".
        callback_events: Of what.
        status: Where it stands.
        number: Counts up in the order of begin; given by `RecordingStore.add`.
        duration: Seconds, once it is finished and there is something.
        error_code: Why it is absent, or None.
        updated_at: When the record last changed, or None when it never did.
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


@dataclass(frozen=True, slots=True)
class Audio:
    """A recording's samples: 16 bits at 8 kHz, the lower byte first, the channels in turn."""

    data: bytes


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


Kind = Literal["recording", "audio"]
Kept = RecordingRecord | Audio
Note = Callable[[Kind, str, Kept | None, Kept | None], None]


def _nobody_asks(kind: Kind, sid: str, before: Kept | None, after: Kept | None) -> None:
    """Take no notice."""


class RecordingStore:
    """Recordings by SID, within bounds: of those finished the first goes first.

    Attributes:
        most_kept: How many finished ones are kept.
        most_bytes: How many bytes of audio are kept, one recording excepted.
        base_url: Where media is served, without a final slash.
        note: Told of each recording when it begins and when it is finished, and of its audio: how it was before
            and how it is, None for not at all.
    """

    __slots__ = (
        "_audio",
        "_count",
        "_finished",
        "_size",
        "_text",
        "_unfinished",
        "base_url",
        "most_bytes",
        "most_kept",
        "note",
    )

    def __init__(self, most_kept: int = MOST_KEPT, most_bytes: int = MOST_BYTES) -> None:
        self.most_kept = most_kept
        self.most_bytes = most_bytes
        self.base_url = "https://api.twilio.com"
        self.note: Note = _nobody_asks
        self._count = 0
        self._size = self._text = 0
        self._unfinished: dict[str, RecordingRecord] = {}
        self._finished: OrderedDict[str, RecordingRecord] = OrderedDict()
        self._audio: OrderedDict[str, bytes] = OrderedDict()

    @property
    def is_full(self) -> bool:
        """Whether no further one may begin."""
        return len(self._unfinished) >= MOST_AT_ONCE

    def add(self, record: RecordingRecord) -> RecordingRecord:
        """Keep a recording that begins, and give it its number."""
        self._count += 1
        record.number = self._count
        self._unfinished[record.sid] = record
        self.note("recording", record.sid, None, record)
        return record

    def running(self, call_sid: str) -> RecordingRecord | None:
        """Return the latest recording of a call that is in progress or paused, or None."""
        mine = [
            each for each in self._unfinished.values() if each.call_sid == call_sid and each.status in RUNNING
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
        record = self._unfinished.pop(sid, None)
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
        self._count = max(self._count, record.number)
        self._finished[record.sid] = record
        self._text += len(record.callback_url)
        self.note("recording", record.sid, None, record)
        if audio is not None:
            self._audio[record.sid] = audio
            self._size += len(audio)
            self.note("audio", record.sid, None, Audio(audio))
        while self._size > self.most_bytes and len(self._audio) > 1:
            self.delete(next(iter(self._audio)), record.updated_at or record.created_at)
        while len(self._finished) > self.most_kept or (self._text > MOST_TEXT and len(self._finished) > 1):
            self._forget(next(iter(self._finished)))

    def _forget(self, sid: str) -> None:
        self._drop_audio(sid)
        record = self._finished.pop(sid)
        self._text -= len(record.callback_url)
        self.note("recording", sid, record, None)

    def _drop_audio(self, sid: str) -> None:
        audio = self._audio.pop(sid, None)
        if audio is not None:
            self._size -= len(audio)
            self.note("audio", sid, Audio(audio), None)

    def delete(self, sid: str, now: float) -> None:
        """Let a finished recording's audio go; that it was there is kept for a while."""
        before = self._finished[sid]
        self._finished[sid] = after = replace(before, status="deleted", updated_at=now)
        self.note("recording", sid, before, after)
        self._drop_audio(sid)

    def put_back(self, kept: Iterable[tuple[str, RecordingRecord | Audio]]) -> None:
        """Keep recordings and their audio, by SID, as if they had not been deleted."""
        for sid, each in kept:
            if isinstance(each, Audio):
                self._audio[sid] = each.data
                self._size += len(each.data)
            elif each.status in FINISHED:
                self._text += len(each.callback_url) if sid not in self._finished else 0
                self._finished[sid] = each
            else:
                self._unfinished[sid] = each
        self._finished = OrderedDict(sorted(self._finished.items(), key=lambda each: each[1].number))
        self._audio = OrderedDict((sid, self._audio[sid]) for sid in self._finished if sid in self._audio)

    def find(self, sid: str, now: float, *, deleted: bool = False) -> RecordingRecord | None:
        """Return a recording, or None when it is unknown or forgotten.

        Args:
            sid: The recording.
            now: Unix seconds.
            deleted: Whether one that was deleted is meant too.
        """
        record = self._unfinished.get(sid) or self._finished.get(sid)
        return record if record is not None and _is_seen(record, now, deleted=deleted) else None

    def newest_first(
        self, account_sid: str, now: float, *, deleted: bool = False
    ) -> Iterator[RecordingRecord]:
        """Return an account's recordings by their begin, the latest first."""
        mine = [
            record
            for recordings in (self._unfinished, self._finished)
            for record in recordings.values()
            if record.account_sid == account_sid and _is_seen(record, now, deleted=deleted)
        ]
        return iter(sorted(mine, key=lambda record: record.number, reverse=True))

    def audio(self, sid: str) -> bytes | None:
        """Return a recording's audio, or None when there is none."""
        return self._audio.get(sid)

    def url(self, record: RecordingRecord) -> str:
        """Return where a recording's media is served."""
        return f"{self.base_url}/2010-04-01/Accounts/{record.account_sid}/Recordings/{record.sid}"

    def clear(self) -> None:
        """Forget all, those under way included."""
        for sid in list(self._unfinished):
            self.note("recording", sid, self._unfinished.pop(sid), None)
        for sid in list(self._finished):
            self._forget(sid)

    def __len__(self) -> int:
        return len(self._unfinished) + len(self._finished)


def _is_seen(record: RecordingRecord, now: float, *, deleted: bool) -> bool:
    if record.status != "deleted":
        return True
    return deleted and now - (record.updated_at or record.created_at) < RETAINED
