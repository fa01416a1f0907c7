"""Words in virtual time: what is said is heard, in what comes and in what goes."""

from __future__ import annotations

import pytest

from sipdomain.media.hearing import HearingOver, SpeechBegan, StartHearing, StopHearing, WordsHeard
from sipdomain.media.outputs import CloseMedia, Patch, StartPlayback, StopPlayback
from sipdomain.media.patchbay import ECHO
from sipdomain.media.prompts import Keys, Speech
from tests.unit.runtime.sim.line import Line, Side

YES = Speech("Yes please")


def words(side: Side) -> list[tuple[float, str]]:
    return [(round(at, 2), event.text) for at, event in side.told if isinstance(event, WordsHeard)]


def test_what_the_peer_says_is_heard_when_it_is_said() -> None:
    line = Line()
    line.cloud.carry(StartHearing("s", 1))
    line.run(1.0)
    line.phone.carry(StartPlayback("s", 1, YES))
    line.run(10.0)
    began = next(event for _, event in line.cloud.told if isinstance(event, SpeechBegan))
    assert (began.hearing, began.began_at) == (1, 1.0)
    # Nine letters and a space take 0.66 s, in whole frames; the pause takes 0.8 s.
    assert words(line.cloud) == [(2.46, "Yes please")]


def test_what_is_said_to_the_peer_is_the_other_side() -> None:
    line = Line()
    line.cloud.carry(StartPlayback("s", 1, Speech("Welcome")))
    line.cloud.carry(StartHearing("s", 1, "outbound"))
    line.cloud.carry(StartHearing("s", 2, "inbound"))
    line.run(0.1)
    line.cloud.carry(StartPlayback("s", 2, Speech("to Acme")))
    line.phone.carry(StartPlayback("s", 1, YES))
    line.run(10.0)
    heard = [(each.hearing, each.text) for _, each in line.cloud.told if isinstance(each, WordsHeard)]
    assert heard == [(2, "Yes please"), (1, "Welcome to Acme")]


def test_a_word_that_is_stopped_is_not_heard_nor_what_waits_behind() -> None:
    line = Line()
    line.cloud.carry(StartHearing("s", 1, pause=0.5))
    line.phone.carry(StartPlayback("s", 1, YES))
    line.run(0.3)
    line.phone.carry(StopPlayback("s", 1))
    line.run(10.0)
    assert words(line.cloud) == [(0.7, "Yes")]


@pytest.mark.parametrize("end", [StopHearing("s", 1), CloseMedia("s")])
def test_at_the_end_what_was_said_until_then_is_reported(end: StopHearing | CloseMedia) -> None:
    line = Line()
    line.cloud.carry(StartHearing("s", 1))
    line.phone.carry(StartPlayback("s", 1, YES))
    line.run(0.3)
    line.cloud.carry(end)
    line.run(10.0)
    events = [event for _, event in line.cloud.told if isinstance(event, (WordsHeard, HearingOver))]
    assert [type(each) for each in events] == [WordsHeard, HearingOver]
    assert words(line.cloud) == [(0.3, "Yes")]


def test_keys_as_tones_are_no_words() -> None:
    line = Line()
    line.cloud.carry(StartHearing("s", 1))
    line.phone.carry(StartPlayback("s", 1, Keys("12")))
    line.run(10.0)
    assert line.cloud.told == []


def test_an_echo_is_heard_on_the_other_side() -> None:
    line = Line()
    line.cloud.carry(StartHearing("s", 1, "outbound"))
    line.cloud.carry(Patch("s", "s", ECHO))
    line.run(1.0)
    line.phone.carry(StartPlayback("s", 1, YES))
    line.run(10.0)
    assert [text for _, text in words(line.cloud)] == ["Yes please"]
