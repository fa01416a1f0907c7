"""The bench waits for what it asked for."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

from sipdomain.qa.bench import Bench
from sipdomain.qa.drivers.driver import Order
from sipdomain.qa.drivers.phone import PhoneDriver
from sipdomain.qa.making import Wishes, make_bench
from sipdomain.runtime.worlds.world import Until
from tests.unit.qa.played import PASSWORD


class Once(PhoneDriver):
    """Calls when it is asked for the first time alone."""

    asked = 0

    def begin(self, order: Order) -> None:
        """Call, or do not."""
        self.asked += 1
        if self.asked == 1:
            super().begin(order)


def test_the_second_call_of_a_situation_is_waited_for_as_the_first() -> None:
    wishes = Wishes("phone", "", "demo", "alice", PASSWORD)
    bench = make_bench(wishes, tell=lambda _: None, skipped=lambda: False, substrate="sim")
    came = []

    def play(bench: Bench) -> Generator[Until, bool, None]:
        for _ in range(2):
            came.append((yield from bench.dial()))
            yield from bench.over()

    with closing(bench.world):
        bench.driver = Once(bench.world.phone("pbx"))
        bench.play(play, "")

    assert came == [True, False]
