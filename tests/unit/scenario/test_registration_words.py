"""What comes of a registration or a single request is told of as such, and not as of a call."""

from __future__ import annotations

import pytest

from sipdomain.scenario.expect.finding import fate, named
from tests.unit.scenario.paper import PaperCall


@pytest.mark.parametrize(
    ("method", "state", "name", "told"),
    [
        ("INVITE", "ended", "the call", "the call is ended"),
        ("INVITE", "ringing", "the call", "the call is ringing"),
        ("REGISTER", "ended", "the registration", "the registration is accepted"),
        ("REGISTER", "refused", "the registration", "the registration is refused"),
        ("OPTIONS", "ended", "the OPTIONS request", "the OPTIONS request is answered"),
    ],
)
def test_what_came_of_a_request_is_called_by_its_own_name(
    method: str, state: str, name: str, told: str
) -> None:
    call = PaperCall("1@h", method=method, state=state)
    assert (named(call), fate(call)) == (name, told)
