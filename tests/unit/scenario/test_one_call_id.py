"""What is seen of requests and calls that have one Call-ID: registrations apart, the phones of a user together."""

from __future__ import annotations

from pathlib import Path

import pytest

from sipdomain.entries import CallChanged
from sipdomain.scenario.given import Given
from sipdomain.scenario.stage import Stage
from tests.unit.scenario.paper import PaperCall, PaperWorld, nothing


@pytest.mark.parametrize(
    ("method", "seen"),
    [
        ("INVITE", [["initiated", "completed"], ["initiated", "completed"]]),
        ("REGISTER", [["initiated"], ["completed"]]),
    ],
)
def test_of_one_call_id_a_call_is_one_and_registrations_are_several(
    method: str, seen: list[list[str]]
) -> None:
    world = PaperWorld("documented", nothing)
    stage = Stage(world, Given(), Path())
    desk, mobile = (PaperCall("1@cloud", started_at=at, method=method) for at in (1.0, 1.002))
    stage.add_foreign_call("desk", desk)
    stage.add_foreign_call("mobile", mobile)
    for at, status in ((1.001, "initiated"), (1.003, "completed")):
        world.journal.append(CallChanged(at=at, call_sid="CA1", call_id="1@cloud", status=status))
    assert [[each.status for each in stage.seen(call, CallChanged)] for call in (desk, mobile)] == seen
