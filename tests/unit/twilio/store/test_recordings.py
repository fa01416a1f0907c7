"""Recordings on record: their bounds, and what is forgotten first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sipdomain.twilio.store.audio import Audio
from sipdomain.twilio.store.changes import Replaced
from sipdomain.twilio.store.recordings import RecordingRecord, RecordingStore, whole_seconds

ACCOUNT = "AC00000000000000000000000000000001"
DAY = 86_400.0


def record(number: int, call: str = "CA1") -> RecordingRecord:
    return RecordingRecord(sid=f"RE{number}", account_sid=ACCOUNT, call_sid=call, created_at=float(number))


def store(*sizes: int, most_kept: int = 10, most_bytes: int = 100) -> RecordingStore:
    """Return a store with finished recordings of so many bytes, RE1 first."""
    made = RecordingStore(most_kept, most_bytes)
    for number, size in enumerate(sizes, 1):
        made.add(record(number))
        made.finish(f"RE{number}", bytes(size), 50.0, duration=1)
    return made


def seen(recordings: RecordingStore, *, deleted: bool = False) -> list[tuple[str, str]]:
    return [(each.sid, each.status) for each in recordings.newest_first(ACCOUNT, 60.0, deleted=deleted)]


@pytest.mark.parametrize(
    ("length", "told"), [(0.0, 0), (0.02, 1), (1.49, 1), (1.5, 2), (4.02, 4), (3.98, 4), (3600.0, 3600)]
)
def test_a_duration_is_in_whole_seconds(length: float, told: int) -> None:
    assert whole_seconds(length) == told


def test_a_recording_runs_is_finished_and_is_deleted() -> None:
    recordings = RecordingStore()
    first, second = recordings.add(record(1)), recordings.add(record(2))
    assert (first.number, second.number, len(recordings)) == (1, 2, 2)
    assert recordings.running("CA1") is second
    second.status = "stopped"
    assert recordings.running("CA1") is first
    assert recordings.running("CA2") is None

    finished = recordings.finish("RE1", b"1234", 70.0, duration=3)
    assert finished is first
    assert (first.status, first.duration, first.error_code, first.updated_at) == ("completed", 3, None, 70.0)
    assert recordings.audio("RE1") == b"1234"
    assert recordings.finish("RE1", b"5678", 80.0) is None
    assert recordings.finish("RE9", b"5678", 80.0) is None

    recordings.finish("RE2", b"", 71.0, duration=3, error_code=16101)
    assert (second.status, second.duration, second.error_code) == ("absent", None, 16101)
    assert recordings.audio("RE2") is None

    recordings.delete("RE1", 90.0)
    assert recordings.audio("RE1") is None
    assert seen(recordings) == [("RE2", "absent")]
    assert seen(recordings, deleted=True) == [("RE2", "absent"), ("RE1", "deleted")]


@pytest.mark.parametrize(
    ("now", "deleted", "found"),
    [
        (90.0, False, False),
        (90.0, True, True),
        (90.0 + 39.9 * DAY, True, True),
        (90.0 + 40 * DAY, True, False),
    ],
)
def test_a_deleted_one_is_known_for_forty_days(now: float, deleted: bool, found: bool) -> None:
    recordings = store(4)
    recordings.delete("RE1", 90.0)
    assert (recordings.find("RE1", now, deleted=deleted) is not None) is found


def test_past_the_bytes_the_audio_that_finished_first_is_deleted() -> None:
    recordings = store(40, 40, 40)
    assert seen(recordings, deleted=True) == [("RE3", "completed"), ("RE2", "completed"), ("RE1", "deleted")]
    assert [len(recordings.audio(f"RE{number}") or b"") for number in (1, 2, 3)] == [0, 40, 40]


def test_one_recording_is_kept_however_large_it_is() -> None:
    recordings = store(40, 400)
    assert seen(recordings) == [("RE2", "completed")]
    assert len(recordings.audio("RE2") or b"") == 400


def test_past_the_number_the_one_that_finished_first_is_forgotten() -> None:
    recordings = store(4, 4, 4, most_kept=2)
    assert seen(recordings, deleted=True) == [("RE3", "completed"), ("RE2", "completed")]
    assert recordings.audio("RE1") is None
    assert len(recordings) == 2


def test_past_a_hundred_at_once_there_is_no_room_until_one_ends() -> None:
    recordings = RecordingStore()
    for number in range(100):
        assert not recordings.is_full
        recordings.add(record(number))
    assert recordings.is_full
    recordings.finish("RE0", b"12", 50.0)
    assert not recordings.is_full


def test_who_keeps_them_is_notified_of_each_change() -> None:
    told: list[tuple[str, str, object, object]] = []
    recordings = RecordingStore(most_kept=1, most_bytes=100)
    recordings.note = lambda kind, sid, before, after: told.append(
        (kind, sid, getattr(before, "status", before), getattr(after, "status", after))
    )
    recordings.add(record(1))
    assert told == [("recording", "RE1", None, "in-progress")]
    told.clear()
    recordings.finish("RE1", b"12", 50.0)
    assert told == [("recording", "RE1", None, "completed"), ("audio", "RE1", None, Audio(b"12"))]
    told.clear()
    recordings.delete("RE1", 60.0)
    assert told == [("recording", "RE1", "completed", "deleted"), ("audio", "RE1", Audio(b"12"), None)]
    told.clear()
    recordings.add(record(2))
    told.clear()
    recordings.finish("RE2", b"", 50.0)
    assert told == [("recording", "RE2", None, "absent"), ("recording", "RE1", "deleted", None)]
    told.clear()
    recordings.add(record(3))
    told.clear()
    gone = {}
    recordings.replaced = lambda kind, records: gone.update({kind: dict(records.items())})
    recordings.clear()
    assert told == [("recording", "RE3", "in-progress", None)]
    assert {kind: list(records) for kind, records in gone.items()} == {"audio": [], "recording": ["RE2"]}
    assert len(recordings) == 0


def test_what_is_put_back_is_as_if_it_had_not_been_deleted() -> None:
    recordings = RecordingStore(most_kept=10, most_bytes=100)
    for number in (1, 2, 3):
        recordings.add(record(number))
    recordings.finish("RE1", b"12", 50.0)
    recordings.finish("RE2", b"34", 50.0)
    before = [replace(each) for each in recordings.newest_first(ACCOUNT, 60.0)]
    taken: list[tuple[str, RecordingRecord | Audio]] = []

    def note(kind: str, sid: str, before: RecordingRecord | Audio | None, after: object) -> None:
        if before is not None:
            taken.append((sid, before))

    recordings.note = note
    swapped: list[Replaced] = []
    recordings.replaced = lambda _, records: swapped.append(records)
    recordings.clear()
    assert list(recordings.newest_first(ACCOUNT, 60.0)) == []
    recordings.add(record(4))
    recordings.finish("RE4", b"56", 60.0)
    for each in swapped:
        recordings.put_all_back(each)
    recordings.put_back(taken)
    assert recordings.audio("RE4") == b"56"
    assert [each.sid for each in recordings.records.finished] == ["RE1", "RE2", "RE4"]
    recordings.records.delete("RE4")
    assert list(recordings.newest_first(ACCOUNT, 60.0)) == before
    assert [recordings.audio(f"RE{number}") for number in (1, 2, 3)] == [b"12", b"34", None]
