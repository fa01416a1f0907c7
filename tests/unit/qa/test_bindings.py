"""A PBX whose user has other phones: what it takes of their bindings, and that none of their messages is its own."""

from __future__ import annotations

from dataclasses import replace

from sipdomain.qa.checks import CHECKS
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
