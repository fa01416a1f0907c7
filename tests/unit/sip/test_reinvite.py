"""How long an INVITE within a dialog waits after 491."""

from __future__ import annotations

import pytest

from sipdomain.sip.reinvite import glare_pause


@pytest.mark.parametrize(
    ("number", "is_owner", "pause"),
    [
        (0, True, 2.1),
        (190, True, 4.0),
        (191, True, 2.1),
        (0, False, 0.0),
        (200, False, 2.0),
        (201, False, 0.0),
    ],
)
def test_the_owner_of_the_call_id_waits_2_1_to_4_seconds_and_the_other_up_to_2(
    number: int, is_owner: bool, pause: float
) -> None:
    assert glare_pause(number, is_owner=is_owner) == pytest.approx(pause)
