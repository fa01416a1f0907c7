"""Whatever a verb wants and whatever happens meanwhile: every activity ends exactly once, and nothing is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any
from unittest.mock import patch

from hypothesis import given, settings, strategies as st

from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.interpreter.activity import Activity, Ended
from sipdomain.twiml.parse import parse
from sipdomain.twiml.program import (
    Answer,
    Ask,
    Begin,
    Continue,
    Crash,
    End,
    Failed,
    FirstOf,
    Goto,
    Happened,
    Key,
    Nested,
    PlayKeys,
    PlayUrl,
    Reason,
    Refuse,
    Sleep,
    Speak,
    Stop,
    Want,
)
from sipdomain.twiml.recording import Beep, LastRecording, Record
from sipdomain.twiml.verbs import VERBS
from tests.unit.twilio.interpreter.stage import Stage

GATHER = "<Response><Gather numDigits='2' action='http://app.test/a'><Say>Hi</Say></Gather><Pause length='3'/></Response>"
PAGES = {
    "/a": GATHER,
    "/b": "<Response><Redirect>/c</Redirect></Response>",
    "/c": "<Response><Say>Hi</Say><Hangup/></Response>",
    "/d": "<Oops/>",
}
urls = st.sampled_from([f"http://app.test/{name}" for name in ("a", "b", "c", "d", "never")])
names = st.sampled_from(["x", "y"])
simple = st.one_of(
    st.just(Answer()), st.just(Key()), st.just(Speak("Hi")), st.builds(Sleep, st.sampled_from([0.0, 1.0, 5.0])),
    st.builds(PlayUrl, urls), st.builds(PlayKeys, st.sampled_from(["", "1w2", "W"])), st.builds(Ask, urls),
    st.builds(Nested, urls), st.builds(Nested, st.just(parse(GATHER.encode()))), st.builds(Stop, names),
    st.just(Beep()), st.just(LastRecording()), st.just(Record("RecordVerb", finish_on="1", silence=2.0)),
    st.just(Record("StartCallRecordingAPI")),
)  # fmt: skip
wants = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.builds(FirstOf, st.lists(inner, min_size=1, max_size=4).map(tuple)), st.builds(Begin, inner, names)
    ),
    max_leaves=6,
)
outcomes = st.one_of(
    st.just(Continue()), st.just(End()), st.just(Refuse("busy")), st.builds(Goto, urls), st.just(Crash(Failed(11200, "no")))
)  # fmt: skip
events = st.lists(
    st.one_of(
        st.sampled_from(
            ["key", "silence", "answer", "dequeued", "left", "redirect", "hang up", "silent media"]
        ),
        st.sampled_from([0.0, 0.5, 2.0, 7.0]),
    ),
    max_size=12,
)


class Tally:
    """Counts how often each activity was begun, and how often it ended or was stopped."""

    def __init__(self) -> None:
        self.begun: Counter[int] = Counter()
        self.ended: Counter[int] = Counter()
        self.all: list[Activity[Any]] = []  # Kept, so that no number is given twice.
        self._begin, self._stop = Activity.begin, Activity.stop

    def begin(self, activity: Activity[Any], then: Ended, turn: Turn) -> Happened | None:
        self.all.append(activity)
        self.begun[id(activity)] += 1

        def ended(happened: Happened, turn: Turn) -> None:
            self.ended[id(activity)] += 1
            then(happened, turn)

        happened = self._begin(activity, ended, turn)
        self.ended[id(activity)] += happened is not None
        return happened

    def stop(self, activity: Activity[Any], reason: Reason, turn: Turn) -> None:
        self.ended[id(activity)] += not activity.over
        self._stop(activity, reason, turn)


def as_method(act: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that a class binds to its instances, as it does not bind a bound method."""

    def method(*arguments: Any) -> Any:
        return act(*arguments)

    return method


def happen(stage: Stage, event: str | float) -> None:
    match event:
        case float():
            stage.wait(event)
        case "key":
            stage.do(partial(stage.interpreter.key_pressed, "1"))
        case "silence":
            stage.do(partial(stage.interpreter.silence_heard, stage.listener))
        case "answer":
            stage.answer_all(limit=3)
        case "dequeued":
            stage.do(partial(stage.interpreter.interrupt, "dequeued"))
        case "left":
            stage.do(partial(stage.interpreter.interrupt, "left"))
        case "redirect":
            stage.do(partial(stage.interpreter.redirect, "http://app.test/a", "POST", ""))
        case "hang up":
            stage.do(stage.interpreter.hung_up)
        case _:
            stage.reports_ends = False


@settings(max_examples=300, deadline=None)
@given(st.lists(wants, max_size=6), outcomes, events)
def test_every_activity_ends_exactly_once(
    plan: list[Want], outcome: Any, happenings: list[str | float]
) -> None:
    tally, stage = Tally(), Stage()
    stage.pages = dict(PAGES)
    with (
        patch.object(Activity, "begin", as_method(tally.begin)),
        patch.object(Activity, "stop", as_method(tally.stop)),
        patch.dict(VERBS, {"Test": stage.verb(plan, outcome)}),
    ):
        stage.do(stage.interpreter.start)
        for event in happenings:
            happen(stage, event)
            if event == "hang up":
                break
        stage.do(stage.interpreter.hung_up)
        stage.answer_all()
        stage.wait(50.0)
    assert set(tally.begun.values()) <= {1}
    assert tally.ended == tally.begun
    assert stage.census == (0, 0, 0)
    assert stage.waits == (0, 0, 0, 0)
    assert stage.voice.recorder.ended == {}
