"""Real-time transcriptions: <Start><Transcription>, its callbacks, and the REST resource."""

from __future__ import annotations

import json

import pytest

from sipdomain.media.hearing import (
    HearingFailed,
    HearingOver,
    SpeechBegan,
    StartHearing,
    StopHearing,
    WordsHeard,
)
from sipdomain.twilio.fidelity.profile import Profile
from tests.parity.documents import APOLOGY, dialled, heard
from tests.unit.twilio.bench import Bench
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page
from tests.unit.twilio.recorded import Desk

URL = 'statusCallbackUrl="http://app.test/transcribed"'


def started(make: Make, verbs: str) -> tuple[Caller, Desk]:
    """Return a call in progress that carries verbs out, and the REST API before it."""

    def listening(profile: Profile) -> Bench:
        bench = make(profile)
        bench.pages["/transcribed"] = bench.pages["/status"]
        return bench

    alice = dialled(listening, page(f"<Response>{verbs}</Response>"))
    desk = Desk(alice.bench)
    alice.ack(alice.bench.response(200))
    return alice, desk


def transcribed(make: Make, attributes: str = "", after: str = "<Pause length='30'/>") -> tuple[Caller, Desk]:
    """Return a call that is transcribed, and the REST API before it."""
    return started(make, f"<Start><Transcription {URL} {attributes}/></Start>{after}")


def wishes(bench: Bench) -> list[StartHearing]:
    return [each for each in bench.media if isinstance(each, StartHearing)]


def says(bench: Bench, text: str, side: str = "inbound", *, final: bool = True) -> None:
    """Let the media side hear words."""
    number = next(each.hearing for each in wishes(bench) if each.side == side)
    bench.tell(SpeechBegan(bench.record.sid, number, bench.now))
    bench.tell(
        WordsHeard(bench.record.sid, number, text, final=final, confidence=0.99, stability=0.9)
    )  # fmt: skip


def stop_hearing(bench: Bench) -> None:
    """Let the media side say that it is over."""
    for each in [each for each in bench.media if isinstance(each, StopHearing)]:
        bench.tell(HearingOver(each.session, each.hearing))


def told(bench: Bench) -> list[dict[str, str]]:
    return [each.parameters for each in bench.asked("transcription")]


def events(bench: Bench) -> list[str]:
    return [each["TranscriptionEvent"].removeprefix("transcription-") for each in told(bench)]


@pytest.mark.rule("transcription-start", "transcription-callback", "transcription-tracks")
def test_the_first_callback_says_all_of_how(make: Make) -> None:
    alice, _ = transcribed(
        make, 'name="mine" inboundTrackLabel="customer" outboundTrackLabel="agent" hints="yes, no" languageCode="en-GB"'
    )  # fmt: skip
    bench = alice.bench
    (first,) = told(bench)
    sid = first.pop("TranscriptionSid")
    assert (len(sid), sid[:2]) == (34, "GT")
    assert first.pop("Timestamp").endswith("Z")
    assert json.loads(first.pop("ProviderConfiguration")) == {
        "profanityFilter": "true", "speechModel": "telephony", "enableAutomaticPunctuation": "true", "hints": "yes, no",
    }  # fmt: skip
    assert first == {
        "AccountSid": bench.record.account_sid, "CallSid": bench.record.sid, "SequenceId": "1",
        "TranscriptionEvent": "transcription-started", "Name": "mine", "Track": "both_tracks",
        "InboundTrackLabel": "customer", "OutboundTrackLabel": "agent", "LanguageCode": "en-GB",
        "PartialResults": "false", "TranscriptionEngine": "google",
    }  # fmt: skip
    assert [(each.side, each.hints, each.language) for each in wishes(bench)] == [
        ("inbound", ("yes", "no"), "en-GB"), ("outbound", ("yes", "no"), "en-GB"),
    ]  # fmt: skip


@pytest.mark.rule("transcription-content", "transcription-callback")
def test_words_of_both_sides_are_counted_as_one(make: Make) -> None:
    bench = transcribed(make)[0].bench
    says(bench, "Hello there.")
    says(bench, "Good morning.", "outbound")
    _, first, second = told(bench)
    assert first.pop("Timestamp") < "9"
    del first["TranscriptionSid"]
    assert json.loads(first.pop("TranscriptionData")) == {"transcript": "Hello there.", "confidence": 0.99}
    assert first == {
        "AccountSid": bench.record.account_sid, "CallSid": bench.record.sid, "SequenceId": "2",
        "TranscriptionEvent": "transcription-content", "LanguageCode": "en-US", "Track": "inbound_track",
        "Final": "true",
    }  # fmt: skip
    assert (second["Track"], second["SequenceId"]) == ("outbound_track", "3")


@pytest.mark.rule("transcription-partial", "transcription-content")
def test_what_is_not_final_has_a_stability_and_no_confidence(make: Make) -> None:
    bench = transcribed(make, 'partialResults="true" track="inbound_track"')[0].bench
    assert [(each.side, each.partials) for each in wishes(bench)] == [("inbound", True)]
    says(bench, "Hello", final=False)
    last = told(bench)[-1]
    assert (last["Final"], last["Stability"]) == ("false", "0.9")
    assert json.loads(last["TranscriptionData"]) == {"transcript": "Hello"}


@pytest.mark.rule("transcription-text")
@pytest.mark.parametrize(
    ("attributes", "text"),
    [
        ("", "Oh, s***!"),
        ('profanityFilter="false"', "Oh, shit!"),
        ('profanityFilter="false" enableAutomaticPunctuation="false"', "Oh shit"),
    ],
)
def test_how_a_text_is_shown(make: Make, attributes: str, text: str) -> None:
    bench = transcribed(make, attributes)[0].bench
    says(bench, "Oh, shit!")
    assert json.loads(told(bench)[-1]["TranscriptionData"])["transcript"] == text


