"""What is heard and recorded in a <Dial>: early media, an answer that waits for the bridge, and recordings."""

from __future__ import annotations

import pytest

from sipdomain.media.outputs import (
    CloseMedia,
    ConnectMedia,
    Patch,
    StartPlayback,
    StartRecording,
    StopRecording,
    Unpatch,
)
from sipdomain.sip.message import Request, Response
from sipdomain.twilio.webhooks.http import HttpResponse
from tests.parity.dialled import AFTER, BOB, CARL, Exchange, sip
from tests.unit.twilio.bench import SDP, Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page

LATER = 'answerOnBridge="true" action="/after"'


@pytest.fixture
def line(bench: Bench, alice: Caller) -> Exchange:
    bench.pages["/told"] = HttpResponse(204)
    return Exchange(bench, alice)


# --- the answer --------------------------------------------------------------------------------------------------


@pytest.mark.rule("dial-answer-on-bridge")
def test_the_caller_is_answered_when_the_called_one_is(line: Exchange) -> None:
    (bob,) = line.ring(sip(BOB), LATER)
    assert (line.parent.status, [type(each) for each in line.bench.media if isinstance(each, StartPlayback)]) == (
        "ringing", [],
    )  # fmt: skip
    bob.respond(180)
    assert line.parent.status == "ringing"
    bob.respond(200, body=SDP)
    sent = line.bench.take()
    line.acknowledge(sent)
    parent, child = line.parent.sid, line.children[0].sid
    assert (line.parent.status, line.statuses) == ("in-progress", ["in-progress"])
    assert line.wires() == [Patch(parent, child), Patch(child, parent)]
    bob.bye()
    assert (line.told["DialCallStatus"], line.heard()) == ("completed", "Say")


@pytest.mark.rule("dial-answer-on-bridge")
def test_it_waits_for_the_end_of_a_document_for_the_called_one(line: Exchange) -> None:
    line.bench.pages["/whisper"] = page("<Response><Say>A customer</Say></Response>")
    (bob,) = line.ring(sip(BOB, attributes='url="/whisper"'), LATER)
    bob.respond(200, body=SDP)
    line.bench.wait(1.9)
    assert (line.parent.status, line.wires()) == ("ringing", [])
    line.bench.wait(0.2)
    assert (line.parent.status, len(line.wires())) == ("in-progress", 2)


@pytest.mark.rule("dial-answer-on-bridge-failed")
@pytest.mark.parametrize(("attributes", "after"), [(LATER, ""), ('answerOnBridge="true"', AFTER)])
def test_when_nobody_answers_it_rings_into_what_follows(line: Exchange, attributes: str, after: str) -> None:
    (bob,) = line.ring(sip(BOB), attributes, after)
    bob.respond(486)
    line.bench.wait(0.1)
    assert (line.heard(), line.parent.status, line.statuses) == ("Say", "in-progress", ["busy"])


@pytest.mark.rule("dial-caller-gone")
@pytest.mark.rule("dial-answer-on-bridge")
def test_a_caller_who_cancels_lets_no_phone_ring_on(line: Exchange) -> None:
    (bob,) = line.ring(sip(BOB), LATER)
    bob.respond(180)
    line.cancel()
    assert "CANCEL" in [each.method for each in line.bench.take() if isinstance(each, Request)]
    assert (line.parent.status, line.statuses, line.told["DialCallStatus"]) == (
        "no-answer", ["no-answer"], "no-answer",
    )  # fmt: skip
    bob.respond(487)


@pytest.mark.rule("dial-answer-on-bridge")
def test_a_called_one_who_is_gone_before_the_callers_port_is_open_was_not_connected(line: Exchange) -> None:
    (bob,) = line.ring(sip(BOB), LATER)
    line.bench.open_port = None
    bob.respond(200, body=SDP)
    bob.bye()
    assert (line.told["DialBridged"], line.told["DialCallStatus"]) == ("false", "no-answer")
    assert line.wires() == []


