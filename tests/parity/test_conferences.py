"""Conferences in the emulator: who is patched to whom, what is told, what the REST API changes, and that nothing stays."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.media.melodies import conference_beep
from sipdomain.media.outputs import (
    CloseRoom,
    DtmfReceived,
    MediaOutput,
    OpenRoom,
    Patch,
    StartPlayback,
    StartRecording,
    StopPlayback,
    StopRecording,
    Unpatch,
)
from sipdomain.media.patchbay import Edge
from sipdomain.runtime.sdk import in_process_client
from sipdomain.twilio.rest import RestRequest
from sipdomain.twilio.webhooks.http import HttpFailure, HttpResponse
from tests.unit.twilio.bench import ACCOUNT, ACME, EPOCH, TOKEN, Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page

TOLD = 'statusCallback="/told" statusCallbackEvent="start end join leave mute hold modify announcement"'
AFTER = '<Say>After</Say><Pause length="600"/>'


def twiml(attributes: str = "", dial: str = "", after: str = "", name: str = "Room") -> HttpResponse:
    return page(
        f"<Response><Dial {dial}><Conference {attributes}>{name}</Conference></Dial>{after}</Response>"
    )


class Hall:
    """Callers who come one after another, each with a document of its own."""

    def __init__(self, bench: Bench, alice: Caller) -> None:
        self.bench = bench
        self._alice = alice
        self.callers: dict[str, Caller] = {}
        self._read = 0
        domain = bench.store.domain_named(ACME)
        assert domain is not None
        bench.store.domains.update(ACCOUNT, domain.sid, voice_status_callback_url="", now=EPOCH)
        bench.pages["/told"] = HttpResponse(204)
        bench.pages["/wait"] = page('<Response><Say>Wait</Say><Pause length="600"/></Response>')
        self.client: Any = in_process_client(ACCOUNT, TOKEN, self._handle)

    def _handle(self, request: RestRequest) -> Any:
        return self.bench.api.handle(request, EPOCH + self.bench.now)

    def come(self, who: str, attributes: str = "", **parts: str) -> str:
        """Let somebody call; return the SID of the call."""
        self.bench.pages["/voice"] = twiml(attributes, **parts)
        caller = self._alice.other(who)
        caller.talk()
        self.callers[who] = caller
        return next(iter(self.bench.calls.newest_first(ACCOUNT))).sid

    def go(self, name: str) -> None:
        """Let somebody hang up."""
        self.callers.pop(name).bye()

    def media(self) -> list[MediaOutput]:
        """Return what was asked of rooms since the last time."""
        found, self._read = self.bench.media[self._read :], len(self.bench.media)
        return [each for each in found if isinstance(each, (OpenRoom, CloseRoom, Patch, Unpatch))]

    @property
    def told(self) -> list[tuple[str, str]]:
        """The events that the callback URL was told of, each with its number."""
        found = [each.parameters for each in self.bench.asks if each.path == "/told"]
        return [(each["SequenceNumber"], each["StatusCallbackEvent"]) for each in found]

    @property
    def room(self) -> Any:
        """The latest conference, by the SDK."""
        return self.client.conferences.list()[0]

    def participant(self, sid: str) -> Any:
        return self.client.conferences(self.room.sid).participants(sid)


@pytest.fixture
def hall(bench: Bench, alice: Caller) -> Hall:
    return Hall(bench, alice)


@pytest.mark.rule("conference-start")
@pytest.mark.rule("conference-start-order")
@pytest.mark.rule("conference-callback")
def test_one_waits_and_with_the_second_one_it_starts(hall: Hall) -> None:
    anna = hall.come("anna", f'waitUrl="/wait" {TOLD}')
    assert (hall.room.status, hall.media()) == ("init", [])
    assert [each.path for each in hall.bench.asks] == ["/voice", "/told", "/wait"]
    bert = hall.come("bert", 'statusCallback="/other" statusCallbackEvent="join"')
    room = hall.room.sid
    assert hall.media() == [
        OpenRoom(room), Patch(anna, room, Edge()), Patch(room, anna, Edge()), Patch(bert, room, Edge()),
        Patch(room, bert, Edge()),
    ]  # fmt: skip
    assert [each.session for each in hall.bench.media if isinstance(each, StopPlayback)] == [anna]
    assert hall.told == [("1", "participant-join"), ("2", "participant-join"), ("3", "conference-start")]
    assert hall.room.status == "in-progress"
    first = next(each.parameters for each in hall.bench.asks if each.path == "/told")
    assert first == {
        "AccountSid": ACCOUNT, "CallSid": anna, "Coaching": "false", "ConferenceSid": room,
        "EndConferenceOnExit": "false", "FriendlyName": "Room", "Hold": "false", "Muted": "false",
        "SequenceNumber": "1", "StartConferenceOnEnter": "true", "StatusCallbackEvent": "participant-join",
        "Timestamp": "Thu, 01 Jan 2026 00:00:00 +0000",
    }  # fmt: skip


@pytest.mark.rule("conference-end")
def test_the_last_one_ends_it_and_the_record_stays(hall: Hall) -> None:
    hall.come("anna", TOLD)
    bert = hall.come("bert", 'participantLabel="boss"')
    room = hall.room.sid
    hall.go("anna")
    hall.go("bert")
    assert hall.media()[-2:] == [Unpatch(room, bert), CloseRoom(room)] or hall.media() == []
    assert [name for _, name in hall.told[3:]] == ["participant-leave", "participant-leave", "conference-end"]
    leave, _, end = [each.parameters for each in hall.bench.asks if each.path == "/told"][3:]
    assert (leave["ReasonParticipantLeft"], leave["ParticipantCallStatus"]) == (
        "participant_hung_up", "completed",
    )  # fmt: skip
    assert end["ReasonConferenceEnded"] == "last-participant-left"
    assert (end["CallSidEndingConference"], end["ParticipantLabelEndingConference"]) == (bert, "boss")
    found = hall.room
    assert (found.status, found.reason_conference_ended, found.call_sid_ending_conference) == (
        "completed", "last-participant-left", bert,
    )  # fmt: skip
    assert hall.client.conferences(room).participants.list() == []
    hall.come("carl")
    assert (hall.room.status, hall.room.sid != room) == ("init", True)


@pytest.mark.rule("conference-end")
def test_the_exit_of_a_moderator_sends_all_others_on(hall: Hall) -> None:
    hall.come("anna", after=AFTER)
    hall.come("bert", 'endConferenceOnExit="true"', after=AFTER)
    hall.go("bert")
    assert hall.room.reason_conference_ended == "participant-with-end-conference-on-exit-left"
    hall.bench.wait(1.0)
    assert hall.bench.emulator.open_conferences == 0
    assert hall.bench.emulator.open_calls == 1
    assert [each.verb for each in hall.bench.entries if hasattr(each, "verb")][-1] == "Say"


@pytest.mark.rule("conference-participants")
def test_the_sdk_mutes_holds_coaches_and_takes_out(hall: Hall) -> None:
    anna = hall.come("anna", f'participantLabel="chair" {TOLD}')
    bert, carl = hall.come("bert"), hall.come("carl", dial='action="/after"')
    hall.bench.pages["/after"] = page('<Response><Pause length="600"/></Response>')
    hall.bench.pages["/hold"] = page('<Response><Say>Hold</Say><Pause length="600"/></Response>')
    room = hall.room.sid
    hall.media()
    assert hall.participant("chair").fetch().call_sid == anna
    assert hall.participant(anna).update(muted=True).muted is True
    assert hall.media() == [Patch(anna, room, Edge(muted=True))]
    assert hall.participant(anna).update(muted=False).muted is False
    assert hall.media() == [Patch(anna, room, Edge())]
    assert hall.participant(bert).update(hold=True, hold_url="http://app.test/hold").hold is True
    assert sorted(map(str, hall.media())) == sorted(map(str, [Unpatch(bert, room), Unpatch(room, bert)]))
    assert hall.bench.asks[-1].request.method == "GET"
    assert [each.call_sid for each in hall.client.conferences(room).participants.list(hold=True)] == [bert]
    assert hall.participant(bert).update(hold=False).hold is False
    assert hall.media() == [Patch(bert, room, Edge()), Patch(room, bert, Edge())]
    coach = hall.participant(bert).update(coaching=True, call_sid_to_coach=anna)
    assert (coach.coaching, coach.call_sid_to_coach) == (True, anna)
    assert hall.media() == [Patch(bert, room, Edge(coached=anna))]
    assert hall.participant(carl).delete() is True
    assert hall.bench.asks[-1].path == "/after"
    assert hall.bench.asks[-1].parameters["DialCallStatus"] == "answered"
    assert {each.call_sid for each in hall.client.conferences(room).participants.list()} == {anna, bert}
    assert [name for _, name in hall.told[4:]] == [
        "participant-mute", "participant-unmute", "participant-hold", "participant-unhold", "participant-modify",
        "participant-leave",
    ]  # fmt: skip
    assert hall.client.conferences(room).update(status="completed").status == "completed"
    assert hall.room.reason_conference_ended == "conference-ended-via-api"


@pytest.mark.rule("conference-refusals")
@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('maxParticipants="1"', 16020),
        ('participantLabel="boss"', 16025),
        ('coach="CA00000000000000000000000000000009"', 13240),
    ],
)
@pytest.mark.rule("conference-limit")
def test_who_cannot_take_part_goes_on_with_the_document(hall: Hall, attributes: str, code: int) -> None:
    hall.come("anna", 'participantLabel="boss" waitUrl=""')
    hall.come("bert", attributes, after=AFTER)
    assert hall.bench.alerts == [code]
    assert len(hall.client.conferences(hall.room.sid).participants.list()) == 1
    assert any(isinstance(each, StartPlayback) for each in hall.bench.media)


@pytest.mark.rule("conference-wait")
@pytest.mark.rule("conference-music")
def test_default_music_plays_over_and_over_and_no_url_means_silence(hall: Hall) -> None:
    hall.come("anna")
    hall.bench.wait(9.0)
    assert sum(isinstance(each, StartPlayback) for each in hall.bench.media) == 5
    hall.come("bert", 'waitUrl=""', name="Other")
    before = sum(isinstance(each, StartPlayback) for each in hall.bench.media)
    hall.go("anna")
    hall.bench.wait(60.0)
    assert sum(isinstance(each, StartPlayback) for each in hall.bench.media) == before


@pytest.mark.rule("conference-wait")
@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (HttpFailure("refused", "nobody"), 11202),
        (page("<Response><Gather/></Response>"), 13238),
    ],
)
@pytest.mark.rule("conference-failed")
def test_a_wait_document_that_cannot_be_had_lets_the_call_go_on(hall: Hall, answer: Any, code: int) -> None:
    hall.bench.pages["/wait"] = answer
    hall.come("anna", 'waitUrl="/wait"', dial='action="/after"')
    assert hall.bench.asks[-1].parameters["DialCallStatus"] == "failed"
    assert code in hall.bench.alerts
    assert hall.room.status == "completed"
    assert hall.bench.emulator.open_conferences == 0


@pytest.mark.rule("conference-wait")
def test_a_blank_redirect_lets_the_wait_document_begin_anew(hall: Hall) -> None:
    hall.bench.pages["/wait"] = page("<Response><Say>Wait</Say><Redirect/></Response>")
    hall.come("anna", 'waitUrl="/wait"')
    hall.bench.wait(5.0)
    assert [each.path for each in hall.bench.asks] == ["/voice", "/wait", "/wait", "/wait"]


@pytest.mark.rule("conference-announce")
def test_who_is_on_hold_keeps_its_music_when_the_conference_starts(hall: Hall) -> None:
    hall.bench.pages["/hold"] = page('<Response><Say loop="50">Hold</Say></Response>')
    anna = hall.come("anna", 'waitUrl=""')
    hall.participant(anna).update(hold=True, hold_url="http://app.test/hold")
    bert = hall.come("bert")
    assert hall.room.status == "in-progress"
    assert not any(isinstance(each, StopPlayback) for each in hall.bench.media)
    assert {each.source for each in hall.media() if isinstance(each, Patch)} == {bert, hall.room.sid}
    hall.participant(anna).update(hold=False)
    assert sum(isinstance(each, StopPlayback) for each in hall.bench.media) == 1


@pytest.mark.rule("conference-recording")
def test_the_first_participant_has_it_recorded_from_its_start(hall: Hall) -> None:
    hall.bench.pages["/recorded"] = HttpResponse(204)
    anna = hall.come("anna", 'waitUrl="" record="record-from-start" recordingStatusCallback="/recorded"')
    assert hall.client.recordings.list() == []
    hall.come("bert")
    room = hall.room.sid
    (made,) = hall.client.conferences(room).recordings.list()
    assert (made.conference_sid, made.call_sid, made.source, made.status) == (
        room, anna, "Conference", "in-progress",
    )  # fmt: skip
    assert [each.sid for each in hall.client.recordings.list(conference_sid=room)] == [made.sid]
    assert hall.client.calls(anna).recordings.list() == []
    assert StartRecording(room, made.sid, "both", 1, True) in hall.bench.media
    hall.bench.wait(4.0)
    hall.go("anna")
    hall.go("bert")
    places = [hall.bench.media.index(each) for each in (StopRecording(room, made.sid), CloseRoom(room))]
    assert places == sorted(places)
    told = hall.bench.asks[-1]
    assert told.path == "/recorded"
    assert (told.parameters["ConferenceSid"], told.parameters["RecordingSource"]) == (room, "Conference")
    assert "CallSid" not in told.parameters
    assert hall.client.conferences(room).recordings(made.sid).fetch().status == "completed"
    assert hall.client.conferences(room).recordings(made.sid).delete() is True


@pytest.mark.rule("conference-recording")
def test_a_recording_of_a_conference_is_stopped_by_the_rest_api(hall: Hall) -> None:
    hall.come("anna", 'waitUrl="" record="record-from-start"')
    hall.come("bert")
    here = hall.client.conferences(hall.room.sid).recordings
    (made,) = here.list()
    assert here(made.sid).update(status="stopped").status == "stopped"
    assert here(made.sid).fetch().status == "completed"
    assert hall.bench.emulator.open_recordings == 0


@pytest.mark.rule("conference-dial")
def test_star_leaves_the_conference_and_other_keys_do_not(hall: Hall) -> None:
    anna = hall.come("anna", 'waitUrl=""', dial='hangupOnStar="true" action="/after"')
    hall.bench.pages["/after"] = page('<Response><Pause length="600"/></Response>')
    hall.bench.tell(DtmfReceived(anna, "5", 0.1))
    assert hall.bench.emulator.open_conferences == 1
    hall.bench.tell(DtmfReceived(anna, "*", 0.1))
    assert hall.bench.emulator.open_conferences == 0
    assert hall.bench.asks[-1].parameters["DialCallStatus"] == "answered"


@pytest.mark.rule("conference-dial")
def test_the_time_limit_ends_it_for_one(hall: Hall) -> None:
    hall.come("anna", 'waitUrl=""', dial='timeLimit="60"')
    hall.bench.wait(61.0)
    assert (hall.room.status, hall.bench.emulator.open_calls) == ("completed", 0)


@pytest.mark.rule("conference-beep")
def test_two_tones_say_who_comes_and_who_goes(hall: Hall) -> None:
    hall.come("anna", 'waitUrl="" beep="onExit"')
    hall.come("bert", 'beep="onEnter"')
    hall.come("carl", 'beep="false"')
    room = hall.room.sid
    beeps = [each for each in hall.bench.media if isinstance(each, StartPlayback) and each.session == room]
    assert [each.prompt == conference_beep(enters=True) for each in beeps] == [True]
    for name in ("carl", "bert", "anna"):
        hall.go(name)
    after = [each for each in hall.bench.media if isinstance(each, StartPlayback) and each.session == room]
    assert after == beeps
    hall.come("dora", 'waitUrl="" beep="onExit"')
    hall.come("emil", 'beep="false"')
    room = hall.room.sid
    hall.go("dora")
    (exit_beep,) = [
        each for each in hall.bench.media if isinstance(each, StartPlayback) and each.session == room
    ]
    assert exit_beep.prompt == conference_beep(enters=False)


@pytest.mark.rule("conference-announce")
def test_an_announcement_is_played_into_the_room_and_its_end_reported(hall: Hall) -> None:
    hall.come("anna", f'beep="false" waitUrl="" {TOLD}')
    hall.come("bert", 'beep="false"')
    hall.bench.pages["/news"] = page("<Response><Say>News</Say></Response>")
    room = hall.room
    room.update(announce_url="http://app.test/news", announce_method="GET")
    (played,) = [each for each in hall.bench.media if isinstance(each, StartPlayback)]
    assert played.session == room.sid
    hall.bench.wait(3.0)
    assert hall.told[-1] == ("4", "announcement-end")
    hall.bench.pages["/news"] = HttpFailure("refused", "nobody")
    room.update(announce_url="http://app.test/news")
    assert hall.told[-1] == ("5", "announcement-fail")


@pytest.mark.rule("conference-end")
def test_all_vanish_in_the_middle_of_everything(hall: Hall) -> None:
    hall.bench.pages["/wait"] = None
    hall.come("anna", f'waitUrl="/wait" {TOLD}')
    hall.bench.pages["/told"] = None
    hall.come("bert")
    hall.room.update(announce_url="http://app.test/wait")
    hall.bench.carry(hall.bench.emulator.shut_down(hall.bench.now))
    assert hall.bench.emulator.open_conferences == 0
    assert hall.bench.media.count(CloseRoom(hall.room.sid)) == 1


@pytest.mark.rule("conference-callback")
def test_a_redirected_participant_leaves(hall: Hall) -> None:
    anna = hall.come("anna", TOLD)
    hall.come("bert")
    hall.client.calls(anna).update(twiml='<Response><Pause length="600"/></Response>')
    assert hall.told[-1][1] == "participant-leave"
    last = hall.bench.asks[-1].parameters
    assert (last["ReasonParticipantLeft"], last["ParticipantCallStatus"]) == (
        "participant_updated_via_api", "in-progress",
    )  # fmt: skip
