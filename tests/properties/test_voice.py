"""Random documents: each ends, whatever happens meanwhile; `voice` and `documents` play more by hand."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from sipdomain.twiml.verbs import VERBS
from tests.properties.documents import document, problem
from tests.properties.voice import play

CHUNK = 20


@pytest.mark.parametrize("first", range(0, 100, CHUNK))
def test_every_call_ends_with_all_that_it_began(first: int) -> None:
    outcomes = {seed: play(seed) for seed in range(first, first + CHUNK)}
    assert {seed: outcome.problems for seed, outcome in outcomes.items() if outcome.problems} == {}
    assert sum((outcome.ends for outcome in outcomes.values()), Counter[str]())["completed"] > CHUNK


def test_a_seed_repeats_itself() -> None:
    assert play(7) == play(7)


def test_every_document_is_checked_and_carried_out_to_an_end() -> None:
    wrong = {}
    for seed in range(2_000):
        rng = random.Random(f"document {seed}")
        text = document(rng)
        if said := problem(text, rng):
            wrong[text] = said
    assert wrong == {}


def test_the_documents_have_every_verb() -> None:
    texts = "".join(document(random.Random(seed)) for seed in range(500))
    assert [name for name in VERBS if f"<{name}" not in texts] == []
