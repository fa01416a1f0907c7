"""<Record>: when a recording begins and ends, what is asked then, and that nothing is left whoever vanishes."""

from __future__ import annotations

import pytest

from sipdomain.media.outputs import DtmfReceived, MediaSilent, StartRecording, StopRecording
from sipdomain.media.silence import SilenceHeard, StartListening, StopListening
from sipdomain.twilio.store.recordings import RecordingRecord
from sipdomain.twilio.webhooks.http import HttpResult
from tests.parity.documents import APOLOGY, dialled, heard
from tests.unit.twilio.bench import Bench
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page
from tests.unit.twilio.recorded import Desk

NEXT = page("<Response><Say>Thank you</Say></Response>")
BEEP = 2.0  # Every prompt of the bench lasts so long.


def recording(make: Make, attributes: str = "", after: str = "<Say>Never</Say>") -> Caller:
    """Call a number that records, as far as the tone."""
    alice = dialled(make, page(f"<Response><Record {attributes}/>{after}</Response>"))
    alice.bench.pages["/message"] = NEXT
    alice.bench.pages["/recorded"] = page("", None, 204)
    alice.ack(alice.bench.response(200))
    return alice


def recorded(make: Make, attributes: str = "") -> Caller:
    """As far as the recording."""
    alice = recording(make, f'action="/message" {attributes}')
    alice.bench.wait(BEEP)
    return alice


def asked(bench: Bench) -> list[tuple[float, str, str, str | None, str | None]]:
    """Return when what was asked as an action, how, with which digits, and the duration."""
    return [
        (each.at, each.request.method, each.path, each.parameters.get("Digits"), each.parameters.get("RecordingDuration"))
        for each in bench.asked("action")
    ]  # fmt: skip


def begun(bench: Bench) -> list[StartRecording]:
    return [each for each in bench.media if isinstance(each, StartRecording)]


def listener(bench: Bench) -> StartListening:
    (found,) = (each for each in bench.media if isinstance(each, StartListening))
    return found


def press(bench: Bench, key: str) -> None:
    bench.tell(DtmfReceived(bench.record.sid, key, 0.1))


@pytest.mark.rule("record-answers", "record-tone")
def test_a_leading_record_answers_and_records_the_caller_after_a_tone(make: Make) -> None:
    bench = recording(make, 'action="/message"').bench
    assert bench.record.status == "in-progress"
    assert heard(bench) == ["beep"]
    assert begun(bench) == []
    bench.wait(BEEP)
    (wish,) = begun(bench)
    assert (wish.track, wish.channels, wish.trim, wish.keep_silent) == ("inbound", 1, True, True)


@pytest.mark.rule("record-answers")
def test_without_a_tone_it_records_at_once(make: Make) -> None:
    bench = recording(make, 'playBeep="false"').bench
    assert heard(bench) == []
    assert len(begun(bench)) == 1


@pytest.mark.rule("record-over", "record-action")
@pytest.mark.parametrize(("attributes", "key"), [("", "5"), ("", "#"), ("", "*"), ('finishOnKey="12"', "2")])
def test_a_key_ends_it_and_the_action_is_asked(make: Make, attributes: str, key: str) -> None:
    bench = recorded(make, attributes).bench
    bench.wait(4.0)
    press(bench, key)
    assert asked(bench) == [(6.0, "POST", "/message", key, "4")]
    (wish,) = begun(bench)
    url = bench.asked("action")[0].parameters["RecordingUrl"]
    assert (
        url
        == f"https://api.twilio.com/2010-04-01/Accounts/{bench.record.account_sid}/Recordings/{wish.recording}"
    )
    bench.wait(BEEP)
    assert heard(bench) == ["beep", "Thank you"]


@pytest.mark.rule("record-other-keys", "record-over")
@pytest.mark.parametrize(
    ("attributes", "keys"), [('finishOnKey="#"', "12*"), ('finishOnKey=""', "1#*"), ("", "ABCD")]
)
def test_other_keys_are_left_out(make: Make, attributes: str, keys: str) -> None:
    bench = recorded(make, attributes).bench
    for key in keys:
        press(bench, key)
    assert asked(bench) == []
    assert [each for each in bench.media if isinstance(each, StopRecording)] == []


