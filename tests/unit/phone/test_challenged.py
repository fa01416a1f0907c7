"""A phone answers challenges, once for each nonce, and gives up."""

from __future__ import annotations

import pytest

from sipdomain.sip.digest import Credentials, digest_response, hash_a1
from sipdomain.sip.message import Request
from tests.unit.phone.far_end import CONNECTED, FarEnd, challenge


def test_a_challenge_is_answered_and_the_call_goes_on() -> None:
    far = FarEnd()
    call = far.dial(headers=[("X-Order", "7")])
    first = far.request("INVITE")
    far.reply(first, 100)
    far.reply(first, 407, challenge("N1"))
    ack, second = far.take()
    assert isinstance(ack, Request)
    assert (ack.method, ack.via, ack.cseq.number) == ("ACK", first.via, 1)
    assert isinstance(second, Request)
    assert (second.cseq.number, second.call_id, second.from_, second.to.tag) == (
        2,
        call.call_id,
        first.from_,
        None,
    )
    assert second.via.branch != first.via.branch
    assert (second.headers.all("x-order"), second.body) == (["7"], first.body)
    given = Credentials.parse(second.require("proxy-authorization"))
    assert (given.username, given.uri, given.nc, given.opaque, given.algorithm) == (
        "alice", "sip:100@acme.sip.twilio.com", "00000001", "0a1b", "",
    )  # fmt: skip
    ha1 = hash_a1("alice", "sip.twilio.com", "Correct-Horse-42")
    assert given.response == digest_response(ha1, "INVITE", given)

    far.reply(second, 100)
    far.reply(second, 180)
    assert call.state == "ringing"
    far.now = 2.0
    far.answer(second, ("X-Twilio-CallSid", "CA1"))
    assert call.responses == [100, 407, 100, 180, 200]
    assert (call.state, call.answered_at, call.final_status) == ("answered", 2.0, 200)
    assert ("X-Twilio-CallSid", "CA1") in call.final_headers
    assert far.media[-1] == CONNECTED
    ack = far.request("ACK")
    assert (ack.target, ack.to.tag, ack.cseq.number) == ("sip:gateway@10.0.0.7:5060", "far", 2)
    assert ack.headers.all("proxy-authorization") == second.headers.all("proxy-authorization")
    assert far.told() == ["dialled", "challenged", "ringing", "answered"]


def test_user_and_password_of_one_call_can_differ_from_the_phones() -> None:
    far = FarEnd()
    far.dial(user="bob", password="Wrong-Horse-42")
    far.reply(far.request("INVITE"), 407, challenge("N1"))
    _, second = far.take()
    given = Credentials.parse(second.require("proxy-authorization"))
    ha1 = hash_a1("bob", "sip.twilio.com", "Wrong-Horse-42")
    assert (given.username, given.response) == ("bob", digest_response(ha1, "INVITE", given))


@pytest.mark.parametrize(
    ("headers", "detail"),
    [
        (
            [challenge("N1")],
            "407 Proxy Authentication Required: credentials refused: the same nonce came again",
        ),
        ([], "407 Proxy Authentication Required: 407 without proxy-authenticate"),
        (
            [challenge("N2", ",algorithm=SHA-256")],
            "407 Proxy Authentication Required: digest algorithm SHA-256 is not supported",
        ),
        ([("Proxy-Authenticate", "Basic realm=x")], "407 Proxy Authentication Required: not Digest: 'Basic'"),
    ],
)
def test_a_challenge_that_cannot_be_answered_refuses_the_call(
    headers: list[tuple[str, str]], detail: str
) -> None:
    far = FarEnd()
    call = far.dial()
    far.reply(far.request("INVITE"), 407, challenge("N1"))
    _, second = far.take()
    assert isinstance(second, Request)
    far.reply(second, 407, *headers)
    far.request("ACK")
    assert (call.state, call.responses, call.final_status) == ("refused", [407, 407], 407)
    assert far.events[-1].detail == detail


def test_new_nonces_are_answered_three_times_and_then_no_more() -> None:
    far = FarEnd()
    call = far.dial()
    invite = far.request("INVITE")
    for nonce in ("N1", "N2", "N3"):
        far.reply(invite, 407, challenge(nonce))
        _, again = far.take()
        assert isinstance(again, Request)
        invite = again
        assert Credentials.parse(invite.require("proxy-authorization")).nonce == nonce
        assert len(invite.headers.all("proxy-authorization")) == 1
    far.reply(invite, 407, challenge("N4"))
    assert (call.state, call.responses, invite.cseq.number) == ("refused", [407] * 4, 4)


def test_two_realms_are_answered_together() -> None:
    far = FarEnd()
    far.dial()
    far.reply(far.request("INVITE"), 401, ("WWW-Authenticate", 'Digest realm="pbx",nonce="A",qop="auth"'))
    _, second = far.take()
    assert isinstance(second, Request)
    far.reply(second, 407, challenge("B"))
    _, third = far.take()
    first_realm = Credentials.parse(third.require("authorization"))
    assert (first_realm.realm, first_realm.nc) == ("pbx", "00000002")
    assert Credentials.parse(third.require("proxy-authorization")).realm == "sip.twilio.com"
