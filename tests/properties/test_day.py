"""However many calls there were, no more is kept than the caps say; `day` plays more calls by hand."""

from __future__ import annotations

from tests.properties.day import Day


def test_past_their_caps_nothing_grows() -> None:
    day = Day(entries=2_000, records=100)
    before = day.play(1_100)  # The phone keeps 1,000 finished calls.
    after = day.play(400)
    assert before[:3] == after[:3] == (2_000, 100, 1_000)
    assert after.forgotten - before.forgotten == 320  # Of five calls four reach a domain.
    assert before.at_work == after.at_work == 0
    assert abs(after.objects - before.objects) < 200
