"""Words that are known are reported when they are said."""

from __future__ import annotations

from sipdomain.media.hearing import HearingInput, HearingOver, SpeechBegan, StartHearing, Word, WordsHeard
from sipdomain.runtime.media.scripted_hearing import Said, ScriptedHearing
from sipdomain.runtime.sim.network import SimClock

YES = Word("Yes", 1.0, 1.2)
PLEASE = Word("please", 1.3, 1.7)
LATER = Word("later", 4.0, 4.5)


class Stage:
    """A clock, who hears, and what is said."""

    def __init__(self, *words: Word, partials: bool = False, pause: float = 0.8) -> None:
        self.clock = SimClock()
        self.words = list(words)
        self.told: list[tuple[float, HearingInput]] = []
        wish = StartHearing("CA1", 7, pause=pause, partials=partials)
        self.hearing = ScriptedHearing(
            wish, 0.0, look_up=self.look_up, call_at=self.clock.call_at,
            notify=lambda event: self.told.append((round(self.clock.now(), 3), event)),
        )  # fmt: skip

    def look_up(self, since: float) -> Said:
        return Said([each for each in self.words if each.began_at >= since], is_open=False)

    def run(self, until: float) -> None:
        while self.clock.step(until):
            pass

    @property
    def seen(self) -> list[tuple[float, str]]:
        return [(at, _words(event)) for at, event in self.told]


def _words(event: HearingInput) -> str:
    match event:
        case SpeechBegan(began_at=at):
            return f"begins at {at:g}"
        case WordsHeard(text=text, final=final):
            return f"{'final' if final else 'partial'}: {text}"
        case HearingOver():
            return "over"
        case _:
            return "failed"


def test_an_utterance_is_final_after_the_pause() -> None:
    stage = Stage(YES, PLEASE, LATER)
    stage.run(10.0)
    assert stage.seen == [
        (1.0, "begins at 1"), (2.5, "final: Yes please"), (4.0, "begins at 4"), (5.3, "final: later"),
    ]  # fmt: skip
    heard = stage.told[1][1]
    assert isinstance(heard, WordsHeard)
    assert (heard.confidence, heard.ended_at) == (0.99, 1.7)


def test_words_are_reported_as_they_come_where_that_is_asked_for() -> None:
    stage = Stage(YES, PLEASE, partials=True)
    stage.run(10.0)
    assert stage.seen[1:] == [(1.2, "partial: Yes"), (1.7, "partial: Yes please"), (2.5, "final: Yes please")]


def test_a_long_pause_joins_what_a_short_one_parts() -> None:
    stage = Stage(YES, PLEASE, LATER, pause=3.0)
    stage.run(10.0)
    assert stage.seen[-1] == (7.5, "final: Yes please later")


def test_what_is_said_at_the_end_is_reported_in_full_words() -> None:
    stage = Stage(YES, PLEASE)
    stage.run(1.5)
    stage.hearing.finish(1.5)
    stage.run(10.0)
    assert stage.seen == [(1.0, "begins at 1"), (1.5, "final: Yes"), (1.5, "over")]


def test_a_word_that_is_cut_off_is_no_word() -> None:
    stage = Stage(YES, PLEASE)
    stage.run(1.5)
    stage.words.remove(PLEASE)
    stage.run(10.0)
    assert stage.seen == [(1.0, "begins at 1"), (2.0, "final: Yes")]


def test_what_comes_later_is_heard_when_it_is_announced() -> None:
    stage = Stage()
    stage.run(3.0)
    stage.words.append(LATER)
    stage.hearing.wake(3.0)
    stage.run(10.0)
    assert stage.seen == [(4.0, "begins at 4"), (5.3, "final: later")]


def test_speech_without_a_pause_is_cut_after_a_minute() -> None:
    stage = Stage(*(Word("on", at * 0.5, at * 0.5 + 0.45) for at in range(1, 200)))
    stage.run(200.0)
    finals = [at for at, words in stage.seen if words.startswith("final")]
    assert finals[0] == 60.5
    assert sum(words.count("on") for _, words in stage.seen if words.startswith("final")) == 199
