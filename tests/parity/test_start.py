"""<Start> and <Stop>: recordings in the background of a document."""

from __future__ import annotations

import pytest

from sipdomain.media.outputs import StartRecording
from tests.parity.documents import APOLOGY, dialled, heard
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page
from tests.unit.twilio.recorded import Desk


def started(make: Make, verbs: str) -> tuple[Caller, Desk]:
    """Return a call in progress that carries verbs out, and the REST API before it."""
    alice = dialled(make, page(f"<Response>{verbs}</Response>"))
    desk = Desk(alice.bench)
    alice.ack(alice.bench.response(200))
    return alice, desk


def recordings(desk: Desk) -> list[tuple[str, str | None]]:
    found = desk.ask("GET", "/Recordings")[1]["recordings"]
    return [(each["status"], each["duration"]) for each in found]


@pytest.mark.rule("start-recording", "start-recording-defaults")
def test_a_recording_goes_on_through_other_verbs_to_its_stop(make: Make) -> None:
    alice, desk = started(
        make,
        '<Start><Recording name="a"/></Start><Say>One</Say><Stop><Recording name="a"/></Stop><Say>Two</Say>',
    )
    assert heard(alice.bench) == ["One"]
    begun = desk.outputs[0]
    assert isinstance(begun, StartRecording)
    assert (begun.track, begun.channels, begun.trim, begun.keep_silent) == ("both", 2, True, False)
    assert recordings(desk) == [("in-progress", None)]
    alice.bench.wait(2.0)
    assert heard(alice.bench) == ["One", "Two"]
    assert recordings(desk) == [("completed", "2")]
    alice.bench.wait(2.0)
    alice.agree()


@pytest.mark.rule("start-recording")
@pytest.mark.parametrize("ends", ["phone", "document", "redirect"])
def test_it_ends_with_the_call_and_not_with_its_document(make: Make, ends: str) -> None:
    alice, desk = started(make, "<Start><Recording/></Start><Pause length='30'/>")
    bench = alice.bench
    if ends == "redirect":
        bench.post(f"/Calls/{bench.record.sid}.json", Twiml="<Response><Pause length='5'/></Response>")
        bench.wait(1.0)
        assert recordings(desk) == [("in-progress", None)]
    if ends == "phone":
        alice.bye()
    else:
        bench.wait(30.0)
        alice.agree()
    assert [status for status, _ in recordings(desk)] == ["completed"]


@pytest.mark.rule("start-recording")
def test_without_a_next_verb_the_call_ends(make: Make) -> None:
    alice, desk = started(make, "<Start><Recording/></Start>")
    assert alice.bench.record.status == "completed"
    assert [status for status, _ in recordings(desk)] == ["completed"]
    alice.agree()


@pytest.mark.rule("start-recording-callback", "start-recording-source")
def test_its_callback_is_notified(make: Make) -> None:
    alice, desk = started(
        make, '<Start><Recording recordingStatusCallback="/recorded"/></Start><Pause length="3"/>'
    )
    alice.bye()
    (told,) = desk.told
    assert (told["RecordingStatus"], told["RecordingChannels"]) == ("completed", "2")
    assert told["RecordingSource"] == "StartCallRecordingAPI"


@pytest.mark.rule("start-recording-name")
def test_a_name_is_taken_while_its_recording_goes_on(make: Make) -> None:
    twice = '<Start><Recording name="a"/></Start>' * 2
    alice, desk = started(make, twice)
    assert alice.bench.alerts == [12400]
    assert heard(alice.bench) == [APOLOGY]
    assert len(recordings(desk)) == 1


@pytest.mark.rule("start-recording-name", "stop-recording-unknown")
def test_recordings_without_a_name_or_with_another_go_on_together(make: Make) -> None:
    four = '<Start><Recording/><Recording/><Recording name="a"/></Start><Stop><Recording name="a"/></Stop>'
    again = '<Stop><Recording name="a"/></Stop><Start><Recording name="a"/></Start><Pause length="5"/>'
    alice, desk = started(make, four + again)
    assert (alice.bench.alerts, len(recordings(desk))) == ([], 4)
    assert [status for status, _ in recordings(desk)].count("in-progress") == 3


@pytest.mark.rule("record-hang-up")
def test_a_record_beside_it_names_its_own_recording(make: Make) -> None:
    alice, desk = started(make, '<Start><Recording/></Start><Record playBeep="false" action="/message"/>')
    alice.bench.pages["/message"] = page("<Response/>")
    alice.bench.wait(4.0)
    alice.bye()
    told = alice.bench.asked("action")[0].parameters
    begun = [each for each in desk.outputs if isinstance(each, StartRecording)]
    assert told["RecordingUrl"].endswith(begun[1].recording)
