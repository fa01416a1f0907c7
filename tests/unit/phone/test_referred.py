"""Being transferred: how the phone answers a REFER, and what it reports then."""

from __future__ import annotations

import pytest

from sipdomain.sip.message import Request, Response
from tests.unit.phone.far_end import FarEnd

TARGET = ("Refer-To", "<sip:bob@pbx>")


def test_a_phone_that_was_not_set_up_for_it_knows_no_refer() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.ask("REFER", call, invite, 1, TARGET)
    assert far.status() == 405
    assert call.requests_received == ["REFER"]


def test_it_reports_one_status_after_the_other_each_when_the_one_before_has_arrived() -> None:
    far = FarEnd(transfers=(202, 180, 486))
    call, invite = far.talk()
    far.ask("REFER", call, invite, 1, TARGET)
    accepted, ringing = far.take()
    assert isinstance(accepted, Response)
    assert isinstance(ringing, Request)
    assert (accepted.status, ringing.method) == (202, "NOTIFY")
    assert (ringing.require("event"), ringing.body) == ("refer", b"SIP/2.0 180 Ringing\r\n")
    assert ringing.require("subscription-state") == "active;expires=60"
    far.reply(ringing, 200)
    busy = far.request("NOTIFY")
    assert (busy.require("subscription-state"), busy.body) == (
        "terminated;reason=noresource", b"SIP/2.0 486 Busy Here\r\n",
    )  # fmt: skip
    far.reply(busy, 200)
    assert far.take() == []


@pytest.mark.parametrize("end", ["refused", "hung up"])
def test_it_reports_nothing_more_to_who_does_not_want_it(end: str) -> None:
    far = FarEnd(transfers=(202, 100, 200))
    call, invite = far.talk()
    far.ask("REFER", call, invite, 1, TARGET)
    _, notify = far.take()
    assert isinstance(notify, Request)
    if end == "hung up":
        far.hang_up(call)
        far.request("BYE")
    far.reply(notify, 481 if end == "refused" else 200)
    assert far.take() == []


def test_a_refusal_is_all_there_is() -> None:
    far = FarEnd(transfers=(603,))
    call, invite = far.talk()
    far.ask("REFER", call, invite, 1, TARGET)
    assert far.status() == 603