@pytest.mark.rule("record-over", "record-received-silence")
@pytest.mark.parametrize(("attributes", "silence"), [("", 5.0), ('timeout="2"', 2.0), ('timeout="-1"', 5.0)])
def test_silence_that_the_media_side_hears_ends_it(make: Make, attributes: str, silence: float) -> None:
    bench = recorded(make, attributes).bench
    awaited = listener(bench)
    assert awaited.silence == silence
    bench.wait(600.0)
    assert asked(bench) == []
    bench.tell(SilenceHeard(awaited.session, awaited.listener))
    assert asked(bench) == [(602.0, "POST", "/message", "", "600")]


@pytest.mark.rule("record-over")
def test_with_a_timeout_of_zero_nobody_waits_for_silence(make: Make) -> None:
    bench = recorded(make, 'timeout="0"').bench
    assert [each for each in bench.media if isinstance(each, StartListening)] == []


@pytest.mark.rule("record-over")
@pytest.mark.parametrize(
    ("attributes", "length"), [('maxLength="30"', 30), ("", 3600), ('maxLength="14400"', 3600)]
)
def test_it_ends_after_its_greatest_length(make: Make, attributes: str, length: int) -> None:
    bench = recorded(make, attributes).bench
    bench.wait(length - 0.1)
    assert asked(bench) == []
    bench.wait(0.1)
    assert asked(bench) == [(length + BEEP, "POST", "/message", "", str(length))]
    stopped = [each for each in bench.media if isinstance(each, StopListening)]
    assert [each.listener for each in stopped] == [listener(bench).listener]


@pytest.mark.rule("record-action")
def test_without_an_action_the_documents_own_url_is_asked_by_the_method(make: Make) -> None:
    bench = recording(make, 'method="GET"').bench
    bench.wait(BEEP + 1.0)
    press(bench, "#")
    assert asked(bench) == [(3.0, "GET", "/voice", "#", "1")]
    assert "Never" not in heard(bench)


@pytest.mark.rule("record-hang-up")
def test_a_caller_who_hangs_up_leaves_a_message_and_the_action_is_asked(make: Make) -> None:
    alice = recorded(make)
    bench = alice.bench
    bench.wait(3.0)
    alice.bye()
    assert asked(bench) == [(5.0, "POST", "/message", "hangup", "3")]
    assert bench.asked("action")[0].parameters["CallStatus"] == "completed"
    bench.wait(60.0)
    assert heard(bench) == ["beep"]
    assert Desk(bench).ask("GET", "/Recordings")[1]["recordings"][0]["status"] == "completed"


@pytest.mark.rule("record-hang-up")
@pytest.mark.parametrize(
    "answer", [None, page("", status=500), page("<Oops/>")], ids=["slow", "fails", "broken"]
)
def test_whatever_becomes_of_the_action_nothing_is_left(make: Make, answer: HttpResult | None) -> None:
    alice = recorded(make)
    bench = alice.bench
    bench.pages["/message"] = answer
    alice.bye()
    bench.wait(60.0)
    assert len(bench.asked("action")) == 1


@pytest.mark.rule("record-action", "fallback")
def test_an_action_that_fails_while_the_caller_is_there_is_the_fallbacks_turn(make: Make) -> None:
    bench = recorded(make).bench
    bench.pages["/message"] = page("", status=500)
    press(bench, "#")
    assert bench.alerts == [11200]
    assert heard(bench) == ["beep", APOLOGY]


@pytest.mark.rule("record-nothing")
def test_a_caller_who_hangs_up_during_the_tone_was_not_recorded(make: Make) -> None:
    alice = recording(make, 'action="/message"')
    alice.bench.wait(1.0)
    alice.bye()
    alice.bench.wait(60.0)
    assert (begun(alice.bench), asked(alice.bench)) == ([], [])


@pytest.mark.rule("record-redirected")
def test_a_call_that_is_redirected_ends_its_recording(make: Make) -> None:
    bench = recorded(make).bench
    bench.post(f"/Calls/{bench.record.sid}.json", Twiml="<Response><Say>Other</Say></Response>")
    assert [type(each) for each in bench.media if isinstance(each, StopRecording)] == [StopRecording]
    assert asked(bench) == []
    assert heard(bench) == ["beep", "Other"]


@pytest.mark.rule("record-stopped")
def test_a_recording_that_the_rest_api_stops_is_over(make: Make) -> None:
    bench = recorded(make).bench
    bench.wait(7.0)
    Desk(bench).change("stopped")
    assert asked(bench) == [(9.0, "POST", "/message", "", "7")]


