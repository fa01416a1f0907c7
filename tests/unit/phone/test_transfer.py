"""Transfer: REFER, its answer, and what the peer tells of the new call."""

from __future__ import annotations

import pytest

from sipdomain.errors import LocalProtocolError
from sipdomain.phone import PhoneCall
from sipdomain.sip.digest import Credentials
from sipdomain.sip.message import Request
from tests.unit.phone.far_end import FarEnd, challenge

BOB = "sip:bob@acme.sip.twilio.com"


def refer(far: FarEnd, call: PhoneCall) -> Request:
    """Have the phone transfer a call to Bob; return its REFER."""
    far.carry(far.phone.transfer(far.now, call, BOB))
    return far.request("REFER")


def notify(
    far: FarEnd,
    call: PhoneCall,
    invite: Request,
    number: int,
    body: str,
    state: str = "active",
    event: str = "refer",
) -> int:
    """Tell the phone how the new call goes; return its answer."""
    fields = [
        ("Event", event),
        ("Subscription-State", state),
        ("Content-Type", "message/sipfrag;version=2.0"),
    ]
    far.ask("NOTIFY", call, invite, number, *fields, body=body.encode())
    return far.status()


def progress(call: PhoneCall) -> tuple[list[int], bool]:
    assert call.transfer is not None
    return call.transfer.statuses, call.transfer.is_over


def test_an_accepted_transfer_is_followed_to_the_answer_of_the_new_call() -> None:
    far = FarEnd()
    call, invite = far.talk()
    request = refer(far, call)
    assert (request.cseq.number, request.to.tag, request.target) == (2, "far", "sip:gateway@10.0.0.7:5060")
    assert request.headers.all("refer-to") == ["<sip:bob@acme.sip.twilio.com>"]
    assert request.headers.get("referred-by") == "<sip:alice@acme.sip.twilio.com>"
    assert request.headers.get("contact") == "<sip:alice@127.0.0.10:5070;transport=udp>"
    far.reply(request, 202)
    assert progress(call) == ([202], False)
    assert notify(far, call, invite, 1, "SIP/2.0 100 Trying\r\n") == 200
    assert notify(far, call, invite, 2, "SIP/2.0 180 Ringing") == 200
    assert progress(call) == ([202, 100, 180], False)
    assert notify(far, call, invite, 3, "SIP/2.0 200 OK\r\n", "terminated;reason=noresource") == 200
    assert progress(call) == ([202, 100, 180, 200], True)
    assert call.state == "answered"
    assert call.responses == [200]


@pytest.mark.parametrize("status", [403, 405, 481, 603])
def test_a_refused_transfer_is_over_and_the_call_goes_on(status: int) -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.reply(refer(far, call), status)
    assert progress(call) == ([status], True)
    assert notify(far, call, invite, 1, "SIP/2.0 200 OK") == 200
    assert (progress(call), call.state) == (([status], True), "answered")


def test_a_transfer_without_an_answer_is_over_after_32_seconds() -> None:
    far = FarEnd()
    call, _ = far.talk()
    refer(far, call)
    far.wait(40.0)
    assert (progress(call), call.state) == (([408], True), "answered")


def test_a_challenged_transfer_is_sent_again_with_credentials() -> None:
    far = FarEnd()
    call, _ = far.talk()
    far.reply(refer(far, call), 407, challenge("N1"))
    again = far.request("REFER")
    assert (again.cseq.number, again.headers.all("refer-to")) == (3, ["<sip:bob@acme.sip.twilio.com>"])
    assert Credentials.parse(again.require("proxy-authorization")).nonce == "N1"
    far.reply(again, 202)
    assert progress(call) == ([202], False)


def test_a_notification_that_overtakes_the_202_comes_behind_it() -> None:
    far = FarEnd()
    call, invite = far.talk()
    request = refer(far, call)
    notify(far, call, invite, 1, "SIP/2.0 100 Trying")
    far.reply(request, 202)
    assert progress(call) == ([202, 100], False)


