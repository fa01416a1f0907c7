"""Recordings by the REST API: raw, by the provider's SDK, and as files."""

from __future__ import annotations

import io
import struct
from datetime import UTC, date, datetime
from typing import Any

import pytest
import soundfile
from twilio.base.exceptions import TwilioRestException

from sipdomain.media.outputs import RecordingDone
from tests.unit.twilio.bench import ACCOUNT, LONG, Bench
from tests.unit.twilio.caller import Caller, alice, bench, make
from tests.unit.twilio.pages import page
from tests.unit.twilio.recorded import CALLBACK, Desk

__all__ = ["alice", "bench", "make"]

CREATED = datetime(2026, 1, 1, 0, 0, 10, tzinfo=UTC)
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"


@pytest.fixture
def desk(bench: Bench, alice: Caller) -> Desk:
    """A call in progress, 10 s after the begin of time."""
    bench.wait(10.0)
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    return Desk(bench)


def finished(desk: Desk, **form: str) -> str:
    """Return the SID of a recording of two seconds, or one with two channels."""
    sid: str = desk.record(**form)["sid"]
    desk.change("stopped", sid)
    return sid


@pytest.mark.rule("recording-properties")
def test_the_sdk_begins_pauses_resumes_and_stops_a_recording(desk: Desk) -> None:
    recordings = desk.client.calls(desk.bench.record.sid).recordings
    made = recordings.create(
        recording_status_callback=CALLBACK,
        recording_status_callback_method="POST",
        recording_status_callback_event=["in-progress", "completed"],
        trim="do-not-trim",
        recording_channels="dual",
        recording_track="both",
    )
    assert made.sid.startswith("RE")
    assert (made.account_sid, made.call_sid, made.conference_sid) == (ACCOUNT, desk.bench.record.sid, None)
    assert (made.status, made.channels, made.track, made.source) == (
        "in-progress", 2, "both", "StartCallRecordingAPI",
    )  # fmt: skip
    assert (made.date_created, made.date_updated, made.start_time) == (CREATED, CREATED, CREATED)
    assert (made.duration, made.price, made.error_code, made.encryption_details) == (None, None, None, None)
    assert (made.api_version, made.price_unit) == ("2010-04-01", "USD")
    assert made.uri == f"{BASE}/Calls/{made.call_sid}/Recordings/{made.sid}.json"

    assert recordings("Twilio.CURRENT").update(status="paused", pause_behavior="skip").status == "paused"
    assert recordings(made.sid).update(status="in-progress").status == "in-progress"
    assert recordings("Twilio.CURRENT").fetch().sid == made.sid
    assert recordings(made.sid).update(status="stopped").status == "stopped"
    ended = recordings(made.sid).fetch()
    assert (ended.status, ended.duration) == ("completed", "2")
    assert [each.sid for each in recordings.list()] == [made.sid]
    assert [each["RecordingStatus"] for each in desk.told] == ["in-progress", "completed"]
    assert recordings(made.sid).delete() is True
    assert recordings.list() == []


@pytest.mark.rule("recording-properties")
def test_the_sdk_reads_and_deletes_the_recordings_of_an_account(desk: Desk) -> None:
    desk.bench.calls.recordings.base_url = "http://127.0.0.1:8080"
    sid = finished(desk)
    read = desk.client.recordings(sid).fetch()
    assert (read.sid, read.status, read.duration, read.channels) == (sid, "completed", "4", 1)
    assert (read.source, read.price, read.encryption_details) == ("StartCallRecordingAPI", None, None)
    assert read.uri == f"{BASE}/Recordings/{sid}.json"
    assert read.media_url == f"http://127.0.0.1:8080{BASE}/Recordings/{sid}"
    assert read.subresource_uris == {
        "add_on_results": f"{BASE}/Recordings/{sid}/AddOnResults.json",
        "transcriptions": f"{BASE}/Recordings/{sid}/Transcriptions.json",
    }
    assert [each.sid for each in desk.client.recordings.list()] == [sid]
    assert desk.client.recordings(sid).delete() is True
    assert desk.client.recordings.list() == []
    assert [each.status for each in desk.client.recordings.list(include_soft_deleted=True)] == ["deleted"]
    assert desk.client.recordings(sid).fetch(include_soft_deleted=True).status == "deleted"
    with pytest.raises(TwilioRestException) as refused:
        desk.client.recordings(sid).fetch()
    assert (refused.value.status, refused.value.code) == (404, 20404)


@pytest.mark.rule("recording-deleted")
def test_recordings_are_listed_by_call_and_date_the_latest_first(desk: Desk) -> None:
    first, second = finished(desk), finished(desk)
    call = desk.bench.record.sid

    def listed(**filters: Any) -> list[str]:
        return [each.sid for each in desk.client.recordings.list(**filters)]

    assert listed() == [second, first]
    assert listed(call_sid=call) == [second, first]
    assert listed(call_sid="CA" + "0" * 32) == []
    assert listed(conference_sid="CF" + "0" * 32) == []
    assert listed(date_created=date(2026, 1, 1)) == [second, first]
    assert listed(date_created=date(2025, 12, 31)) == []
    assert listed(date_created_before=datetime(2026, 1, 1, tzinfo=UTC)) == []
    assert listed(date_created_after=datetime(2026, 1, 1, tzinfo=UTC)) == [second, first]
    status, body = desk.ask("GET", "/Recordings", PageSize="1")
    assert (status, [each["sid"] for each in body["recordings"]]) == (200, [second])
    assert "PageToken=PA2" in body["next_page_uri"]
    assert desk.ask("GET", f"{desk.call}/Recordings", ("DateCreated", "2025-01-01"))[1]["recordings"] == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"RecordingChannels": "stereo"}, 20422),
        ({"RecordingTrack": "left"}, 20422),
        ({"Trim": "yes"}, 20422),
        ({"RecordingStatusCallbackEvent": "completed started"}, 20422),
        ({"RecordingStatusCallback": "ftp://app.test"}, 21205),
        ({"RecordingStatusCallbackMethod": "PUT"}, 21209),
    ],
)
def test_a_wrong_parameter_is_refused_and_nothing_is_recorded(
    desk: Desk, form: dict[str, str], code: int
) -> None:
    status, body = desk.ask("POST", f"{desk.call}/Recordings", **form)
    assert (status, body["code"]) == (400, code)
    assert desk.outputs == []


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, 20422),
        ({"Status": "completed"}, 20422),
        ({"Status": "Paused"}, 20422),
        ({"Status": "paused", "PauseBehavior": "mute"}, 20422),
    ],
)
def test_a_wrong_change_is_refused(desk: Desk, form: dict[str, str], code: int) -> None:
    sid = desk.record()["sid"]
    status, body = desk.ask("POST", f"{desk.call}/Recordings/{sid}", **form)
    assert (status, body["code"]) == (400, code)
    assert desk.ask("GET", f"{desk.call}/Recordings/{sid}")[1]["status"] == "in-progress"


