"""What a run plays, and in which order: what failed last, repeated, shuffled."""

from __future__ import annotations

import random
from collections.abc import Container, Sequence
from pathlib import Path

from sipdomain.scenario.loader import ScenarioFile


def failed_ones(files: Sequence[ScenarioFile], failed: Container[str]) -> list[ScenarioFile]:
    """Return the scenarios whose file is among those that failed, by their absolute paths."""
    return [each for each in files if str(Path(each.path).resolve()) in failed]


def arranged(
    files: Sequence[ScenarioFile], *, times: int, seed: int | None
) -> list[tuple[ScenarioFile, int]]:
    """Return each scenario so many times, round after round, with the number of its round from 1.

    Args:
        files: The scenarios.
        times: How many rounds.
        seed: Draws the order within each round; None for the order as it is.
    """
    rng = random.Random(seed)
    found: list[tuple[ScenarioFile, int]] = []
    for number in range(1, times + 1):
        one = list(files)
        if seed is not None:
            rng.shuffle(one)
        found += [(each, number) for each in one]
    return found