# --- early media -------------------------------------------------------------------------------------------------


@pytest.mark.rule("dial-early-media")
def test_what_a_phone_plays_before_it_answers_is_heard_in_place_of_the_ringing(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB))
    bob.respond(183, body=SDP)
    parent, child = line.parent.sid, line.children[0].sid
    assert line.wires() == [Patch(child, parent)]
    assert [each.session for each in line.bench.media if isinstance(each, ConnectMedia)] == [parent, child]
    assert line.statuses == ["ringing"]
    line.bench.wait(10.0)
    assert [each for each in line.bench.media if isinstance(each, StartPlayback)] == []
    bob.answer()
    assert line.wires() == [Unpatch(child, parent), Patch(parent, child), Patch(child, parent)]
    bob.bye()


@pytest.mark.rule("dial-early-media")
@pytest.mark.rule("dial-answer-on-bridge")
def test_a_caller_who_is_not_answered_hears_it_by_a_183(line: Exchange) -> None:
    (bob,) = line.ring(sip(BOB), f'{LATER} timeout="600"')
    bob.respond(183, body=SDP)
    (progress,) = (each for each in line.bench.take() if isinstance(each, Response))
    assert (progress.status, b"m=audio" in progress.body) == (183, True)
    assert line.wires() == [Patch(line.children[0].sid, line.parent.sid)]
    line.bench.wait(59.9)
    assert [each for each in line.bench.take() if isinstance(each, Response)] == []
    line.bench.wait(0.2)
    (again,) = (each for each in line.bench.take() if isinstance(each, Response))
    assert (again.status, again.body) == (183, progress.body)


@pytest.mark.rule("dial-early-media")
@pytest.mark.rule("dial-answer-on-bridge")
def test_the_200_after_a_183_has_the_same_description(line: Exchange) -> None:
    (bob,) = line.ring(sip(BOB), LATER)
    bob.respond(183, body=SDP)
    (progress,) = (each for each in line.bench.take() if isinstance(each, Response))
    bob.respond(200, body=SDP)
    sent = line.bench.take()
    (final,) = (each for each in sent if isinstance(each, Response))
    assert (final.status, final.body) == (200, progress.body)
    line.acknowledge(sent)
    assert line.parent.status == "in-progress"
    assert (
        len(
            [
                each
                for each in line.bench.media
                if isinstance(each, ConnectMedia) and each.session == line.parent.sid
            ]
        )
        == 1
    )


@pytest.mark.rule("dial-early-media-one")
def test_of_two_the_first_with_early_media_is_heard_until_the_other_answers(line: Exchange) -> None:
    bob, carl = line.dial(sip(BOB, CARL))
    carl.respond(183, body=SDP)
    bob.respond(183, body=SDP)
    parent = line.parent.sid
    first, second = (each.sid for each in line.children)
    assert line.wires() == [Patch(second, parent)]
    bob.answer()
    assert line.wires() == [Patch(parent, first), Patch(first, parent)]
    assert [each.session for each in line.bench.media if isinstance(each, CloseMedia)] == [second]
    carl.respond(487)


@pytest.mark.rule("dial-early-media")
def test_after_an_announcement_that_ends_in_a_refusal_the_next_one_rings_again(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB, CARL), 'sequential="true"')
    bob.respond(183, body=SDP)
    bob.respond(486)
    (carl,) = line.phones()
    assert [each for each in line.bench.media if isinstance(each, StartPlayback)] == []
    carl.respond(180)
    assert len([each for each in line.bench.media if isinstance(each, StartPlayback)]) == 1


# --- recordings --------------------------------------------------------------------------------------------------


