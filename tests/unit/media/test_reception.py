"""Loss and jitter of a stream, as RFC 3550 counts them."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sipdomain.media.reception import Reception
from sipdomain.media.rtcp import ReportBlock


def heard(sequences: list[int], ssrc: int = 1) -> Reception:
    made = Reception()
    for number, sequence in enumerate(sequences):
        made.take(ssrc, sequence, number * 160, number * 0.02)
    return made


@pytest.mark.parametrize(
    ("sequences", "received", "lost"),
    [
        ([], 0, 0),
        ([7], 1, 0),
        ([1, 2, 3], 3, 0),
        ([1, 2, 5], 3, 2),
        ([65_534, 65_535, 0, 1], 4, 0),
        ([65_534, 1], 2, 2),
        ([1, 3, 2], 3, 0),
        ([1, 2, 2, 3], 4, 0),
        ([1, 2, 30_000, 3], 3, 0),
        ([1, 2, 4, 30_000, 30_001, 30_002], 5, 1),
    ],
)
def test_packets_are_counted_over_gaps_turns_and_repetitions(
    sequences: list[int], received: int, lost: int
) -> None:
    found = heard(sequences)
    assert (found.received, found.lost) == (received, lost)


@given(st.integers(0, 65_535), st.lists(st.booleans(), min_size=1, max_size=400))
def test_lost_are_the_gaps_between_the_first_and_the_last(first: int, came: list[bool]) -> None:
    came = [True, *came, True]
    found = heard([(first + number) & 0xFFFF for number, each in enumerate(came) if each])
    assert (found.received, found.lost) == (came.count(True), came.count(False))


def test_an_even_stream_has_no_jitter_and_a_late_packet_a_sixteenth_of_its_delay() -> None:
    found = Reception()
    for number in range(50):
        found.take(1, number, number * 160, 10.0 + number * 0.02)
    assert found.jitter == pytest.approx(0.0, abs=1e-9)
    found.take(1, 50, 50 * 160, 10.0 + 50 * 0.02 + 0.016)
    assert found.jitter == pytest.approx(0.001)


def test_the_timestamps_of_keys_are_no_jitter() -> None:
    found = heard([1, 2])
    for number in range(10):
        found.take(1, 3 + number, None, 1.0 + number * 0.02)
    assert found.jitter == pytest.approx(0.0, abs=1e-9)


def test_another_source_begins_anew_and_what_was_counted_stays() -> None:
    found = heard([1, 3])
    found.take(2, 500, 0, 1.0)
    found.take(2, 502, 320, 1.04)
    assert (found.received, found.lost, found.ssrc) == (4, 2, 2)
    block = found.block(0, 0.0)
    assert block is not None
    assert (block.ssrc, block.lost, block.highest) == (2, 1, 502)


def test_a_block_has_the_fraction_since_the_one_before() -> None:
    found = heard([0, 1, 2, 4])
    assert found.block(0, 0.0) == ReportBlock(1, 51, 1, 4, 0, 0, 0)
    found.take(1, 5, 5 * 160, 0.1)
    second = found.block(0x1234_5678, 1.5)
    assert second is not None
    assert (second.fraction_lost, second.lost, second.last_report, second.since_last_report) == (
        0, 1, 0x1234_5678, 98_304,
    )  # fmt: skip


def test_there_is_nothing_to_report_of_no_stream() -> None:
    assert Reception().block(0, 0.0) is None
