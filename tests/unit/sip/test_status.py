"""Reason phrases."""

from __future__ import annotations

import pytest

from sipdomain.sip.status import REASONS, reason_phrase


@pytest.mark.parametrize(
    ("status", "reason"),
    [(100, "Trying"), (200, "OK"), (407, "Proxy Authentication Required"), (499, "Bad Request"), (699, "Busy Everywhere"),
     (299, "OK"), (999, "Unknown")],
)  # fmt: skip
def test_a_status_has_its_reason_or_that_of_its_class(status: int, reason: str) -> None:
    assert reason_phrase(status) == reason


def test_every_status_in_the_table_is_one() -> None:
    assert all(100 <= status < 700 and reason for status, reason in REASONS.items())
