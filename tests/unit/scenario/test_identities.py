"""Faker draws identities by seed."""

from __future__ import annotations

import re

import pytest

from sipdomain.errors import Position
from sipdomain.scenario.identities import KINDS, Identities

WHERE = Position("x", 1, 1)
FORMS = {
    "address": r"[^\n]+, .+",
    "company": r".+",
    "email": r"[\w.]+@example\.(com|net|org)",
    "extension": r"1[0-9]{3}",
    "name": r".+ .+",
    "number": r"\+1555[1-9][0-9]{6}",
    "password": r"[A-Za-z0-9]{16}",
    "sentence": r"[A-Z][^\n]+\.",
    "user": r"\w+",
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    "word": r"\w+",
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_identity_has_its_form_and_is_the_same_for_the_same_seed(kind: str) -> None:
    drawn = [Identities(seed)(kind, WHERE) for seed in (*range(20), 0)]
    assert all(re.fullmatch(FORMS[kind], each) for each in drawn), drawn
    assert drawn[0] == drawn[-1]
    assert len(set(drawn)) > 5