@pytest.mark.rule("transcription-last-words", "transcription-pause", "transcription-words")
@pytest.mark.parametrize("ends", ["phone", "stop"])
def test_the_last_words_come_before_the_end(make: Make, ends: str) -> None:
    after = "<Pause length='2'/><Stop><Transcription name='mine'/></Stop><Pause length='30'/>"
    alice, _ = transcribed(make, 'name="mine" track="inbound_track"', after)
    bench = alice.bench
    assert wishes(bench)[0].pause == 0.8
    if ends == "phone":
        alice.bye()
    else:
        bench.wait(2.1)
    assert events(bench) == ["started"]
    says(bench, "Goodbye")
    stop_hearing(bench)
    assert events(bench) == ["started", "content", "stopped"]
    assert [each["SequenceId"] for each in told(bench)] == ["1", "2", "3"]


@pytest.mark.rule("transcription-last-words")
def test_a_media_side_that_never_ends_it_is_not_waited_for(make: Make) -> None:
    alice, _ = transcribed(make, 'track="inbound_track"')
    alice.bye()
    alice.bench.wait(14.9)
    assert events(alice.bench) == ["started"]
    alice.bench.wait(0.2)
    assert events(alice.bench) == ["started", "stopped"]


@pytest.mark.rule("transcription-error")
def test_what_cannot_be_recognised_is_reported_once(make: Make) -> None:
    bench = transcribed(make)[0].bench
    for each in wishes(bench):
        bench.tell(HearingFailed(each.session, each.hearing, "there is no speech recogniser"))
    assert bench.alerts == [32655]
    assert events(bench) == ["started", "error"]
    last = told(bench)[-1]
    assert last["TranscriptionErrorCode"] == "32655"
    assert last["TranscriptionError"] == "Provider Unavailable"


@pytest.mark.rule("transcription-name")
def test_a_name_that_is_taken_ends_the_document(make: Make) -> None:
    alice, _ = started(make, '<Start><Transcription name="a"/><Transcription name="a"/></Start>')
    assert (alice.bench.alerts, heard(alice.bench)) == ([12400], [APOLOGY])


@pytest.mark.rule("transcription-name")
def test_a_call_has_four_transcriptions_at_most(make: Make) -> None:
    alice, desk = started(make, f"<Start>{'<Transcription/>' * 4}</Start><Pause length='9'/>")
    assert len(wishes(alice.bench)) == 8
    assert desk.ask("POST", f"{desk.call}/Transcriptions")[0] == 429


@pytest.mark.rule("transcription-rest")
@pytest.mark.parametrize("by", ["sid", "name"])
def test_it_is_begun_and_stopped_by_rest(make: Make, by: str) -> None:
    alice, desk = started(make, "<Say>Hi</Say><Pause length='30'/>")
    bench = alice.bench
    status, made = desk.ask(
        "POST", f"{desk.call}/Transcriptions", Name="mine", StatusCallbackUrl="http://app.test/transcribed",
        Track="outbound_track", PartialResults="true", Hints="yes", LanguageCode="en-AU",
    )  # fmt: skip
    assert (status, made["status"], made["name"]) == (200, "in-progress", "mine")
    assert told(bench)[0]["TranscriptionSid"] == made["sid"]
    assert [(each.side, each.partials, each.language) for each in wishes(bench)] == [
        ("outbound", True, "en-AU")
    ]
    status, stopped = desk.ask("POST", f"{desk.call}/Transcriptions/{made[by]}", Status="stopped")
    assert (status, stopped["status"], stopped["sid"]) == (200, "stopped", made["sid"])
    stop_hearing(bench)
    assert events(bench) == ["started", "stopped"]
    assert desk.ask("POST", f"{desk.call}/Transcriptions/{made[by]}", Status="stopped")[0] == 200
    assert events(bench) == ["started", "stopped"]


@pytest.mark.rule("transcription-rest", "transcription-rest-state")
def test_what_the_resource_refuses(make: Make) -> None:
    alice, desk = started(make, "<Say>Hi</Say><Pause length='30'/>")
    path = f"{desk.call}/Transcriptions"
    assert desk.ask("POST", path, Track="both")[0] == 400
    assert desk.ask("POST", path, StatusCallbackUrl="nowhere")[0] == 400
    assert desk.ask("POST", f"{path}/nobody", Status="stopped")[0] == 404
    sid = desk.ask("POST", path)[1]["sid"]
    assert desk.ask("POST", f"{path}/{sid}")[0] == 400
    assert desk.ask("POST", f"{path}/{sid}", Status="paused")[0] == 400
    assert desk.ask("GET", path)[0] == 405
    assert desk.ask("POST", f"/Calls/CA{'0' * 32}/Transcriptions")[0] == 404
    alice.bye()
    assert desk.ask("POST", path)[1]["code"] == 21220


@pytest.mark.rule("transcription-start")
def test_by_the_providers_own_library(make: Make) -> None:
    alice, desk = started(make, "<Say>Hi</Say><Pause length='30'/>")
    made = desk.client.calls(alice.bench.record.sid).transcriptions.create(name="mine", track="inbound_track")
    assert (made.status, made.name) == ("in-progress", "mine")
    over = desk.client.calls(alice.bench.record.sid).transcriptions(made.sid).update(status="stopped")
    assert over.status == "stopped"
