"""A PBX whose user has other phones: what it takes of their bindings, and that none of their messages is its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sipdomain.qa.checks import CHECKS
from sipdomain.qa.seen import Seen
from tests.unit.qa.played import changed, right, without


def test_the_eleventh_binding_is_refused_by_the_rule_of_the_emulator() -> None:
    seen = right()["bindings-full"]

    assert [each.status for each in seen.registrations[0].responses("REGISTER")] == [407, 403]
    assert len(seen.registrations) == 1


def test_of_a_pbx_that_is_not_refused_nothing_can_be_told() -> None:
    seen = changed(right()["bindings-full"], lambda wire: None if wire.status == 403 else wire)

    found = CHECKS["bindings-full"].verdict(seen)

    assert (found.outcome, found.said) == ("could not tell", "no REGISTER was refused with 32007")


def test_of_a_pbx_that_does_not_call_after_the_refusal_nothing_can_be_told() -> None:
    seen = right()["bindings-full"]
    seen = replace(seen, dialogs=tuple(seen.registrations))

    found = CHECKS["bindings-full"].verdict(seen)

    assert (found.outcome, found.said) == ("could not tell", "no call came after the refusal")


def test_a_call_after_the_refusal_that_does_not_come_about_fails() -> None:
    found = CHECKS["bindings-full"].verdict(without(right()["bindings-full"], "ACK"))

    assert (found.outcome, found.said) == ("failed", "its call after the refusal did not come about")


def test_a_pbx_that_does_not_register_is_not_graded() -> None:
    assert CHECKS["bindings-full"].verdict(right()["call"]).outcome == "not run"


def _again_after(seconds: float) -> Seen:
    """Return what is seen of a PBX that registers again so long after the 200 with ten Contacts."""
    seen = right()["ten-bindings"]
    granted = next(each for each in seen.registrations[0].responses("REGISTER") if each.status == 200)
    return changed(
        seen, lambda wire: replace(wire, at=granted.at + seconds) if wire.at > granted.at + 1 else wire
    )


def test_the_200_lists_ten_contacts_of_which_its_own_has_60_seconds() -> None:
    seen = right()["ten-bindings"]

    granted = next(each for each in seen.registrations[0].responses("REGISTER") if each.status == 200)
    seconds = [text.rpartition("=")[2] for text in granted.message.headers.list("contact")]

    assert sorted(map(int, seconds)) == [20, 20, 20, 20, 60, 600, 900, 1200, 1800, 3600]
    assert len(seen.registrations) == 1


@pytest.mark.parametrize(
    ("after", "outcome"), [(18.0, "failed"), (30.0, "passed"), (55.0, "passed"), (61.0, "failed")]
)
def test_its_own_expiry_counts_and_neither_the_shortest_nor_a_longer_one(after: float, outcome: str) -> None:
    found = CHECKS["own-contact"].verdict(_again_after(after))

    assert found.outcome == outcome, found.said


def test_of_a_200_with_its_own_contact_alone_nothing_can_be_told() -> None:
    found = CHECKS["own-contact"].verdict(right()["registration-granted"])

    assert (found.outcome, found.said) == ("could not tell", "no 200 listed its Contact among others")
