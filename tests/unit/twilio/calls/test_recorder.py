"""The life of a recording within its call, without audio: what the media side is asked, and what is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.media.outputs import (
    CloseMedia,
    MediaOutput,
    PauseRecording,
    RecordingDone,
    ResumeRecording,
    StartRecording,
    StopRecording,
)
from sipdomain.twilio.store.recordings import RecordingOrder, RecordingRecord
from tests.unit.twilio.bench import ACCOUNT, LONG, Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page
from tests.unit.twilio.recorded import CALLBACK, Desk


@pytest.fixture
def desk(bench: Bench, alice: Caller) -> Desk:
    """A call in progress, 10 s after the begin of time."""
    bench.wait(10.0)
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    return Desk(bench)


def status(desk: Desk, sid: str) -> tuple[str, str | None]:
    _, body = desk.ask("GET", f"/Recordings/{sid}")
    return body["status"], body["duration"]


def test_a_recording_goes_through_all_its_states(desk: Desk) -> None:
    bench, session = desk.bench, desk.bench.record.sid
    bench.audio = None
    made = desk.record(RecordingChannels="dual", Trim="trim-silence")
    sid = made["sid"]
    assert (made["status"], made["duration"]) == ("in-progress", None)
    assert desk.change("paused", PauseBehavior="skip")["status"] == "paused"
    assert desk.change("in-progress")["status"] == "in-progress"
    bench.wait(4.0)
    assert desk.change("stopped", sid)["status"] == "stopped"
    assert desk.outputs == [
        StartRecording(session, sid, "both", 2, True),
        PauseRecording(session, sid, True),
        ResumeRecording(session, sid),
        StopRecording(session, sid),
    ]
    assert status(desk, sid) == ("processing", None)
    assert bench.emulator.open_recordings == 1
    bench.tell(RecordingDone(session, sid, bytes(4 * 32_000)))
    assert status(desk, sid) == ("completed", "4")
    assert bench.emulator.open_recordings == 0


def test_what_changes_nothing_is_not_asked_of_the_media_side(desk: Desk) -> None:
    desk.record()
    assert desk.change("in-progress")["status"] == "in-progress"
    desk.change("paused")
    desk.change("paused")
    kinds: list[type[Any]] = [type(each) for each in desk.outputs]
    assert kinds == [StartRecording, PauseRecording]


@pytest.mark.parametrize(
    ("audio", "silent", "shown"),
    [(b"", False, ("absent", 16101)), (b"", True, ("absent", 16102)), (bytes(4), False, ("completed", None))],
)
def test_a_recording_without_audio_is_absent(
    desk: Desk, audio: bytes, silent: bool, shown: tuple[str, int | None]
) -> None:
    desk.bench.audio = None
    sid = desk.record(("RecordingStatusCallbackEvent", "completed absent"), RecordingStatusCallback=CALLBACK)[
        "sid"
    ]
    desk.change("stopped")
    desk.bench.tell(RecordingDone(desk.bench.record.sid, sid, audio, silent))
    _, body = desk.ask("GET", f"/Recordings/{sid}")
    assert (body["status"], body["error_code"]) == shown
    (told,) = desk.told
    assert (told["RecordingStatus"], told["ErrorCode"]) == (shown[0], str(shown[1] or 0))


def test_the_end_of_the_call_ends_its_recording_before_its_session(desk: Desk, alice: Caller) -> None:
    sid = desk.record()["sid"]
    alice.bye()
    last: list[MediaOutput] = desk.bench.media[-2:]
    assert last == [StopRecording(desk.bench.record.sid, sid), CloseMedia(desk.bench.record.sid)]
    assert status(desk, sid) == ("completed", "4")


@pytest.mark.parametrize(
    ("pauses", "ends_after"),
    [
        ([], 3600.0),
        ([("skip", 100.0)], 3700.0),
        ([("silence", 100.0)], 3600.0),
        ([("skip", 50.0)] * 2, 3700.0),
    ],
)
def test_after_an_hour_it_ends_and_the_call_goes_on(
    desk: Desk, pauses: list[tuple[str, float]], ends_after: float
) -> None:
    bench, begun = desk.bench, desk.bench.now
    sid = desk.record()["sid"]
    for behaviour, length in pauses:
        bench.wait(10.0)
        desk.change("paused", PauseBehavior=behaviour)
        bench.wait(length)
        desk.change("in-progress")
    bench.wait(begun + ends_after - bench.now - 0.1)
    assert status(desk, sid)[0] == "in-progress"
    bench.wait(0.2)
    assert status(desk, sid)[0] == "completed"
    assert bench.record.status == "in-progress"


def test_one_that_is_paused_by_skipping_never_ends_by_itself(desk: Desk) -> None:
    sid = desk.record()["sid"]
    desk.change("paused", PauseBehavior="skip")
    desk.bench.wait(7200.0)
    assert status(desk, sid)[0] == "paused"


def test_callbacks_are_sent_one_at_a_time_in_order(desk: Desk) -> None:
    desk.bench.pages["/recorded"] = None
    desk.record(("RecordingStatusCallbackEvent", "in-progress completed"), RecordingStatusCallback=CALLBACK)
    desk.change("stopped")
    assert [each["RecordingStatus"] for each in desk.told] == ["in-progress"]
    (waiting,) = desk.bench.waiting
    desk.bench.answer(waiting, page("", status=500))
    assert [each["RecordingStatus"] for each in desk.told] == ["in-progress", "completed"]
    assert desk.bench.alerts == [15003]


def order(bench: Bench, call_sid: str) -> str:
    """Begin a recording of a call as the REST API would a moment before the call changes; return its status."""
    made = bench.calls.recordings.add(
        RecordingRecord(sid="RE1", account_sid=ACCOUNT, call_sid=call_sid, created_at=0.0)
    )
    bench.carry(bench.emulator.record_call(RecordingOrder("RE1", "in-progress"), bench.now))
    return made.status


def test_an_order_that_comes_too_late_or_too_early_makes_an_absent_recording(
    bench: Bench, alice: Caller
) -> None:
    bench.pages["/voice"] = None
    alice.dial()
    assert order(bench, bench.record.sid) == "absent"
    assert order(bench, "CA" + "9" * 32) == "absent"
    assert bench.emulator.record_call(RecordingOrder("RE9", "paused"), bench.now) == []
    assert bench.emulator.open_recordings == 0


def test_of_one_that_was_forgotten_meanwhile_nobody_is_notified(desk: Desk) -> None:
    desk.bench.audio = None
    sid = desk.record(RecordingStatusCallback=CALLBACK)["sid"]
    desk.change("stopped")
    desk.bench.calls.clear()
    desk.bench.tell(RecordingDone(desk.bench.record.sid, sid, bytes(32_000)))
    assert desk.told == []
    assert len(desk.bench.calls.recordings) == 0


def test_the_emulator_waits_for_what_is_not_finished(desk: Desk, alice: Caller) -> None:
    desk.bench.audio = None
    sid = desk.record()["sid"]
    alice.bye()
    assert desk.bench.emulator.waiting_for_bye
    desk.bench.tell(RecordingDone(desk.bench.record.sid, sid, bytes(32_000)))
    assert not desk.bench.emulator.waiting_for_bye
