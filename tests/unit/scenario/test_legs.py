"""`expect` judges a leg of a call by its number, whoever's phone it reaches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from sipdomain.report.failure import failure
from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.runtime.worlds.world import Script, Until
from sipdomain.scenario.given import Given
from sipdomain.scenario.keywords import expectation, judged
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.mismatch import Mismatch, StepError
from sipdomain.scenario.runner import Result
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.world import PhoneCall
from tests.unit.scenario.family import BOB, CAROL, NOBODY, dial_leg, family_world


class Play:
    """A call of alice that stands, and what it dials."""

    def __init__(self) -> None:
        self.world: SimWorld = family_world()
        self.stage = Stage(self.world, Given())
        phone = self.world.phone("alice")
        self.call: PhoneCall = phone.dial("sip:100@acme.sip.twilio.com")
        self.stage.add_call("call", self.call, phone)
        self.wait(lambda: self.call.answered_at is not None)

    def wait(self, condition: Callable[[], bool], within: float = 5.0) -> None:
        def script() -> Script[bool]:
            return (yield Until(condition, within))

        assert self.world.run(script())

    def dial(self, to: str) -> None:
        dial_leg(self.world, self.call.call_id, to)

    def answered_by(self, name: str, *, refuse: int = 0) -> PhoneCall:
        phone = self.world.phone(name)
        self.wait(lambda: bool(phone.ringing))
        call = phone.ringing[0]
        self.stage.add_call(name, call, phone)
        if refuse:
            phone.refuse(call, refuse)
        else:
            phone.answer(call)
        return call

    def unmet(self, leg: int, of: PhoneCall | None = None, **words: Any) -> tuple[Mismatch, ...]:
        return self.world.run(judged(expectation({"leg": leg, **words}), self.stage, of or self.call))


@pytest.fixture
def play() -> Iterator[Play]:
    made = Play()
    yield made
    made.stage.close()
    made.world.close()


def test_legs_are_judged_by_the_order_of_their_beginning(play: Play) -> None:
    play.dial(BOB)
    play.answered_by("bob")
    play.dial(CAROL)
    play.answered_by("carol", refuse=486)
    assert play.unmet(1, responses=[100, 180, 200], status="in-progress", verbs_begin=["Say"]) == ()
    assert play.unmet(2, responses=[180, 200], heard={"say": "A call for you"}, status="completed") == ()
    assert play.unmet(2, ended_by="cloud", callbacks=["initiated", "completed"], verbs=["Say"]) == ()
    assert play.unmet(2, webhook="/leg", parameters={"Direction": "outbound-dial"}) == ()
    assert (
        play.unmet(3, responses=[180, 486], status="busy", answered=False, callbacks=["initiated", "busy"])
        == ()
    )
    (mismatch,) = play.unmet(3, status="completed")
    assert (mismatch.path, mismatch.got) == ("expect.status", "initiated → ringing → busy")


def test_the_legs_that_a_call_dialled_are_judged_by_whom_and_how_they_ended(play: Play) -> None:
    play.dial(BOB)
    play.answered_by("bob")
    play.dial(CAROL)
    play.answered_by("carol", refuse=486)
    play.stage.phone_of(play.call)[0].hang_up(play.call)  # type: ignore[arg-type]
    ended = [{"sip": BOB, "status": "completed"}, {"sip": CAROL, "status": "busy"}]
    assert play.unmet(1, dialled=ended, legs=2) == ()
    assert play.unmet(1, dialled=[{"sip": BOB}, {"sip": CAROL}]) == ()


@pytest.mark.parametrize(
    ("words", "path", "expected", "got"),
    [
        ({"legs": 0}, "expect.legs", "0", "1"),
        ({"dialled": []}, "expect.dialled", "none", f"{CAROL} initiated"),
        ({"dialled": [{"sip": BOB}]}, "expect.dialled", BOB, f"{CAROL} initiated"),
        ({"dialled": [{"number": "+15551230001"}]}, "expect.dialled", "+15551230001", f"{CAROL} initiated"),
        ({"dialled": [{"client": "bob"}]}, "expect.dialled", "client:bob", f"{CAROL} initiated"),
    ],
)
def test_a_leg_that_was_not_expected_fails_at_once(
    play: Play, words: dict[str, Any], path: str, expected: str, got: str
) -> None:
    play.dial(CAROL)
    (mismatch,) = play.unmet(1, **words)
    assert (mismatch.path, mismatch.expected, mismatch.got) == (path, expected, got)


@pytest.mark.parametrize(
    ("words", "path", "expected", "got"),
    [
        ({"legs": 2}, "expect.legs", "2", "1"),
        ({"dialled": [{"sip": CAROL, "status": "completed"}]}, "expect.dialled", f"{CAROL} completed", f"{CAROL} busy"),
        ({"dialled": [{"sip": CAROL}, {"sip": BOB}]}, "expect.dialled", f"{CAROL}, {BOB}", f"{CAROL} busy"),
    ],
)  # fmt: skip
def test_a_leg_that_is_missing_or_ended_otherwise_fails(
    play: Play, words: dict[str, Any], path: str, expected: str, got: str
) -> None:
    play.dial(CAROL)
    play.answered_by("carol", refuse=486)
    play.stage.phone_of(play.call)[0].hang_up(play.call)  # type: ignore[arg-type]
    (mismatch,) = play.unmet(1, **words)
    assert (mismatch.path, mismatch.expected, mismatch.got) == (path, expected, got)


def test_a_leg_named_by_the_step_that_answered_it_is_the_first_of_its_own(play: Play) -> None:
    play.dial(BOB)
    bob = play.answered_by("bob")
    assert play.unmet(1, bob, responses=[180, 200]) == ()


def test_a_leg_that_no_step_answered_is_judged_by_what_the_emulator_saw(play: Play) -> None:
    play.dial(BOB)
    bob = play.world.phone("bob")
    play.wait(lambda: bool(bob.ringing))
    bob.refuse(bob.ringing[0], 603)
    assert play.unmet(2, responses=[180, 603], answered=False, status="no-answer") == ()
    with pytest.raises(StepError, match="no step `answer` took it"):
        play.unmet(2, heard="silence")


def test_a_leg_that_can_be_sent_nowhere_is_a_leg_all_the_same(play: Play) -> None:
    play.dial(NOBODY)
    assert play.unmet(2, status="failed", responses=[], answered=False) == ()


def test_a_leg_is_waited_for(play: Play) -> None:
    play.world._clock.call_at(play.world.now() + 2.0, lambda: play.dial(CAROL))
    assert play.unmet(2, status="ringing", within=5) == ()


@pytest.mark.parametrize(("legs", "seen"), [(0, "no leg but the call itself"), (1, "2 legs")])
def test_a_leg_that_does_not_begin_fails_with_how_many_there_are(play: Play, legs: int, seen: str) -> None:
    for _ in range(legs):
        play.dial(NOBODY)
    (mismatch,) = play.unmet(4, status="completed", within=3)
    assert (mismatch.path, mismatch.expected, mismatch.got) == ("expect.leg", "a leg 4", seen)
    assert mismatch.call_id == play.call.call_id


def test_a_leg_is_not_waited_for_once_the_call_is_over_and_quiet(play: Play) -> None:
    play.stage.phone_of(play.call)[0].hang_up(play.call)  # type: ignore[arg-type]
    (mismatch,) = play.unmet(2, status="completed", within=80_000)
    assert mismatch.path == "expect.leg"
    assert play.world.now() < 10.0


def test_a_call_is_not_quiet_while_a_leg_of_it_goes_on(play: Play) -> None:
    play.dial(BOB)
    play.answered_by("bob")
    play.stage.phone_of(play.call)[0].hang_up(play.call)  # type: ignore[arg-type]
    play.wait(lambda: play.stage.is_over(play.call) and not play.world.is_busy(play.call.call_id))
    assert play.stage.noise(play.call) is None
    play.wait(lambda: play.stage.noise(play.call) is not None)


def test_a_failure_shows_the_picture_and_the_evidence_of_the_whole_family(play: Play) -> None:
    play.dial(NOBODY)
    mismatches = play.unmet(2, status="completed", within=3)
    shown = failure(
        Result(
            "", "x", "failed", "documented", "sim", mismatches=mismatches, entries=tuple(play.world.journal),
            calls={play.call.call_id: "right"},
        )
    )  # fmt: skip
    assert "expect.status is not met" in shown
    assert "why the emulator decided so" in shown
    assert f"right · {play.call.call_id}" in shown
    assert "  leg 2 · " in shown


@pytest.mark.parametrize(
    ("leg", "said"), [("0", "1 or more"), ("-2", "1 or more"), ("second", "whole number")]
)
def test_a_leg_that_cannot_be_is_refused_where_it_is_written(leg: str, said: str) -> None:
    steps = f"  - dial: sip:100@acme\n  - expect: {{leg: {leg}, answered: true}}\n"
    text = f"scenario: x\ngiven: {{phones: {{alice: {{}}}}}}\nsteps:\n{steps}"
    with pytest.raises(Exception, match=said) as raised:
        load_scenario_text(text)
    assert ":5:" in str(raised.value)
