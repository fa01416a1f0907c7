"""What the talkers of a benchmark send."""

from __future__ import annotations

from tests.benchmarks.talkers import EVENT, pressed, voice


def test_a_key_lasts_five_beats_and_its_end_is_sent_three_times() -> None:
    packets = list(pressed("#1"))

    assert [payload.hex() for kind, _, _, payload in packets[:8] if kind == EVENT] == [
        "0b0a00a0", "0b0a0140", "0b0a01e0", "0b0a0280", "0b0a0320", "0b8a0320", "0b8a0320", "0b8a0320",
    ]  # fmt: skip
    assert [marker for _, marker, _, _ in packets].count(1) == 2
    assert {timestamp for _, _, timestamp, _ in packets[:8]} == {0}
    assert {kind for kind, _, _, _ in packets[8:12]} == {0}
    assert packets[12][2] == 12 * 160


def test_voice_goes_on_by_20_ms_a_beat() -> None:
    assert [voice(beat)[:3] for beat in range(3)] == [(0, 1, 0), (0, 0, 160), (0, 0, 320)]
