"""The inputs by which the fuzzer reached the most, one after another, without the fuzzer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz.targets import TARGETS

CORPUS = Path(__file__).parents[2] / "fixtures" / "fuzz"
MOST_BYTES = 200_000


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_that_the_fuzzer_came_up_with_does_harm(name: str) -> None:
    inputs = sorted((CORPUS / name).iterdir())
    assert inputs
    for each in inputs:
        TARGETS[name](each.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("data", [b"", b"\x00", b"\r\n\r\n", b"\xff" * 4096])
def test_next_to_nothing_does_no_harm_either(name: str, data: bytes) -> None:
    TARGETS[name](data)


def test_the_corpus_is_small_and_all_of_it_is_played() -> None:
    assert {folder.name for folder in CORPUS.iterdir()} == set(TARGETS)
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < MOST_BYTES
