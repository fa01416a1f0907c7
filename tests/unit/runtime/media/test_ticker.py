"""The beat of all media on a loop that was busy."""

from __future__ import annotations

import asyncio

import pytest

from sipdomain.runtime.media.ticker import Ticker


class Loop(asyncio.SelectorEventLoop):
    """A loop whose time is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__()

    def time(self) -> float:
        return self.now

    def go_to(self, at: float) -> None:
        """Carry out what is due at a moment; each turn of the loop may make more so."""
        self.now = at
        for _ in range(20):
            self.call_soon(self.stop)
            self.run_forever()


@pytest.mark.parametrize(
    ("late_until", "beats"),
    [(0.04, [0, 0]), (0.115, [0, 0, 0, 0, 0]), (0.57, [27]), (3600.01, [179_999])],
    ids=["one late", "five late are made up for", "half a second", "an hour"],
)
def test_beats_that_are_very_late_are_skipped_and_counted(late_until: float, beats: list[int]) -> None:
    loop = Loop()
    skipped: list[int] = []
    ticker = Ticker(loop, 0.02, skipped.append)
    ticker.start()
    loop.go_to(late_until)
    assert skipped == beats
    assert ticker.skipped == pytest.approx(0.02 * sum(beats))
    # From then on the beats are where they would have been.
    loop.go_to(late_until + 0.2)
    assert sum(skipped) + len(skipped) == pytest.approx((late_until + 0.2) / 0.02, abs=1.0)
    ticker.stop()
    loop.close()
