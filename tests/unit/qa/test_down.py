"""A PBX that counts an edge as down, and as up again."""

from __future__ import annotations

import pytest

from sipdomain.qa.checks import CHECKS
from sipdomain.qa.seen import Seen
from tests.unit.qa.down import asking, qualifying
from tests.unit.qa.played import result_of_the_phone

EACH_THIRTY = tuple(30.0 * number for number in range(9))


def _said(name: str, seen: Seen) -> tuple[str, str]:
    found = CHECKS[name].verdict(seen)
    return found.outcome, found.said


@pytest.mark.parametrize(("moment", "got"), [(70.0, "503"), (160.0, "nothing")])
def test_a_call_to_an_edge_that_is_down_is_named(moment: float, got: str) -> None:
    seen = asking(*EACH_THIRTY, calls_at=(moment, 246.0))

    assert _said("edge-down", seen) == ("failed", f"it called an edge whose OPTIONS got {got}")


def test_where_nobody_says_that_the_call_was_refused_a_call_that_did_not_come_says_nothing() -> None:
    assert _said("edge-down", asking(*EACH_THIRTY, told={}))[0] == "could not tell"


@pytest.mark.parametrize(
    ("moments", "said"),
    [
        ((30.0, 60.0), "no OPTIONS came any more after a 503"),
        ((30.0, 100.0), "no OPTIONS came any more after silence"),
    ],
)
def test_a_pbx_that_asks_no_more_is_named(moments: tuple[float, ...], said: str) -> None:
    assert _said("edge-recovers", asking(*moments)) == ("failed", said)


def test_a_pbx_that_does_not_ask_at_all_is_not_judged_by_it() -> None:
    assert [_said(name, asking())[0] for name in ("edge-down", "edge-recovers")] == ["could not tell"] * 2


def test_one_that_asks_on_and_calls_when_the_edge_is_there_passes() -> None:
    assert [_said(name, qualifying())[0] for name in ("edge-down", "edge-recovers")] == ["passed"] * 2


def test_a_driver_that_is_a_program_is_not_there_between_calls() -> None:
    result = result_of_the_phone(CHECKS["edge-down"])

    assert (result.verdict.outcome, result.verdict.said) == (
        "not run",
        "the driver phone is not there between calls",
    )