@pytest.mark.rule("record-over", "recording-pause")
def test_a_pause_that_is_skipped_does_not_count_as_length(make: Make) -> None:
    bench = recorded(make, 'maxLength="10"').bench
    desk = Desk(bench)
    bench.wait(4.0)
    desk.change("paused", PauseBehavior="skip")
    bench.wait(20.0)
    desk.change("in-progress")
    bench.wait(6.0)
    assert asked(bench) == [(BEEP + 30.0, "POST", "/message", "", "10")]


@pytest.mark.rule("record-no-action")
def test_a_document_through_the_rest_api_needs_an_action(make: Make) -> None:
    bench = recorded(make).bench
    bench.post(f"/Calls/{bench.record.sid}.json", Twiml="<Response><Record playBeep='false'/></Response>")
    press(bench, "#")
    assert bench.alerts == [11100]


@pytest.mark.rule("record-callback", "record-duration", "record-trim")
def test_the_callback_is_notified_of_what_is_left(make: Make) -> None:
    bench = recorded(
        make,
        'recordingStatusCallback="/recorded" recordingStatusCallbackEvent="in-progress completed" trim="do-not-trim"',
    ).bench
    assert [each.trim for each in begun(bench)] == [False]
    bench.wait(9.0)
    press(bench, "#")
    told = Desk(bench).told
    assert [(each["RecordingStatus"], each["RecordingSource"]) for each in told] == [
        ("in-progress", "RecordVerb"), ("completed", "RecordVerb")
    ]  # fmt: skip
    assert told[1]["RecordingDuration"] == "4"  # 64,000 bytes of samples.
    assert asked(bench)[0][-1] == "9"


@pytest.mark.rule("record-full")
def test_past_a_hundred_recordings_none_begins(make: Make) -> None:
    alice = recording(make, 'action="/message"')
    bench = alice.bench
    recordings = bench.calls.recordings
    for number in range(100):
        recordings.add(unfinished(bench, number))
    bench.wait(BEEP)
    assert (begun(bench), bench.alerts) == ([], [12400])
    recordings.clear()


def unfinished(bench: Bench, number: int) -> RecordingRecord:
    return RecordingRecord(
        sid=f"RE{number}", account_sid=bench.record.account_sid, call_sid="CA", created_at=0.0
    )


@pytest.mark.rule("record-hang-up", "no-audio")
def test_a_caller_who_vanishes_without_a_bye_leaves_a_message_too(make: Make) -> None:
    alice = recorded(make)
    bench = alice.bench
    bench.wait(3.0)
    bench.tell(MediaSilent(bench.record.sid, 60.0))
    assert asked(bench) == [(5.0, "POST", "/message", "hangup", "3")]
    assert bench.alerts == [32014]
    alice.agree()


@pytest.mark.rule("record-action")
def test_a_caller_who_hangs_up_while_the_action_is_asked_is_not_asked_about_again(make: Make) -> None:
    alice = recorded(make)
    bench = alice.bench
    bench.pages["/message"] = None
    bench.wait(2.0)
    press(bench, "#")
    alice.bye()
    assert asked(bench) == [(4.0, "POST", "/message", "#", "2")]
    bench.wait(60.0)
    assert len(asked(bench)) == 1


@pytest.mark.rule("record-hang-up")
@pytest.mark.parametrize("moment", [1.0, 4.0], ids=["tone", "recording"])
def test_at_the_end_of_the_process_nothing_is_left(make: Make, moment: float) -> None:
    bench = recording(make, 'action="/message"').bench
    bench.wait(moment)
    bench.carry(bench.emulator.shut_down(bench.now))
    assert len(asked(bench)) == (1 if moment > BEEP else 0)


@pytest.mark.rule("record-action", "recording-media")
@pytest.mark.parametrize(
    ("end", "kind"), [("", "audio/x-wav"), (".wav", "audio/x-wav"), (".mp3", "audio/mpeg")]
)
def test_the_recording_is_at_its_url(make: Make, end: str, kind: str) -> None:
    bench = recorded(make).bench
    press(bench, "#")
    path = bench.asked("action")[0].parameters["RecordingUrl"].partition(bench.record.account_sid)[2]
    response = Desk(bench).file(path + end)
    assert response.status == 200
    assert ("Content-Type", kind) in response.headers
