"""Recordings in a state file: kept with their audio, dropped with it, and a file of the first form made new."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from pathlib import Path

from sipdomain.runtime.state import State
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore
from sipdomain.twilio.store.recordings import RecordingRecord

ACCOUNT = "AC00000000000000000000000000000001"
FIRST_FORM = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE records (kind TEXT, key TEXT, value TEXT NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
PRAGMA application_id = 1397313604;
PRAGMA user_version = 1;
"""
A_CALL = (
    '{"sid": "CA1", "account_sid": "AC00000000000000000000000000000001", "domain_sid": "", "to": "sip:a", '
    '"from_": "sip:b", "sip_call_id": "c", "created_at": 1.0, "direction": "inbound", "status": "completed", '
    '"number": 1, "answered_at": 1.0, "ended_at": 2.0, "updated_at": 2.0, "parent_call_sid": ""}'
)


def opened(file: Path) -> tuple[State, Store, CallStore]:
    state, store, calls = State(file), Store(Ids(random.Random(1))), CallStore()
    state.load(store, calls)
    return state, store, calls


def record(calls: CallStore, number: int, audio: bytes) -> None:
    made = calls.recordings.add(
        RecordingRecord(
            sid=f"RE{number}", account_sid=ACCOUNT, call_sid="CA1", created_at=10.0, channels=2, track="both",
            callback_events=("completed", "absent"),
        )
    )  # fmt: skip
    calls.recordings.finish(made.sid, audio, 20.0, duration=5, error_code=16101)


def test_recordings_are_there_again_with_their_audio(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    audio = bytes(range(256)) * 100

    async def fill() -> list[RecordingRecord]:
        state, store, calls = opened(file)
        state.start(store, calls, lambda _: None)
        for number, data in ((1, audio), (2, b""), (3, b"1234"), (4, b"5678")):
            record(calls, number, data)
        await asyncio.sleep(0)
        calls.recordings.delete("RE3", 30.0)
        await state.close()
        return list(calls.recordings.newest_first(ACCOUNT, 40.0, deleted=True))

    before = asyncio.run(fill())
    state, _, calls = opened(file)
    state.close_now()
    assert list(calls.recordings.newest_first(ACCOUNT, 40.0, deleted=True)) == before
    assert [each.status for each in before] == ["completed", "deleted", "absent", "completed"]
    assert [calls.recordings.audio(f"RE{number}") for number in (1, 2, 3, 4)] == [audio, None, None, b"5678"]
    record(calls, 5, b"9")
    assert next(calls.recordings.newest_first(ACCOUNT, 40.0)).number == 5


def test_what_is_forgotten_is_in_the_file_no_more(tmp_path: Path) -> None:
    file = tmp_path / "state.db"

    async def fill() -> None:
        state, store, calls = opened(file)
        state.start(store, calls, lambda _: None)
        for number in (1, 2):
            record(calls, number, b"1234")
        calls.clear()
        record(calls, 3, b"5678")
        await state.close()

    asyncio.run(fill())
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT sid, data FROM audio").fetchall() == [("RE3", b"5678")]
        kept = connection.execute("SELECT key FROM records WHERE kind = 'recording'").fetchall()
        assert kept == [("RE3",)]
    connection.close()


def test_a_file_of_the_first_form_is_brought_up_and_loses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    with sqlite3.connect(file) as connection:
        connection.executescript(FIRST_FORM)
        connection.execute("INSERT INTO facts VALUES ('suffix', 'sip.twilio.com')")
        connection.execute("INSERT INTO records VALUES ('call', 'CA1', ?)", (A_CALL,))
    connection.close()
    for _ in range(2):
        state, _, calls = opened(file)
        state.close_now()
        assert [each.sid for each in calls.finished] == ["CA1"]
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert connection.execute("SELECT count(*) FROM audio").fetchone() == (0,)
    connection.close()


def test_a_recording_that_was_going_on_at_the_end_is_absent(tmp_path: Path) -> None:
    async def begin() -> None:
        state, store, calls = opened(tmp_path / "state.db")
        state.start(store, calls, lambda _: None)
        calls.recordings.add(RecordingRecord(sid="RE1", account_sid=ACCOUNT, call_sid="CA1", created_at=10.0))
        await state.close()

    asyncio.run(begin())
    state, _, calls = opened(tmp_path / "state.db")
    state.close_now()
    assert [(each.sid, each.status) for each in calls.recordings.newest_first(ACCOUNT, 40.0)] == [
        ("RE1", "absent")
    ]
