"""Recordings of calls in progress: which there are, what is in them, and who is told."""

from __future__ import annotations

from typing import Any

import pytest
from twilio.request_validator import RequestValidator

from sipdomain.media.outputs import PauseRecording, RecordingDone, StartRecording
from sipdomain.twilio.fidelity.profile import Profile
from sipdomain.twilio.store.recordings import RecordingRecord
from tests.unit.twilio.bench import ACCOUNT, BOTH, EPOCH, LONG, TOKEN, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page
from tests.unit.twilio.recorded import CALLBACK, Desk

DAY = 86_400.0


def call(make: Make, profile: Profile | None = None) -> tuple[Desk, Caller]:
    """Return a call in progress, and its caller."""
    bench = make(profile) if profile is not None else make()
    bench.domain(voice_status_callback_url="http://app.test/status")
    bench.pages["/voice"] = page(LONG)
    caller = Caller(bench, flow())
    caller.talk()
    return Desk(bench), caller


@pytest.fixture
def desk(make: Make) -> Desk:
    return call(make)[0]


def one(desk: Desk, sid: str) -> dict[str, Any]:
    return desk.ask("GET", f"/Recordings/{sid}")[1]


@pytest.mark.rule("recording-start")
def test_a_call_is_recorded_to_its_stop_or_its_end(make: Make) -> None:
    desk, caller = call(make)
    first = desk.record()["sid"]
    assert one(desk, first)["status"] == "in-progress"
    desk.change("stopped")
    assert one(desk, first)["status"] == "completed"
    second = desk.record()["sid"]
    caller.bye()
    assert one(desk, second)["status"] == "completed"


@pytest.mark.rule("recording-ineligible")
@pytest.mark.parametrize("over", [False, True], ids=["ringing", "over"])
def test_only_a_call_in_progress_is_recorded(bench: Bench, alice: Caller, over: bool) -> None:
    if over:
        alice.talk()
        alice.bye()
    else:
        bench.pages["/voice"] = None
        alice.dial()
    desk = Desk(bench)
    status, body = desk.ask("POST", f"{desk.call}/Recordings")
    assert (status, body["code"]) == (400, 21220)
    assert body["message"] == "Requested resource is not eligible for recording"
    assert desk.outputs == []


@pytest.mark.rule("recording-over")
@pytest.mark.parametrize("status", ["paused", "in-progress", "stopped"])
def test_a_recording_that_is_over_does_not_change(desk: Desk, status: str) -> None:
    sid = desk.record()["sid"]
    desk.change("stopped")
    code, body = desk.ask("POST", f"{desk.call}/Recordings/{sid}", Status=status)
    assert (code, body["code"]) == (400, 21220)
    assert one(desk, sid)["status"] == "completed"


@pytest.mark.rule("recording-once")
def test_a_second_recording_of_a_call_is_the_first_one(desk: Desk) -> None:
    first = desk.record(RecordingChannels="dual")
    second = desk.record(RecordingChannels="mono")
    assert (second["sid"], second["channels"]) == (first["sid"], 2)
    assert len(desk.outputs) == 1


@pytest.mark.rule("recording-current")
def test_twilio_current_is_the_recording_that_runs(desk: Desk) -> None:
    sid = desk.record()["sid"]
    assert desk.change("paused")["sid"] == sid
    assert desk.change("stopped")["sid"] == sid
    status, body = desk.ask("POST", f"{desk.call}/Recordings/Twilio.CURRENT", Status="paused")
    assert (status, body["code"]) == (404, 20404)


@pytest.mark.rule("recording-channels", "recording-track")
@pytest.mark.parametrize(
    ("channels", "track", "wanted"),
    [
        (None, None, ("both", 1)),
        ("mono", "both", ("both", 1)),
        ("dual", None, ("both", 2)),
        ("dual", "inbound", ("inbound", 1)),
        ("mono", "outbound", ("outbound", 1)),
    ],
)
def test_the_sides_are_mixed_or_apart_or_one_alone(
    desk: Desk, channels: str | None, track: str | None, wanted: tuple[str, int]
) -> None:
    given = {"RecordingChannels": channels, "RecordingTrack": track}
    body = desk.record(**{name: value for name, value in given.items() if value is not None})
    (begun,) = desk.outputs
    assert isinstance(begun, StartRecording)
    assert (begun.track, begun.channels) == (body["track"], body["channels"]) == wanted


@pytest.mark.rule("recording-pause")
@pytest.mark.parametrize(("behaviour", "skip"), [(None, False), ("silence", False), ("skip", True)])
def test_a_pause_is_silence_unless_it_is_to_be_skipped(desk: Desk, behaviour: str | None, skip: bool) -> None:
    sid = desk.record()["sid"]
    desk.change("paused", **({"PauseBehavior": behaviour} if behaviour else {}))
    assert desk.outputs[-1] == PauseRecording(desk.bench.record.sid, sid, skip)


