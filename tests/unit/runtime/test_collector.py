"""A long-running emulator looks for old cycles only while it is at rest."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from sipdomain.runtime.collector import collect_if, collect_in_portions


class Knot:
    """Something that refers to itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def _collector_as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()
    gc.enable()


def test_an_old_cycle_is_found_at_rest_and_not_before_much_has_grown_old() -> None:
    gc.collect()
    gc.disable()
    knot = Knot()
    found = weakref.ref(knot)
    gc.collect(1)
    del knot
    collect_if(lambda: True)
    assert found() is not None
    for _ in range(8):
        gc.collect(1)
    collect_if(lambda: False)
    assert found() is not None
    collect_if(lambda: True)
    assert found() is None


def test_what_comes_is_looked_at_in_small_portions() -> None:
    looked_at = []
    collect_in_portions()

    def note(phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            looked_at.append((info["generation"], len(gc.get_objects(0))))

    gc.callbacks.append(note)
    try:
        kept = [[number] for number in range(40_000)]
    finally:
        gc.callbacks.remove(note)
    assert len(kept) == 40_000
    assert max(young for _, young in looked_at) < 3_000
    assert [generation for generation, _ in looked_at].count(1) in {2, 3}
    assert 2 not in [generation for generation, _ in looked_at]