@pytest.mark.rule("dial-record")
@pytest.mark.parametrize(
    ("attributes", "track", "channels", "trim", "begins_at"),
    [('record="record-from-answer"', "both", 1, False, 4.0), ('record="true"', "both", 1, False, 4.0),
     ('record="record-from-answer-dual" trim="trim-silence"', "both", 2, True, 4.0),
     ('record="record-from-ringing"', "both", 1, False, 1.0), ('record="record-from-ringing-dual"', "both", 2, False, 1.0),
     ('record="record-from-answer-dual" recordingTrack="inbound"', "inbound", 1, False, 4.0),
     ('record="record-from-ringing-dual" recordingTrack="outbound"', "outbound", 1, False, 1.0)],
)  # fmt: skip
def test_a_dial_is_recorded_in_each_of_its_ways(
    line: Exchange, attributes: str, track: str, channels: int, begins_at: float, *, trim: bool
) -> None:
    told = 'recordingStatusCallback="/told" recordingStatusCallbackEvent="in-progress completed"'
    (bob,) = line.dial(sip(BOB), f'{attributes} {told} action="/after"')
    line.bench.wait(1.0)
    bob.respond(180)
    line.bench.wait(3.0)
    bob.answer()
    line.bench.wait(5.0)
    bob.bye()
    (begun,) = (each for each in line.bench.media if isinstance(each, StartRecording))
    parent = line.parent
    assert (begun.session, begun.track, begun.channels, begun.trim) == (parent.sid, track, channels, trim)
    (record,) = line.bench.calls.recordings.newest_first(parent.account_sid, line.bench.now)
    assert record.created_at == line.bench.emulator._engine.wall(begins_at)
    first, last = (each.parameters for each in line.bench.asked("recording"))
    assert (first["RecordingStatus"], last["RecordingStatus"]) == ("in-progress", "completed")
    assert (last["CallSid"], last["RecordingSource"], last["RecordingChannels"]) == (
        parent.sid,
        "DialVerb",
        str(channels),
    )
    (asked,) = line.bench.asked("action")
    assert asked.parameters["RecordingUrl"] == last["RecordingUrl"]


@pytest.mark.rule("dial-record")
@pytest.mark.parametrize("attributes", ["", 'record="do-not-record"', 'record="false"', 'record="perhaps"'])
def test_without_a_word_nothing_is_recorded(line: Exchange, attributes: str) -> None:
    (bob,) = line.dial(sip(BOB), f'{attributes} action="/after"')
    bob.answer()
    bob.bye()
    assert [each for each in line.bench.media if isinstance(each, StartRecording)] == []
    (asked,) = line.bench.asked("action")
    assert "RecordingUrl" not in asked.parameters
    assert line.bench.alerts == ([13217] if "perhaps" in attributes else [])


@pytest.mark.rule("dial-record-unanswered")
def test_a_call_that_rings_is_recorded_from_its_answer_on(line: Exchange) -> None:
    (bob,) = line.ring(sip(BOB), f'{LATER} record="record-from-ringing"')
    bob.respond(180)
    line.bench.wait(3.0)
    bob.respond(200, body=SDP)
    line.acknowledge(line.bench.take())
    (record,) = line.bench.calls.recordings.newest_first(line.parent.account_sid, line.bench.now)
    assert (record.created_at, record.status) == (line.bench.emulator._engine.wall(3.0), "in-progress")
    bob.bye()


@pytest.mark.rule("dial-record")
def test_a_caller_who_hangs_up_ends_the_recording_and_the_action_gets_its_url(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB), 'record="true" action="/after"')
    bob.answer()
    line.bench.wait(3.0)
    line.leave()
    assert len([each for each in line.bench.media if isinstance(each, StopRecording)]) == 1
    (asked,) = line.bench.asked("action")
    assert asked.parameters["RecordingUrl"].startswith("http")


@pytest.mark.rule("dial-record")
def test_a_caller_who_goes_on_is_recorded_no_more(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB), 'record="true"', AFTER)
    bob.answer()
    line.bench.wait(3.0)
    bob.bye()
    assert len([each for each in line.bench.media if isinstance(each, StopRecording)]) == 1
    assert (line.heard(), line.parent.status) == ("Say", "in-progress")
