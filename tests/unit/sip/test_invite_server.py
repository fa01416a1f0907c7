"""A 2xx that waits for its ACK."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sipdomain.sip.invite_server import Acceptance
from sipdomain.sip.message import Request, Response
from sipdomain.sip.timers import Timers


def accepted(now: float = 0.0, timers: Timers | None = None) -> Acceptance:
    """Return a 2xx to the INVITE with CSeq 7."""
    return Acceptance(Response(200, "OK", [("CSeq", "7 INVITE")]), timers or Timers(), now)


def moments(acceptance: Acceptance) -> tuple[list[float], float]:
    """Return when it is sent again, and when it is given up."""
    again = []
    while acceptance.due(at := acceptance.at):
        again.append(at)
    return again, at


def test_it_is_sent_again_after_t1_then_twice_as_long_up_to_t2_and_given_up_after_64_t1() -> None:
    assert moments(accepted()) == ([0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5], 32.0)


def test_other_timers_make_other_moments() -> None:
    again, given_up_at = moments(accepted(10.0, Timers(t1=0.1, t2=1.6)))
    assert again == pytest.approx([10.1, 10.3, 10.7, 11.5, 13.1, 14.7, 16.3])
    assert given_up_at == pytest.approx(16.4)


@pytest.mark.parametrize(("number", "is_its"), [(7, True), (6, False), (8, False)])
def test_its_ack_has_the_number_of_the_invite(number: int, is_its: bool) -> None:
    ack = Request("ACK", "sip:a@b", [("CSeq", f"{number} ACK")])
    assert accepted().is_acknowledged_by(ack) is is_its


@given(st.floats(0, 1e6), st.floats(0.01, 5), st.floats(0.01, 50))
def test_it_ends_after_64_t1_whatever_the_timers(now: float, t1: float, t2: float) -> None:
    acceptance = accepted(now, Timers(t1=t1, t2=max(t1, t2)))
    again, given_up_at = moments(acceptance)
    assert given_up_at == pytest.approx(now + 64 * t1)
    assert 6 <= len(again) <= 65