@pytest.mark.rule("recording-duration")
@pytest.mark.parametrize(("size", "duration"), [(160, "1"), (23_998, "1"), (24_000, "2"), (64_000, "4")])
def test_a_duration_is_in_whole_seconds(desk: Desk, size: int, duration: str) -> None:
    desk.bench.audio = bytes(size)
    sid = desk.record()["sid"]
    desk.change("stopped")
    assert one(desk, sid)["duration"] == duration


@pytest.mark.rule("recording-longest")
def test_a_recording_ends_after_an_hour(desk: Desk) -> None:
    sid = desk.record()["sid"]
    desk.bench.wait(3600.0)
    assert one(desk, sid)["status"] == "completed"
    assert desk.bench.record.status == "in-progress"


@pytest.mark.rule("recording-at-once")
def test_a_hundred_recordings_may_be_unfinished(desk: Desk) -> None:
    recordings = desk.bench.calls.recordings
    for number in range(100):
        recordings.add(
            RecordingRecord(sid=f"RE{number}", account_sid=ACCOUNT, call_sid="CA0", created_at=EPOCH)
        )
    status, body = desk.ask("POST", f"{desk.call}/Recordings")
    assert (status, body["code"]) == (429, 20429)


@pytest.mark.rule("recording-kept")
def test_past_what_may_be_kept_the_first_one_goes(desk: Desk) -> None:
    recordings = desk.bench.calls.recordings
    assert (recordings.records.capacity, recordings.most_bytes) == (1_000, 268_435_456)
    recordings.records.capacity, recordings.most_bytes = 2, 64_000
    sids = []
    for _ in range(2):
        sids.append(desk.record()["sid"])
        desk.change("stopped")
    listed = desk.ask("GET", "/Recordings", IncludeSoftDeleted="true")[1]["recordings"]
    assert [(each["sid"], each["status"]) for each in listed] == [
        (sids[1], "completed"),
        (sids[0], "deleted"),
    ]
    desk.record()
    desk.change("stopped")
    assert desk.ask("GET", f"/Recordings/{sids[0]}", IncludeSoftDeleted="true")[0] == 404


@pytest.mark.rule("recording-callback", "recording-callback-form")
@BOTH
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_the_callback_url_is_notified_signed_of_what_was_asked_for(
    make: Make, profile: Profile, method: str
) -> None:
    desk, _ = call(make, profile)
    sid = desk.record(
        ("RecordingStatusCallbackEvent", "in-progress absent"), ("RecordingStatusCallbackEvent", "completed"),
        RecordingStatusCallback=CALLBACK, RecordingStatusCallbackMethod=method, RecordingChannels="dual",
    )["sid"]  # fmt: skip
    desk.change("stopped")
    common = {
        "AccountSid": ACCOUNT, "CallSid": desk.bench.record.sid, "RecordingSid": sid,
        "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}",
        "RecordingChannels": "2", "RecordingTrack": "both", "RecordingSource": "StartCallRecordingAPI",
        "RecordingStartTime": "Thu, 01 Jan 2026 00:00:00 +0000", "ErrorCode": "0",
    }  # fmt: skip
    assert desk.told == [
        {**common, "RecordingStatus": "in-progress"},
        {**common, "RecordingStatus": "completed", "RecordingDuration": "2"},
    ]
    for ask in desk.bench.asked("recording"):
        assert ask.request.method == method
        signed = ask.parameters if method == "POST" else {}
        signature = ask.header("X-Twilio-Signature")
        assert RequestValidator(TOKEN).validate(ask.request.url, signed, signature)


@pytest.mark.rule("recording-callback")
@pytest.mark.parametrize(
    ("events", "told"),
    [
        ((), ["completed"]),
        (("in-progress",), ["in-progress"]),
        (("absent",), []),
        (("failed", "completed"), ["completed"]),
    ],
)
def test_of_what_was_not_asked_for_nobody_is_notified(
    desk: Desk, events: tuple[str, ...], told: list[str]
) -> None:
    pairs = [("RecordingStatusCallbackEvent", each) for each in events]
    desk.record(*pairs, RecordingStatusCallback=CALLBACK)
    desk.change("stopped")
    assert [each["RecordingStatus"] for each in desk.told] == told


@pytest.mark.rule("recording-callback-failures")
def test_a_callback_that_fails_is_a_warning(desk: Desk) -> None:
    desk.bench.pages["/recorded"] = page("", status=404)
    desk.record(("RecordingStatusCallbackEvent", "in-progress completed"), RecordingStatusCallback=CALLBACK)
    desk.change("stopped")
    assert desk.bench.alerts == [15003, 15003]
    assert [each["RecordingStatus"] for each in desk.told] == ["in-progress", "completed"]


