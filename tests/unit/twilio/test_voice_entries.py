"""What the journal keeps of the voice: what was played and how far, keys, recordings, conferences, lines of documents."""

from __future__ import annotations

from sipdomain.entries import VerbStarted
from sipdomain.media.outputs import DtmfReceived
from sipdomain.twilio.fidelity.profile import DOCUMENTED
from sipdomain.voice_entries import CompanyChanged, KeyHeard, Played, RecordingEnded
from tests.parity.documents import dialled
from tests.unit.twilio.bench import Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page


def answered(make: Make, body: str) -> Caller:
    alice = dialled(make, page(body))
    alice.ack(alice.bench.response(200))
    return alice


def played(bench: Bench) -> list[tuple[float, float, str, str, bool]]:
    return [(each.began_at, each.at, each.what, each.text, each.whole) for each in bench.journal(Played)]


def test_a_verb_has_the_line_and_the_url_of_its_document(make: Make) -> None:
    bench = answered(make, "<Response>\n<Gather>\n<Say>One</Say></Gather></Response>").bench
    assert [(each.verb, each.line, each.url) for each in bench.journal(VerbStarted)] == [
        ("Gather", 2, "http://app.test/voice"),
        ("Say", 3, "http://app.test/voice"),
    ]


def test_words_are_written_down_when_they_end_with_their_beginning(make: Make) -> None:
    bench = answered(make, "<Response><Say>One</Say><Pause/><Say>Two</Say></Response>").bench
    bench.wait(2.5)
    assert played(bench) == [(0.0, 2.0, "words", "One", True)]
    bench.wait(4)
    assert played(bench)[1:] == [(3.0, 5.0, "words", "Two", True)]


def test_words_that_a_key_stops_are_not_whole_and_the_key_is_heard(make: Make) -> None:
    bench = answered(make, '<Response><Gather numDigits="1"><Say>One</Say></Gather></Response>').bench
    bench.wait(0.5)
    bench.tell(DtmfReceived(bench.record.sid, "7", 0.1))
    assert played(bench) == [(0.0, 0.5, "words", "One", False)]
    assert [(each.at, each.key, each.awaited) for each in bench.journal(KeyHeard)] == [(0.5, "7", True)]


def test_words_that_the_end_of_the_call_stops_are_not_whole(make: Make) -> None:
    alice = answered(make, "<Response><Say>One</Say></Response>")
    alice.bench.wait(0.5)
    alice.bye()
    assert played(alice.bench) == [(0.0, 0.5, "words", "One", False)]


def test_a_key_that_nothing_waits_for_is_heard_all_the_same(make: Make) -> None:
    bench = answered(make, "<Response><Say>One</Say></Response>").bench
    bench.tell(DtmfReceived(bench.record.sid, "#", 0.1))
    assert [(each.key, each.awaited) for each in bench.journal(KeyHeard)] == [("#", False)]


def test_a_file_has_the_whole_url_that_was_asked(make: Make) -> None:
    bench = make(DOCUMENTED)
    bench.pages["/menu.wav"] = page("sound", "audio/wav")
    bench.domain()
    bench.pages["/voice"] = page("<Response><Play>menu.wav</Play></Response>")
    alice = Caller(bench, flow())
    alice.dial()
    alice.ack(bench.response(200))
    bench.wait(3)
    assert played(bench) == [(0.0, 2.0, "file", "http://app.test/menu.wav", True)]


def test_keys_that_are_played_are_written_down_as_such(make: Make) -> None:
    bench = answered(make, '<Response><Play digits="1w2"/><Pause/></Response>').bench
    bench.wait(1)
    assert [(each.what, each.text, round(each.at, 3)) for each in bench.journal(Played)] == [
        ("keys", "1w2", 0.9)
    ]


def test_a_recording_is_written_down_with_its_length_after_its_tone(make: Make) -> None:
    bench = answered(make, '<Response><Record action="/next"/></Response>').bench
    bench.wait(5)
    bench.tell(DtmfReceived(bench.record.sid, "#", 0.1))
    assert played(bench) == [(0.0, 2.0, "beep", "", True)]
    (found,) = bench.journal(RecordingEnded)
    assert (found.began_at, found.at, found.length, found.text) == (2.0, 5.0, 3.0, "RecordVerb")
    assert (found.call_sid, found.recording_sid[:2]) == (bench.record.sid, "RE")


def test_who_comes_into_a_conference_and_goes_is_written_down_and_the_music_meanwhile(make: Make) -> None:
    alice = answered(make, "<Response><Dial><Conference>Room</Conference></Dial></Response>")
    alice.bench.wait(3)
    alice.bye()
    came, went = alice.bench.journal(CompanyChanged)
    assert (came.at, came.moved, came.company, came.text, came.detail) == (
        0.0, "joined", "conference", "Room", "",
    )  # fmt: skip
    assert (went.at, went.moved, went.detail) == (3.0, "left", "participant_hung_up")
    assert came.sid == went.sid != ""
    assert played(alice.bench) == [(0.0, 3.0, "music", "", False)]
