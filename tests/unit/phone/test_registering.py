"""The phone registers: challenges, 423, 503, refreshes, and what it remembers."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.errors import LocalProtocolError
from sipdomain.phone import PhoneCall
from sipdomain.sip.message import Request
from tests.unit.phone.far_end import FarEnd, challenge

OURS = "<sip:alice@127.0.0.10:5070;transport=udp>"


def register(far: FarEnd, **more: Any) -> PhoneCall:
    """Tell the phone to register."""
    record, outputs = far.phone.register(far.now, **more)
    far.carry(outputs)
    return record


def grant(far: FarEnd, request: Request, expires: int) -> None:
    """Answer 200 with the phone's binding and a stranger's."""
    far.reply(request, 200, ("Contact", f"<sip:alice@192.0.2.1>;expires=17,{OURS};expires={expires}"))


def until(far: FarEnd, moment: float) -> None:
    """Let the phone do what is due up to a moment."""
    while (deadline := far.phone.deadline) is not None and deadline <= moment:
        far.now = deadline
        far.carry(far.phone.tick(far.now))
    far.now = moment


def test_the_first_register_says_who_and_where() -> None:
    far = FarEnd()
    record = register(far)
    sent = far.request("REGISTER")
    assert sent.target == "sip:acme.sip.twilio.com"
    assert str(sent.to.uri) == str(sent.from_.uri) == "sip:alice@acme.sip.twilio.com"
    assert sent.require("contact") == OURS
    assert sent.require("expires") == "3600"
    assert sent.cseq.number == 1
    assert (record.method, record.state, record.call_id) == ("REGISTER", "trying", sent.call_id)


def test_a_challenge_is_answered_once() -> None:
    far = FarEnd()
    record = register(far)
    first = far.request("REGISTER")
    far.reply(first, 407, challenge("n1"))
    second = far.request("REGISTER")
    assert (second.call_id, second.cseq.number) == (first.call_id, 2)
    assert 'uri="sip:acme.sip.twilio.com"' in second.require("proxy-authorization")
    far.reply(second, 407, challenge("n1"))
    assert far.take() == []
    assert (record.state, record.responses) == ("refused", [407, 407])


def test_it_is_refreshed_at_nine_tenths_of_the_time_that_our_contact_was_given() -> None:
    far = FarEnd()
    record = register(far)
    first = far.request("REGISTER")
    grant(far, first, 1000)
    assert (record.state, record.answered_at) == ("ended", 0.0)
    until(far, 899.0)
    assert far.take() == []
    until(far, 900.0)
    again = far.request("REGISTER")
    assert (again.call_id, again.cseq.number) == (first.call_id, 2)
    grant(far, again, 1000)
    until(far, 1800.0)
    far.request("REGISTER")
    assert record.responses == [200, 200]


def test_after_423_it_asks_for_min_expires_and_keeps_to_it() -> None:
    far = FarEnd()
    record = register(far, expires=60)
    far.reply(far.request("REGISTER"), 423, ("Min-Expires", "600"))
    longer = far.request("REGISTER")
    assert longer.require("expires") == "600"
    grant(far, longer, 600)
    assert record.responses == [423, 200]
    until(far, 540.0)
    assert far.request("REGISTER").require("expires") == "600"


@pytest.mark.parametrize("fields", [[], [("Min-Expires", "soon")]])
def test_a_423_that_says_nothing_is_a_refusal(fields: list[tuple[str, str]]) -> None:
    far = FarEnd()
    record = register(far)
    far.reply(far.request("REGISTER"), 423, *fields)
    assert record.state == "refused"


def test_after_503_it_waits_for_retry_after_but_not_for_ever() -> None:
    far = FarEnd()
    record = register(far)
    for attempt in range(5):
        far.reply(far.request("REGISTER"), 503, ("Retry-After", "2 (busy)"))
        assert record.state == "trying"
        until(far, 2.0 * (attempt + 1))
    far.reply(far.request("REGISTER"), 503, ("Retry-After", "2"))
    until(far, 1000.0)
    assert far.take() == []
    assert (record.state, record.responses) == ("refused", [503] * 6)


@pytest.mark.parametrize("fields", [[], [("Retry-After", "121")], [("Retry-After", "-1")]])
def test_a_503_without_a_time_to_wait_for_is_a_refusal(fields: list[tuple[str, str]]) -> None:
    far = FarEnd()
    record = register(far)
    far.reply(far.request("REGISTER"), 503, *fields)
    assert record.state == "refused"


@pytest.mark.parametrize(("everything", "contact"), [(False, OURS), (True, "*")])
def test_unregistering_removes_the_binding_and_ends_the_refreshes(everything: bool, contact: str) -> None:
    far = FarEnd()
    register(far)
    first = far.request("REGISTER")
    grant(far, first, 3600)
    record, outputs = far.phone.unregister(far.now, everything=everything)
    far.carry(outputs)
    gone = far.request("REGISTER")
    assert (gone.call_id, gone.cseq.number) == (first.call_id, 2)
    assert (gone.require("contact"), gone.require("expires")) == (contact, "0")
    far.reply(gone, 200)
    assert record.state == "ended"
    until(far, 10_000.0)
    assert far.take() == []


def test_a_new_registration_takes_the_place_of_one_under_way() -> None:
    far = FarEnd()
    old = register(far)
    first = far.request("REGISTER")
    new = register(far, registrar="sip:acme.sip.dublin.twilio.com", expires=None, contact="")
    second = far.request("REGISTER")
    assert second.target == "sip:acme.sip.dublin.twilio.com"
    assert "expires" not in second.headers
    assert "contact" not in second.headers
    far.reply(first, 403)
    assert (old.state, old.responses) == ("failed", [])
    far.reply(second, 200)
    assert new.state == "ended"


def test_without_an_answer_it_fails_after_half_a_minute() -> None:
    far = FarEnd()
    record = register(far)
    until(far, 33.0)
    assert (record.state, record.ended_at) == ("failed", 32.0)


def test_an_answer_that_cannot_be_read_is_a_failure_and_calls_go_on() -> None:
    far = FarEnd()
    record = register(far)
    far.reply(far.request("REGISTER"), 200, ("Contact", "<<<"))
    assert record.state == "failed"
    far.dial()
    assert far.request("INVITE").target == "sip:100@acme.sip.twilio.com"


def test_what_a_script_gives_comes_before_the_usual() -> None:
    far = FarEnd()
    register(far, headers=[("Expires", "700"), ("X-Shift", "night")], contact="<sip:alice@192.0.2.9>")
    sent = far.request("REGISTER")
    assert sent.headers.all("expires") == ["700"]
    assert sent.require("x-shift") == "night"
    assert sent.require("contact") == "<sip:alice@192.0.2.9>"


@pytest.mark.parametrize(
    "wrong",
    [
        {"registrar": "no uri"},
        {"transport": "pigeon"},
        {"headers": [("CSeq", "1 REGISTER")]},
        {"contact": "<sip:a@b>\r\nX: y"},
    ],
)
def test_what_cannot_be_sent_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(LocalProtocolError):
        register(FarEnd(), **wrong)


def test_a_phone_that_never_registered_cannot_unregister() -> None:
    with pytest.raises(LocalProtocolError, match="alice was never asked to register"):
        FarEnd().phone.unregister(0.0)