def test_an_answer_to_an_earlier_transfer_is_none_to_the_present_one() -> None:
    far = FarEnd()
    call, invite = far.talk()
    first = refer(far, call)
    notify(far, call, invite, 1, "SIP/2.0 486 Busy Here", "terminated")
    second = refer(far, call)
    far.reply(first, 403)
    assert progress(call) == ([], False)
    far.reply(second, 202)
    assert progress(call) == ([202], False)


def test_an_earlier_transfer_without_an_answer_does_not_end_the_present_one() -> None:
    far = FarEnd()
    call, invite = far.talk()
    refer(far, call)
    far.wait(10.0)
    far.take()
    notify(far, call, invite, 1, "SIP/2.0 486 Busy Here", "terminated")
    far.reply(refer(far, call), 202)
    far.wait(40.0)
    assert progress(call) == ([202], False)


@pytest.mark.parametrize(
    ("body", "state", "event", "expected"),
    [
        ("SIP/2.0 486 Busy Here", "active", "refer", ([202, 486], True)),
        ("SIP/2.0 100", "terminated;reason=timeout", "refer", ([202, 100], True)),
        ("", "terminated", "refer", ([202], True)),
        ("SIP/3.0 200 OK", "active", "refer", ([202], False)),
        ("SIP/2.0 2000 OK", "active", "refer", ([202], False)),
        ("SIP/2.0 999 ?", "active", "refer", ([202], False)),
        ("SIP/2.0 200 OK", "active", "presence", ([202], False)),
        ("SIP/2.0 200 OK", "active", "refer;id=1", ([202], False)),
        ("SIP/2.0 180 Ringing", "active", "Refer ; id=2", ([202, 180], False)),
    ],
)
def test_what_a_notification_says_of_a_transfer(
    body: str, state: str, event: str, expected: tuple[list[int], bool]
) -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.reply(refer(far, call), 202)
    assert notify(far, call, invite, 1, body, state, event) == 200
    assert progress(call) == expected


def test_a_notification_of_another_type_says_nothing() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.reply(refer(far, call), 202)
    far.ask(
        "NOTIFY", call, invite, 1, ("Event", "refer"), ("Content-Type", "text/plain"), body=b"SIP/2.0 200 OK"
    )
    assert far.status() == 200
    assert progress(call) == ([202], False)


def test_the_statuses_of_a_transfer_are_noted_up_to_a_hundred() -> None:
    far = FarEnd()
    call, invite = far.talk()
    far.reply(refer(far, call), 202)
    for number in range(1, 150):
        notify(far, call, invite, number, "SIP/2.0 180 Ringing")
    assert progress(call) == ([202, *[180] * 99], False)


def test_the_peer_of_one_call_is_joined_with_the_peer_of_another() -> None:
    far = FarEnd()
    first, _ = far.talk()
    second, invite = far.talk()
    far.carry(far.phone.join(far.now, first, second))
    request = far.request("REFER")
    assert request.call_id == first.call_id
    ours = invite.from_.tag
    assert request.headers.all("refer-to") == [
        f"<sip:gateway@10.0.0.7:5060?Replaces={second.call_id}%3Bto-tag%3Dfar%3Bfrom-tag%3D{ours}>"
    ]
    with pytest.raises(LocalProtocolError, match="its own place"):
        far.phone.join(far.now, second, second)


def test_only_an_answered_call_is_transferred_to_a_uri_and_one_transfer_at_a_time() -> None:
    far = FarEnd()
    call = far.dial()
    with pytest.raises(LocalProtocolError, match="answered"):
        far.phone.transfer(0.0, call, BOB)
    far.answer(far.request("INVITE"))
    far.request("ACK")
    with pytest.raises(LocalProtocolError, match="not a SIP URI"):
        far.phone.transfer(0.0, call, "sip:bob@a>\r\nX: y")
    ringing = far.dial()
    with pytest.raises(LocalProtocolError, match="replaced"):
        far.phone.join(0.0, call, ringing)
    far.take()
    request = refer(far, call)
    with pytest.raises(LocalProtocolError, match="under way"):
        far.phone.transfer(0.0, call, BOB)
    far.reply(request, 403)
    refer(far, call)
    far.hang_up(call)
    assert far.phone.transfer(0.0, call, BOB) == []
