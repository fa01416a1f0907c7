"""A transcript: the voice of a call and its legs, and the verbs carried out, read from entries alone."""

from __future__ import annotations

from typing import Any

from sipdomain.entries import CallBegan, Entry, Note, PhoneEvent, VerbStarted
from sipdomain.mask import masking
from sipdomain.report.transcript import text
from sipdomain.transcript import Carried, Leg, Line, transcript_of, transcripts
from sipdomain.voice_entries import CompanyChanged, KeyHeard, Played, RecordingEnded, SpeechHeard

VOICE = "http://app.test/voice"
ENTRIES: list[Entry] = [
    CallBegan(at=0.0, call_sid="CA1", call_id="one"),
    VerbStarted(at=1.0, call_sid="CA1", call_id="one", verb="Gather", text="Menu", line=2, url=VOICE),
    KeyHeard(at=1.5, call_sid="CA1", call_id="one", key="1"),
    Played(at=1.5, call_sid="CA1", call_id="one", began_at=1.0, what="words", text="Menu", whole=False),
    KeyHeard(at=1.75, call_sid="CA1", call_id="one", key="2"),
    KeyHeard(at=2.0, call_sid="CA1", call_id="one", key="3", awaited=False),
    CallBegan(at=2.5, call_sid="CA2", call_id="two", parent="CA1"),
    CompanyChanged(
        at=3.0, call_sid="CA2", call_id="two", moved="joined", company="conference", text="room", sid="CF1"
    ),
    Played(
        at=4.0, call_sid="CA2", call_id="two", began_at=3.5, what="file", text=f"{VOICE}.wav", conference="CF1"
    ),
    CallBegan(at=4.0, call_sid="CA3", call_id="three"),
    PhoneEvent(at=4.25, phone="anna", call_id="three", event="says", detail="Hello"),
    PhoneEvent(at=4.25, phone="anna", call_id="three", event="said", detail="Hello"),
    RecordingEnded(
        at=6.0, call_sid="CA3", call_id="three", recording_sid="RE1", began_at=4.0, length=2.0, text="RecordVerb"
    ),
    CompanyChanged(at=6.5, call_sid="CA2", call_id="two", moved="joined", company="call", text="CA1", sid="CA1"),
    CompanyChanged(
        at=7.0, call_sid="CA2", call_id="two", moved="left", company="conference", text="room", sid="CF1",
        detail="participant_hung_up",
    ),
    Note(at=8.0, source="udp", text="unreadable"),
    CallBegan(at=9.0, call_sid="CA4", call_id="silent"),
]  # fmt: skip


def test_a_call_and_its_legs_are_one_transcript_in_the_order_in_which_things_began() -> None:
    found = transcript_of(ENTRIES, "two")
    assert found.legs == (Leg("one", "CA1"), Leg("two", "CA2"))
    assert found.verbs == (Carried(1.0, 1, "Gather", "Menu", 2, VOICE),)
    assert found.lines == (
        Line(1.0, 1.5, 1, "emulator", "says", "Menu", "stopped", "", 0.5),
        Line(1.5, None, 1, "phone", "presses", "1"),
        Line(1.75, None, 1, "phone", "presses", "2"),
        Line(2.0, None, 1, "phone", "presses", "3", "nothing waited for it"),
        Line(3.0, None, 2, "phone", "joins", "room", "", "conference"),
        Line(3.5, 4.0, 2, "emulator", "plays", f"{VOICE}.wav", "to all of CF1", "", 0.5),
        Line(6.5, None, 2, "phone", "joins", "CA1", "", "call"),
        Line(7.0, None, 2, "phone", "leaves", "room", "participant_hung_up", "conference"),
    )


def test_what_the_phone_says_and_what_is_recorded_of_it_stand_in_the_transcript_of_its_call() -> None:
    assert transcript_of(ENTRIES, "three").lines == (
        Line(4.0, 6.0, 1, "emulator", "records", "RE1", "RecordVerb", "", 2.0),
        Line(4.25, None, 1, "anna", "says", "Hello"),
    )


def test_each_family_of_a_journal_has_its_transcript_unless_nothing_was_to_be_heard() -> None:
    assert [each.legs[0].call_id for each in transcripts(ENTRIES)] == ["one", "three"]


def test_of_a_call_that_is_not_known_there_is_nothing() -> None:
    found = transcript_of(ENTRIES, "nobody")
    assert (found.legs, found.lines, found.verbs) == ((Leg("nobody", ""),), (), ())


def test_as_text_times_count_from_the_first_line_and_keys_stand_together() -> None:
    shown = text(transcript_of(ENTRIES, "one"), "a call", mask=masking(["Menu"]))
    assert shown.splitlines() == [
        "a call",
        "  leg 1  CA1  one",
        "  leg 2  CA2  two",
        "      0.000 s  leg 1  emulator says “********” (0.5 s, stopped)",
        "      0.500 s  leg 1  phone presses 12",
        "      1.000 s  leg 1  phone presses 3 (nothing waited for it)",
        "      2.000 s  leg 2  phone joins conference room",
        f"      2.500 s  leg 2  emulator plays {VOICE}.wav (0.5 s, to all of CF1)",
        "      5.500 s  leg 2  phone joins leg 1",
        "      6.000 s  leg 2  phone leaves conference room (participant_hung_up)",
        "  verbs:",
        f"      0.000 s  leg 1  Gather ********  (line 2, of {VOICE})",
    ]


def test_as_text_a_call_alone_needs_no_numbers_of_legs() -> None:
    shown = text(transcript_of(ENTRIES, "three"), "anna's", mask=masking([]))
    assert shown.splitlines() == [
        "anna's",
        "  CA3  three",
        "      0.000 s  emulator records RE1 (2.0 s, RecordVerb)",
        "      0.250 s  anna says “Hello”",
    ]


def test_what_was_heard_of_either_side_stands_where_it_began_with_what_listened() -> None:
    about: dict[str, Any] = {"call_sid": "CA1", "call_id": "one"}
    heard = [
        CallBegan(at=0.0, **about),
        SpeechHeard(at=3.0, began_at=1.0, text="check my balance", by="relay", **about),
        SpeechHeard(at=4.5, began_at=0.5, text="", by="gather", **about),
        SpeechHeard(at=5.0, began_at=3.5, text="One moment", by="transcription", side="outbound", **about),
    ]
    assert text(transcript_of(heard, "one"), "a call", mask=masking([])).splitlines() == [
        "a call",
        "  CA1  one",
        "      0.000 s  emulator hears “” (4.0 s, gather)",
        "      0.500 s  emulator hears “check my balance” (2.0 s, relay)",
        "      3.000 s  emulator hears “One moment” (1.5 s, transcription, its own words)",
    ]
