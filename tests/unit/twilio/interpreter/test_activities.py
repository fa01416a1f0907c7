"""Activities in virtual time: each ends once, by itself or stopped, and says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sipdomain.twiml.document import Element
from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import (
    Answer,
    Ask,
    Begin,
    Continue,
    Crash,
    Done,
    End,
    Failed,
    First,
    FirstOf,
    Goto,
    Happened,
    Interrupted,
    Key,
    Nested,
    Outcome,
    PlayKeys,
    Pressed,
    Program,
    Ran,
    Sleep,
    Speak,
    Stop,
    Want,
)
from sipdomain.twiml.recording import LastRecording, Record, Recorded
from sipdomain.twiml.verbs import VERBS
from sipdomain.twiml.verbs.verb import Verb
from tests.unit.twilio.interpreter.stage import Stage

SAY = Speak("Hello")
PROMPTS = Nested(parse(b"<Response><Say>One</Say><Say>Two</Say></Response>"))
MESSAGE = Record("RecordVerb", finish_on="#", silence=5.0)
TAKEN = Failed(12400, "'a' goes on in the background already")
WAITING = Nested("http://app.test/wait")

Act = Callable[[Stage], None]
Play = Callable[..., Stage]


def key(name: str) -> Act:
    return lambda stage: stage.do(lambda turn: stage.interpreter.key_pressed(name, turn))


def hang_up(stage: Stage) -> None:
    stage.voice.status = "completed"
    stage.do(stage.interpreter.hung_up)


def redirect(stage: Stage) -> None:
    stage.do(
        lambda turn: stage.interpreter.redirect("", "POST", "<Response><Pause length='9'/></Response>", turn)
    )


def dequeue(stage: Stage) -> None:
    stage.do(lambda turn: stage.interpreter.interrupt("dequeued", turn))


def silence(stage: Stage) -> None:
    stage.do(lambda turn: stage.interpreter.silence_heard(stage.listener, turn))


def end_recording(stage: Stage) -> None:
    stage.do(lambda turn: stage.voice.recorder.end("RE0", turn))


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Play:
    """Run a verb of our own that wants this; let things happen at their times; see that nothing is left at the end."""

    def played(
        *wants: Want, at: dict[float, Act] | None = None, outcome: Outcome | None = None, **settings: object
    ) -> Stage:
        stage = Stage()
        stage.pages = {"/wait": "<Response><Say>Wait</Say><Say>Wait more</Say></Response>"}
        for name, value in settings.items():
            setattr(stage, name, value)
        monkeypatch.setitem(VERBS, "Test", stage.verb(wants, outcome or End()))
        stage.do(stage.interpreter.start)
        for moment, act in (at or {}).items():
            stage.wait(moment - stage.now)
            act(stage)
        stage.wait(100.0)
        happened = list(stage.happened)
        hang_up(stage)
        stage.answer_all()
        stage.wait(100.0)
        assert stage.census == (0, 0, 0)
        stage.happened = happened
        return stage

    return played


@pytest.mark.parametrize(
    ("wants", "at", "happened"),
    [
        ([Answer(), SAY], {}, [(0.0, Done()), (2.0, Done())]),
        ([Sleep(3.0)], {}, [(3.0, Done())]),
        ([PlayKeys("1W2")], {}, [(1.4, Done())]),
        ([Key()], {1.5: key("7")}, [(1.5, Pressed("7"))]),
        # Barge-in: the prompt and a key, whichever is first.
        ([FirstOf((SAY, Key()))], {}, [(2.0, First(0, Done()))]),
        ([FirstOf((SAY, Key()))], {0.5: key("1")}, [(0.5, First(1, Pressed("1")))]),
        # The next digit, or its timeout.
        ([FirstOf((Key(), Sleep(5.0)))] * 2, {4.0: key("1")}, [(4.0, First(0, Pressed("1"))), (9.0, First(1, Done()))]),
        # What ends at once is first, and what stands behind it never begins.
        ([FirstOf((Answer(), SAY))], {}, [(0.0, First(0, Done()))]),
        ([FirstOf((FirstOf((Key(), Sleep(9.0))), SAY))], {1.0: key("5")}, [(1.0, First(0, First(0, Pressed("5"))))]),
        # One key ends all waits for keys.
        ([Begin(Key(), "a"), FirstOf((Key(), Key()))], {1.0: key("5")}, [(0.0, Done()), (1.0, First(0, Pressed("5")))]),
        # Nested documents: at hand, and from a URL.
        ([PROMPTS], {}, [(4.0, Ran(Continue()))]),
        ([WAITING, SAY], {}, [(4.0, Ran(Continue())), (6.0, Done())]),
        ([FirstOf((Key(), WAITING))], {3.0: key("*")}, [(3.0, First(0, Pressed("*")))]),
        ([Nested(parse(b"<Response><Hangup/></Response>"))], {}, [(0.0, Ran(End()))]),
        ([Nested(parse(b"<Response><Reject/></Response>"))], {}, [(0.0, Ran(End()))]),
        # In the background: it goes on until it ends, or is stopped.
        ([Begin(SAY, "music"), Sleep(1.0), Stop("music")], {}, [(0.0, Done()), (1.0, Done()), (1.0, Done())]),
        ([Begin(SAY, "music"), Sleep(3.0), Begin(SAY, "music")], {}, [(0.0, Done()), (3.0, Done()), (3.0, Done())]),
        ([Begin(SAY, "a"), Begin(SAY, "a")], {}, [(0.0, Done()), (0.0, TAKEN)]),
        ([Begin(FirstOf((Stop("a"), SAY)), "a"), Sleep(1.0)], {}, [(0.0, Done()), (1.0, Done())]),
        ([Stop("a")], {}, [(0.0, Failed(12400, "nothing goes on in the background as 'a'"))]),
        ([Begin(Answer(), "a"), Begin(Answer(), "a")], {}, [(0.0, Done()), (0.0, Done())]),
        # A recording: to a key of its own, to silence, to its end from outside; beside other things.
        ([MESSAGE], {1.0: key("5"), 3.0: key("#")}, [(3.0, Recorded("http://api.test/RE0", 3, "#"))]),
        ([MESSAGE], {4.0: silence}, [(4.0, Recorded("http://api.test/RE0", 4))]),
        ([MESSAGE], {5.0: end_recording}, [(5.0, Recorded("http://api.test/RE0", 5))]),
        ([FirstOf((MESSAGE, Sleep(2.0)))], {}, [(2.0, First(1, Done()))]),
        ([MESSAGE, LastRecording(), SAY], {3.0: hang_up}, [
            (3.0, Interrupted("hung-up")), (3.0, Recorded("http://api.test/RE0", 3)), (3.0, Interrupted("hung-up"))
        ]),
        ([LastRecording()], {}, [(0.0, Failed(12400, "nothing was recorded"))]),
        ([Begin(Record("StartCallRecordingAPI"), "r"), Sleep(2.0), Stop("r"), LastRecording()], {}, [
            (0.0, Done()), (2.0, Done()), (2.0, Done()), (2.0, Recorded("http://api.test/RE0", 2))
        ]),
        # A recording in the background leaves keys to others.
        ([Begin(Record("StartCallRecordingAPI")), Key()], {1.0: key("#")}, [(0.0, Done()), (1.0, Pressed("#"))]),
        # Interrupted: for good by the end of the call or a redirect; else the verb goes on.
        ([SAY, SAY, Key()], {1.0: hang_up}, [(1.0, Interrupted("hung-up"))] * 3),
        ([SAY, SAY], {1.0: redirect}, [(1.0, Interrupted("redirected"))] * 2),
        ([WAITING, SAY], {1.0: dequeue}, [(1.0, Interrupted("dequeued")), (3.0, Done())]),
        ([FirstOf((Key(), WAITING)), Sleep(1.0)], {1.0: dequeue}, [(1.0, Interrupted("dequeued")), (2.0, Done())]),
        ([SAY, SAY], {1.0: redirect, 1.5: hang_up}, [(1.0, Interrupted("redirected"))] * 2),
        ([SAY] * 20, {1.0: hang_up}, [(1.0, Interrupted("hung-up"))] * 11),
    ],
)  # fmt: skip
def test_what_a_verb_wants_happens(
    play: Play, wants: list[Want], at: dict[float, Act], happened: list[tuple[float, Happened]]
) -> None:
    assert play(*wants, at=at).happened == happened


@pytest.mark.parametrize(
    ("wants", "at", "seen"),
    [
        ([FirstOf((SAY, Key()))], {0.5: key("1")}, [(0.0, "play"), (0.5, "stop")]),
        ([FirstOf((WAITING, Key()))], {3.0: key("1")}, [(0.0, "ask /wait"), (0.0, "play"), (2.0, "play"), (3.0, "stop")]),
        ([FirstOf((PlayKeys("123"), Sleep(0.3)))], {}, [(0.0, "press 1"), (0.2, "press 2")]),
        ([Begin(SAY, "music"), Sleep(9.0)], {1.0: hang_up}, [(0.0, "play"), (1.0, "stop")]),
        ([Begin(SAY, "music"), Sleep(9.0)], {1.0: redirect}, [(0.0, "play")]),
        ([MESSAGE], {1.0: key("#")}, [(0.0, "listen 5"), (1.0, "listen no more")]),
        ([MESSAGE], {1.0: hang_up}, [(0.0, "listen 5"), (1.0, "listen no more")]),
        ([MESSAGE], {1.0: redirect}, [(0.0, "listen 5"), (1.0, "listen no more")]),
    ],
)  # fmt: skip
def test_what_is_stopped_is_stopped_outside_too(
    play: Play, wants: list[Want], at: dict[float, Act], seen: list[tuple[float, str]]
) -> None:
    assert play(*wants, at=at).seen == seen


def test_a_recording_is_asked_for_as_the_document_says(play: Play) -> None:
    wish = Record("RecordVerb", "inbound", longest=30.0, silence=5.0, callback_url="http://app.test/r")
    assert play(wish).voice.recorder.asked == ["RecordVerb inbound 1 30 http://app.test/r"]


def test_where_no_recording_can_begin_the_want_fails(play: Play) -> None:
    def full(stage: Stage) -> None:
        stage.voice.recorder.full = True

    stage = play(Sleep(1.0), MESSAGE, at={0.5: full})
    assert stage.happened == [(1.0, Done()), (1.0, Failed(12400, "too many recordings are unfinished"))]
    assert stage.waits == (0, 0, 0, 0)


def test_a_playback_that_is_never_reported_is_over_ten_seconds_after_its_length(play: Play) -> None:
    assert play(SAY, reports_ends=False).happened == [(12.0, Done())]


def test_a_voice_that_never_answers_leaves_its_verb_waiting(play: Play) -> None:
    def nobody(stage: Stage) -> None:
        stage.voice.picks_up = False
        stage.voice.answered_at = None

    assert play(Sleep(1.0), Answer(), SAY, at={0.5: nobody, 3.0: hang_up}).happened == [
        (1.0, Done()), (3.0, Interrupted("hung-up")), (3.0, Interrupted("hung-up"))
    ]  # fmt: skip


def test_an_interrupted_verb_may_still_ask_its_urls(play: Play) -> None:
    pages = {"/last": "not TwiML at all", "/action": "<Response><Say>Too late</Say></Response>"}
    ask = Ask("http://app.test/last", parameters=(("Digits", "hangup"),))
    goto = Goto("http://app.test/action", "POST", (("Result", "hangup"),), "action")
    stage = play(SAY, ask, SAY, at={1.0: hang_up}, outcome=goto, pages=pages)
    assert stage.happened == [(1.0, Interrupted("hung-up")), (1.0, Done()), (1.0, Interrupted("hung-up"))]
    assert stage.forms == [
        ("/last", {"CallSid": "CA1", "CallStatus": "completed", "Digits": "hangup"}),
        ("/action", {"CallSid": "CA1", "CallStatus": "completed", "Result": "hangup"}),
    ]
    assert stage.verbs == ["Test"]
    assert stage.voice.ended == []


def test_what_an_interrupted_verb_asks_goes_on_beside_the_next_document(play: Play) -> None:
    stage = play(SAY, Ask("http://app.test/slow"), at={1.0: redirect}, pages={})
    assert stage.seen == [(0.0, "play"), (1.0, "stop"), (1.0, "ask /slow")]
    assert stage.verbs == ["Test", "Pause"]


@pytest.mark.parametrize(
    ("body", "alerts"),
    [("<Response><Pay/></Response>", [13750]), ("<Oops/>", [12102])],
)
def test_a_nested_document_that_fails_is_alerted_and_left_to_its_verb(
    play: Play, body: str, alerts: list[int]
) -> None:
    stage = play(WAITING, Sleep(1.0), pages={"/wait": body})
    (_, ran), (at, done) = stage.happened
    assert isinstance(ran, Ran)
    assert isinstance(ran.outcome, Crash)
    assert (at, done) == (1.0, Done())
    assert stage.alerts == alerts


def test_nested_documents_lead_on_and_count_as_documents_of_the_call(play: Play) -> None:
    pages = {"/wait": "<Response><Redirect>/wait</Redirect></Response>"}
    stage = play(WAITING, pages=pages)
    assert len(stage.forms) == 1000
    ((_, ran),) = stage.happened
    assert ran == Ran(Crash(Failed(12400, "more than 1000 documents in one call")))
    assert stage.alerts == [12400]


def test_sixteen_things_go_on_in_the_background_at_most(play: Play) -> None:
    stage = play(*(Begin(Sleep(50.0), str(number)) for number in range(17)))
    assert [happened for _, happened in stage.happened[15:]] == [
        Done(), Failed(12400, "16 things go on in the background already")
    ]  # fmt: skip


def test_a_background_document_may_stop_itself(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Happened] = []

    def run(_element: Element) -> Program:
        for want in (Stop("a"), Ask("http://app.test/last"), SAY):
            sent.append((yield want))
        return Continue()

    monkeypatch.setitem(VERBS, "Quit", Verb(name="Quit", run=run))
    pages = {"/wait": "<Response><Quit/><Say>Never</Say></Response>", "/last": ""}
    stage = play(Begin(WAITING, "a"), Sleep(1.0), pages=pages)
    assert sent == [Interrupted("stopped"), Done(), Interrupted("stopped")]
    assert stage.verbs == ["Test", "Quit"]
    assert stage.happened == [(0.0, Done()), (1.0, Done())]
