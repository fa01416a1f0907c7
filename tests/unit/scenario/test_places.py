"""`wait_until` of a queue or a conference: met at the moment when so many are there, and failing when that never comes."""

from __future__ import annotations

from typing import Any, Literal

import pytest

from sipdomain.errors import FileError
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.voice_entries import CompanyChanged
from tests.unit.scenario.paper import PaperCall, PaperWorld, play, sid_of

HEAD = "scenario: A call\ngiven: {phones: {alice: {}}}\nsteps:\n  - dial: sip:100@acme\n"


def waiting(world: PaperWorld, call: PaperCall) -> None:
    """A call that waits in a queue for a while, and comes into a conference where another one is already."""
    sid: dict[str, Any] = {"call_sid": sid_of(call), "call_id": call.call_id}
    support: dict[str, Any] = {"company": "queue", "text": "support", "sid": "QU1"}
    weekly: dict[str, Any] = {"company": "conference", "text": "Weekly", "sid": "CF1"}
    other: dict[str, Any] = {"call_sid": "CA9", "call_id": "other"}

    def happen(
        at: float, moved: Literal["joined", "left"], room: dict[str, Any], who: dict[str, Any]
    ) -> None:
        world.after(
            at, lambda: world.journal.append(CompanyChanged(at=world.now(), moved=moved, **room, **who))
        )

    happen(0.0, "joined", weekly, other)
    happen(0.1, "joined", support, sid)
    happen(0.5, "left", support, sid)
    happen(0.6, "joined", weekly, sid)

    def end() -> None:
        call.state, call.ended_by, call.ended_at = "ended", "them", world.now()

    world.after(1.0, end)


@pytest.mark.parametrize(
    "expectation",
    [
        "{queue: {name: support, size: 1}}",
        "{queue: {name: support, size: 0}}",
        "{conference: {name: Weekly, participants: 1}}",
        "{conference: {name: Weekly, participants: 2}}",
    ],
)
def test_so_many_are_there_at_some_moment(expectation: str) -> None:
    result, _ = play(f"{HEAD}  - wait_until: {expectation}\n", waiting)
    assert result.outcome == "passed", result.mismatches


@pytest.mark.parametrize(
    ("expectation", "expected", "got"),
    [
        ("{queue: {name: support, size: 2}}", "2 wait in 'support'", "0 wait in it"),
        ("{conference: {name: Weekly, participants: 3}}", "3 are in 'Weekly'", "2 are in it"),
        ("{queue: {name: Weekly, size: 1}}", "1 wait in 'Weekly'", "0 wait in it"),
    ],
)
def test_so_many_are_never_there(expectation: str, expected: str, got: str) -> None:
    result, _ = play(f"{HEAD}  - wait_until: {expectation}\n", waiting)
    (mismatch,) = result.mismatches
    assert (result.outcome, mismatch.expected, mismatch.got) == ("failed", expected, got)


def test_one_after_the_other_follows_those_who_come_and_go() -> None:
    steps = (
        "  - wait_until: {queue: {name: support, size: 1}}\n"
        "  - wait_until: {queue: {name: support, size: 0}}\n"
        "  - wait_until: {conference: {name: Weekly, participants: 2}}\n"
    )
    result, _ = play(f"{HEAD}{steps}", waiting)
    assert result.outcome == "passed", result.mismatches


def test_that_nobody_is_at_a_place_where_nobody_was_is_no_news() -> None:
    result, _ = play(f"{HEAD}  - wait_until: {{queue: {{name: sales, size: 0}}, within: 0.3}}\n", waiting)
    (mismatch,) = result.mismatches
    assert (mismatch.path, mismatch.expected) == ("steps[1].wait_until.queue", "0 wait in 'sales'")
    assert mismatch.near == ("nobody was in 'sales' so far", "1 wait in 'support'")


def test_a_failure_names_the_places_that_there_are() -> None:
    result, _ = play(f"{HEAD}  - wait_until: {{conference: {{name: weekly, participants: 2}}}}\n", waiting)
    (mismatch,) = result.mismatches
    assert mismatch.near == ("nobody was in 'weekly' so far", "2 are in 'Weekly'")


@pytest.mark.parametrize(
    ("expectation", "message"),
    [
        ("{unheard: {tone: 4000}}", "`4000` is too large: less than 4000 is needed"),
        ("{unheard: {tone: 9}}", "`9` is too small: more than 20 is needed"),
        ("{dialled: [{number: ''}]}", "exactly one of number, client and sip is needed"),
    ],
)
def test_what_can_never_come_is_refused(expectation: str, message: str) -> None:
    with pytest.raises(FileError) as caught:
        load_scenario_text(f"{HEAD}  - expect: {expectation}\n")
    assert caught.value.message == message
