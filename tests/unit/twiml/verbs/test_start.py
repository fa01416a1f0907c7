"""What <Start> and <Stop> want, and which attributes of <Recording> are valid."""

from __future__ import annotations

import pytest

from sipdomain.twiml.document import Element
from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import (
    Answer,
    Begin,
    Continue,
    Crash,
    Done,
    Failed,
    Happened,
    Interrupted,
    Outcome,
    Stop,
    Want,
)
from sipdomain.twiml.recording import Record
from sipdomain.twiml.verbs import VERBS
from tests.unit.twiml.played import played

TAKEN = Failed(12400, "the name is taken")


def play(verb: str, inside: list[Element], happenings: list[Happened]) -> tuple[list[Want], Outcome]:
    """Return what a verb wants, and how it ends, when this happens."""
    program = VERBS[verb].run(Element(verb, children=tuple(inside)))
    return played(program, happenings)


def recording(**attributes: str) -> Element:
    return Element("Recording", tuple(attributes.items()))


@pytest.mark.parametrize(
    ("attributes", "begin"),
    [
        ({}, Begin(Record("StartCallRecordingAPI", channels=2, trim=True), "")),
        ({"name": "mine"}, Begin(Record("StartCallRecordingAPI", channels=2, trim=True), "recording mine")),
        ({"channels": "mono", "trim": "do-not-trim"}, Begin(Record("StartCallRecordingAPI"), "")),
        ({"track": "inbound"}, Begin(Record("StartCallRecordingAPI", "inbound", 1, trim=True), "")),
        ({"track": "outbound"}, Begin(Record("StartCallRecordingAPI", "outbound", 1, trim=True), "")),
        (
            {"recordingStatusCallback": "/r", "recordingStatusCallbackMethod": "GET",
             "recordingStatusCallbackEvent": "in-progress absent"},
            Begin(
                Record("StartCallRecordingAPI", channels=2, trim=True, callback_url="/r", callback_method="GET",
                       callback_events=("in-progress", "absent")),
                "",
            ),
        ),
    ],
    ids=["defaults", "name", "mono", "inbound", "outbound", "callback"],
)  # fmt: skip
def test_start_begins_a_recording_and_goes_on(attributes: dict[str, str], begin: Begin) -> None:
    wants, outcome = play("Start", [recording(**attributes)], [Done(), Done()])
    assert wants == [Answer(), begin]
    assert outcome == Continue()


def test_stop_ends_what_it_names_and_does_not_mind_what_is_over() -> None:
    wants, outcome = play(
        "Stop", [recording(name="a"), recording(), recording(name="b")], [Done(), TAKEN, Done()]
    )
    assert wants == [Answer(), Stop("recording a"), Stop("recording b")]
    assert outcome == Continue()


def test_a_name_that_is_taken_ends_the_document() -> None:
    assert play("Start", [recording(name="a")], [Done(), TAKEN])[1] == Crash(TAKEN)


def test_without_a_caller_nothing_begins() -> None:
    assert len(play("Start", [recording()], [Interrupted("hung-up")])[0]) == 1


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        ('<Start><Recording name="a" track="both" channels="dual" trim="trim-silence"/></Start>', []),
        ('<Start action="/x" method="GET"><Recording recordingConfigurationId="x"/></Start>', []),
        ('<Start><Recording track="left"/></Start>', [12200]),
        ('<Start><Recording channels="2"/></Start>', [12200]),
        ('<Start><Recording trim="yes"/></Start>', [13699]),
        ('<Start><Recording recordingStatusCallbackMethod="PUT"/></Start>', [12200]),
        ('<Start><Recording recordingStatusCallbackEvent="started"/></Start>', [13621]),
        ('<Start><Recording loud="true"/></Start>', [12200]),
        ('<Start method="PUT"><Recording/></Start>', [12200]),
        ("<Start/>", [12200]),
        ("<Start><Say>Hi</Say></Start>", [12200]),
        ('<Start><Stream url="wss://a.test"><Parameter name="a" value="b"/></Stream></Start>', []),
        (
            '<Start><Siprec connectorName="a" track="both_tracks"><Parameter name="a" value="b"/></Siprec></Start>',
            [],
        ),
        ('<Start><Siprec connectorName="a" track="both"/></Start>', [12200]),
        ('<Stop><Siprec name="a"/></Stop>', []),
        ("<Stop><Siprec/></Stop>", [12200]),
        ('<Stop><Recording name="a"/></Stop>', []),
        ("<Stop><Recording/></Stop>", [12200]),
        ("<Stop/>", [12200]),
        ("<Recording/>", [12200]),
    ],
)
def test_what_is_wrong_is_warned_of(document: str, codes: list[int]) -> None:
    assert [each.code for each in parse(f"<Response>{document}</Response>".encode()).warnings] == codes
