"""A call and the legs that it dials are known by their Call-IDs."""

from __future__ import annotations

import pytest

from sipdomain import families
from sipdomain.entries import CallBegan, Note, VerbStarted
from sipdomain.families import Families
from sipdomain.journal import Journal


def began(call: str, parent: str = "") -> CallBegan:
    return CallBegan(at=0.0, call_sid=f"CA{call}", call_id=call, parent=f"CA{parent}" if parent else "")


def made(*entries: CallBegan) -> Families:
    found = Families()
    for each in entries:
        found.take(each)
    return found


FAMILY = (began("call"), began("other"), began("bob", "call"), began("carol", "call"), began("dave", "bob"))


def test_legs_are_numbered_in_the_order_of_their_beginning_and_the_call_is_the_first() -> None:
    known = made(*FAMILY, began("erin", "call"))
    assert known.legs("call") == ("call", "bob", "carol", "dave", "erin")
    assert known.legs("bob") == ("bob", "dave")
    assert known.legs("other") == ("other",)


@pytest.mark.parametrize(
    ("leg", "root"), [("dave", "call"), ("call", "call"), ("other", "other"), ("x", "x")]
)
def test_any_leg_leads_to_the_whole_family(leg: str, root: str) -> None:
    known = made(*FAMILY)
    assert known.root(leg) == root
    assert known.of(leg) == known.legs(root)


def test_a_leg_that_comes_back_to_a_domain_stays_a_leg_of_its_call() -> None:
    again = CallBegan(at=1.0, call_sid="CAagain", call_id="bob")
    assert made(*FAMILY, again).root("bob") == "call"


def test_a_leg_of_a_call_that_nobody_knows_is_a_family_of_its_own() -> None:
    assert made(began("bob", "call")).of("bob") == ("bob",)


@pytest.mark.parametrize(("bound", "most"), [("MOST_CALLS", 3), ("MOST_CHARACTERS", 12)])
def test_the_call_that_began_first_is_forgotten_first(
    monkeypatch: pytest.MonkeyPatch, bound: str, most: int
) -> None:
    monkeypatch.setattr(families, bound, most)
    known = made(*FAMILY)
    assert known.of("call") == ("call",)
    assert known.root("carol") == "carol"
    assert known.of("dave") == ("bob", "dave")


def test_the_journal_returns_what_happened_in_a_family_in_its_order() -> None:
    journal = Journal()
    verbs = [
        VerbStarted(at=float(at), call_sid=f"CA{call}", call_id=call, verb="Say")
        for at, call in enumerate(("call", "bob", "call", "other"))
    ]
    entries = [
        began("call"),
        verbs[0],
        began("other"),
        began("bob", "call"),
        *verbs[1:],
        Note(at=9.0, source="x", text=""),
    ]
    for each in entries:
        journal.append(each)
    assert journal.of_family("bob") == [entries[0], verbs[0], entries[3], verbs[1], verbs[2]]
    assert journal.of_family("other") == [entries[2], verbs[3]]
    journal.clear()
    assert journal.of_family("bob") == []
    assert journal.families.of("bob") == ("bob",)