def test_what_is_not_there_is_404(desk: Desk) -> None:
    sid = finished(desk)
    elsewhere = f"/Calls/CA{'0' * 32}/Recordings"
    for method, path in (
        ("POST", elsewhere), ("GET", elsewhere), ("GET", f"{elsewhere}/{sid}"), ("DELETE", f"{elsewhere}/{sid}"),
        ("GET", f"{desk.call}/Recordings/RE{'0' * 32}"), ("GET", f"{desk.call}/Recordings/Twilio.CURRENT"),
        ("POST", f"{desk.call}/Recordings/Twilio.CURRENT"), ("GET", f"/Recordings/RE{'0' * 32}"),
        ("GET", "/Recordings/Twilio.CURRENT"), ("DELETE", f"/Recordings/RE{'0' * 32}"),
    ):  # fmt: skip
        assert desk.ask(method, path)[1].get("code") == 20404, (method, path)


def test_an_account_sees_only_its_own_recordings(desk: Desk) -> None:
    sid = finished(desk)
    other = desk.bench.store.accounts.create(now=0.0, owner_sid=ACCOUNT)
    below = desk.client.api.accounts(other.sid)
    assert below.recordings.list() == []
    with pytest.raises(TwilioRestException) as refused:
        below.recordings(sid).fetch()
    assert refused.value.status == 404
    with pytest.raises(TwilioRestException) as refused:
        below.calls(desk.bench.record.sid).recordings.create()
    assert refused.value.status == 404


def test_past_a_hundred_at_once_one_more_is_refused(desk: Desk) -> None:
    desk.bench.audio = None
    sids = [finished(desk) for _ in range(100)]
    status, body = desk.ask("POST", f"{desk.call}/Recordings")
    assert (status, body["code"]) == (429, 20429)
    for sid in sids:
        desk.bench.tell(RecordingDone(desk.bench.record.sid, sid, b""))
    desk.bench.audio = b""
    assert desk.record()["status"] == "in-progress"


@pytest.mark.parametrize(
    ("suffix", "content_type", "kind"),
    [("", "audio/x-wav", "WAV"), (".wav", "audio/x-wav", "WAV"), (".mp3", "audio/mpeg", "MP3")],
)
def test_the_audio_is_served_as_wav_or_mp3(desk: Desk, suffix: str, content_type: str, kind: str) -> None:
    sid = finished(desk, RecordingChannels="dual")
    told = desk.file(f"/Recordings/{sid}{suffix}")
    assert (told.status, told.header("Content-Type")) == (200, content_type)
    assert told.late is not None
    info = soundfile.info(io.BytesIO(told.late()))
    assert (info.format, info.samplerate, info.channels, info.frames) == (kind, 8000, 2, 16_000)
    assert desk.file(f"/Recordings/{sid}{suffix}", method="HEAD").status == 200


def test_two_channels_are_mixed_on_request_and_one_cannot_be_split(desk: Desk) -> None:
    desk.bench.audio = struct.pack("<4h", 100, 20, 300, 4)
    dual = desk.file(f"/Recordings/{finished(desk, RecordingChannels='dual')}", ("RequestedChannels", "1"))
    assert dual.late is not None
    assert dual.late()[44:] == struct.pack("<2h", 120, 304)
    mono = f"/Recordings/{finished(desk)}"
    assert desk.file(mono, ("RequestedChannels", "1")).status == 200
    assert desk.file(mono, ("RequestedChannels", "2")).status == 400
    assert desk.file(mono, ("RequestedChannels", "3")).status == 400


def test_audio_that_is_not_there_is_an_error_in_json(desk: Desk) -> None:
    desk.bench.audio = None
    sid = finished(desk)
    unready = desk.file(f"/Recordings/{sid}.mp3")
    assert (unready.status, unready.late, unready.header("Content-Type")) == (404, None, "application/json")
    assert unready.header("X-Twilio-Error-Code") == "20404"
    desk.bench.tell(RecordingDone(desk.bench.record.sid, sid, bytes(32_000)))
    assert desk.file(f"/Recordings/{sid}").status == 200
    assert desk.file(f"/Recordings/RE{'0' * 32}").status == 404
    assert desk.file(f"/Recordings/{sid}.json").status == 401
    assert desk.file(f"/Recordings/{sid}.ogg").status == 401
    assert desk.file(f"/Recordings/{sid}", method="DELETE").status == 401
    assert desk.ask("DELETE", f"/Recordings/{sid}")[0] == 204
    assert desk.file(f"/Recordings/{sid}").status == 404