@pytest.mark.rule("recording-absent", "recording-too-short")
@pytest.mark.parametrize(("silent", "code"), [(False, 16101), (True, 16102)])
def test_a_recording_without_audio_is_absent(desk: Desk, silent: bool, code: int) -> None:
    desk.bench.audio = None
    sid = desk.record(("RecordingStatusCallbackEvent", "absent"), RecordingStatusCallback=CALLBACK)["sid"]
    desk.change("stopped")
    desk.bench.tell(RecordingDone(desk.bench.record.sid, sid, b"", silent=silent))
    assert (one(desk, sid)["status"], one(desk, sid)["error_code"]) == ("absent", code)
    assert [(each["RecordingStatus"], each["ErrorCode"]) for each in desk.told] == [("absent", str(code))]
    assert desk.file(f"/Recordings/{sid}").status == 404


@pytest.mark.rule("recording-media")
def test_media_is_served_to_whoever_has_its_address(desk: Desk) -> None:
    sid = desk.record(RecordingChannels="dual")["sid"]
    desk.change("stopped")
    types = [desk.file(f"/Recordings/{sid}{end}").header("Content-Type") for end in ("", ".wav", ".mp3")]
    assert types == ["audio/x-wav", "audio/x-wav", "audio/mpeg"]
    whole, mixed = (
        desk.file(f"/Recordings/{sid}", ("RequestedChannels", channels)).late for channels in ("2", "1")
    )
    assert whole is not None
    assert mixed is not None
    assert (len(whole()), len(mixed())) == (44 + 64_000, 44 + 32_000)


@pytest.mark.rule("recording-deleted")
def test_a_deleted_recording_is_remembered_for_forty_days(desk: Desk) -> None:
    sid = desk.record()["sid"]
    desk.change("stopped")
    assert desk.ask("DELETE", f"/Recordings/{sid}")[0] == 204
    assert desk.file(f"/Recordings/{sid}").status == 404
    assert desk.ask("GET", f"/Recordings/{sid}")[0] == 404
    shown = desk.ask("GET", f"/Recordings/{sid}", IncludeSoftDeleted="true")[1]
    assert (shown["status"], shown["duration"]) == ("deleted", "4")
    desk.bench.wait(40 * DAY)
    assert desk.ask("GET", f"/Recordings/{sid}", IncludeSoftDeleted="true")[0] == 404
    assert desk.ask("GET", "/Recordings", IncludeSoftDeleted="true")[1]["recordings"] == []


@pytest.mark.rule("recording-unfinished")
def test_a_recording_that_is_not_finished_is_not_deleted(desk: Desk) -> None:
    sid = desk.record()["sid"]
    for path in (f"/Recordings/{sid}", f"{desk.call}/Recordings/{sid}"):
        status, body = desk.ask("DELETE", path)
        assert (status, body["code"]) == (409, 20009)
    assert one(desk, sid)["status"] == "in-progress"


@pytest.mark.rule("bye-recording")
def test_the_bye_names_the_recording_and_its_length(make: Make) -> None:
    desk, _ = call(make)
    bench = desk.bench
    sid = desk.record()["sid"]
    bench.wait(3.2)
    desk.change("paused", PauseBehavior="skip")
    bench.wait(10.0)
    desk.change("in-progress")
    bench.wait(2.0)
    bench.carry(bench.emulator.shut_down(bench.now))
    bye = bench.request("BYE")
    assert bye.require("x-twilio-recordingsid") == sid
    assert bye.require("x-twilio-recordingduration") == "5"


@pytest.mark.rule("bye-recording", "callback-recording")
def test_the_end_of_a_call_that_was_not_recorded_names_no_recording(make: Make) -> None:
    desk, _ = call(make)
    desk.bench.carry(desk.bench.emulator.shut_down(desk.bench.now))
    assert "Recording" not in bytes(desk.bench.request("BYE")).decode()
    assert [name for name in desk.bench.asked("status")[-1].parameters if "Recording" in name] == []


@pytest.mark.rule("callback-recording")
@BOTH
def test_the_last_status_callback_names_the_last_recording(make: Make, profile: Profile) -> None:
    desk, caller = call(make, profile)
    sid = ""
    for length in (1.0, 2.4):
        sid = desk.record()["sid"]
        desk.bench.wait(length)
        desk.change("stopped")
    caller.bye()
    *before, last = (each.parameters for each in desk.bench.asked("status"))
    assert {name: value for name, value in last.items() if name.startswith("Recording")} == {
        "RecordingSid": sid,
        "RecordingUrl": f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Recordings/{sid}",
        "RecordingDuration": "2",
    }
    assert not any("RecordingSid" in each for each in before)
