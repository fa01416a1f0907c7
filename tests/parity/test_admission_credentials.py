"""Which credentials let a call in: users, passwords, and nonces with their counts and ages."""

from __future__ import annotations

import pytest

from sipdomain.entries import Decision
from sipdomain.sip.codec import parse
from sipdomain.sip.digest import Challenge
from sipdomain.sip.message import Response
from sipdomain.twilio.fidelity.profile import DOCUMENTED, Profile
from tests.parity.admission import refused
from tests.unit.twilio.bench import ACCOUNT, BOTH, PASSWORD, Bench, flow
from tests.unit.twilio.caller import Caller, Make


def response_of(data: bytes) -> Response:
    """Return bytes as the response that they are."""
    message = parse(data)
    assert isinstance(message, Response)
    return message


@pytest.mark.rule("challenge-407")
def test_the_users_of_several_lists_are_let_in_and_an_empty_list_challenges_too(make: Make) -> None:
    bench = make()
    domain = bench.domain(users=[])
    alice = Caller(bench, flow())
    alice.dial()
    bench.response(403)
    bench.map_users(domain, "alice", password="Second-List-42")
    alice = alice.other("call-2")
    alice.invite(alice.prove(alice.challenge(), password="Second-List-42"))
    bench.response(200)


@pytest.mark.rule("bad-credentials", "twilio-error")
@BOTH
def test_an_unknown_user_and_a_wrong_password_look_the_same_from_outside(
    make: Make, profile: Profile
) -> None:
    texts = []
    for user, password in (("alice", "Wrong-Horse-42"), ("mallory", PASSWORD)):
        bench = make(profile)
        bench.domain()
        alice = Caller(bench, flow())
        alice.invite(alice.prove(alice.challenge(), user=user, password=password))
        texts.append(bench.sent[-1][2])
        decision = refused(bench, 403, 32202, "bad-credentials")
        assert "realm is sip.twilio.com" in decision.mend
    assert texts[0] == texts[1]
    assert b"X-Twilio-Error: 32202 Authentication failure - bad user credentials.\r\n" in texts[0]


@pytest.mark.rule("bad-credentials", "changes-at-once")
def test_a_new_password_holds_at_once(bench: Bench, alice: Caller) -> None:
    challenged = alice.challenge()
    (users,) = bench.store.credential_lists.of(ACCOUNT)
    (credential,) = bench.store.credential_lists.entries_of(ACCOUNT, users.sid)
    bench.store.credential_lists.change_password(
        ACCOUNT, users.sid, credential.sid, password="Newer-Horse-43", now=0.0
    )
    alice.invite(alice.prove(challenged))
    bench.response(403)


@pytest.mark.rule("nonce-lifetime", "stale", "no-stale")
@BOTH
@pytest.mark.parametrize(("age", "status"), [(59.0, 200), (61.0, 407)])
def test_a_nonce_lives_for_a_minute(make: Make, profile: Profile, age: float, status: int) -> None:
    bench = make(profile)
    bench.domain()
    alice = Caller(bench, flow())
    challenged = alice.challenge()
    bench.wait(age)
    bench.take()
    alice.invite(alice.prove(challenged))
    response = bench.response(status)
    if status == 407:
        again = Challenge.parse(response.require("proxy-authenticate"))
        assert again.stale is (profile is DOCUMENTED)
        alice.ack(response)
        alice.invite(alice.prove(response))
        bench.response(200)


@pytest.mark.rule("nonce-lifetime")
def test_a_nonce_may_be_used_again_with_a_count_that_grows(bench: Bench, alice: Caller) -> None:
    challenged = alice.challenge()
    second = alice.other("call-2")
    third = alice.other("call-3")
    alice.invite(alice.prove(challenged, count=1))
    bench.response(200)
    second.invite(alice.prove(challenged, count=1))
    replayed = bench.response(407)
    assert not Challenge.parse(replayed.require("proxy-authenticate")).stale
    third.invite(alice.prove(challenged, count=2))
    bench.response(200)


@pytest.mark.rule("nonce-lifetime")
def test_a_nonce_that_this_cloud_did_not_make_is_challenged_again(bench: Bench, alice: Caller) -> None:
    challenged = alice.challenge()
    nonce = Challenge.parse(challenged.require("proxy-authenticate")).nonce
    foreign = bytes(challenged).replace(nonce.encode(), b"A" * 48)
    alice.invite(alice.prove(response_of(foreign)))
    again = Challenge.parse(bench.response(407).require("proxy-authenticate"))
    assert not again.stale


@pytest.mark.rule("nonce-lifetime")
def test_wrong_responses_do_not_use_a_nonce_up(bench: Bench, alice: Caller) -> None:
    challenged = alice.challenge()
    mallory = alice.other("call-2")
    mallory.invite(mallory.prove(challenged, password="guess", count=0xFFFF))
    bench.response(403)
    alice.invite(alice.prove(challenged))
    bench.response(200)


@pytest.mark.rule("challenge-407")
@pytest.mark.parametrize(
    "text",
    [
        "",
        "Digest",
        "Basic YWxpY2U6",
        'Digest username="alice"',
        'Digest username="alice',
        "Digest realm=,,,",
        "\x00",
        'Digest username="alice",realm="sip.twilio.com",nonce="n",uri="sip:1"',
        'Digest username="a",username="b",realm="sip.twilio.com",nonce="n",uri="u",response="r"',
        'Digest username="alice",realm="asterisk",nonce="n",uri="u",response="0123456789abcdef0123456789abcdef"',
        'Digest username="alice",realm="sip.twilio.com",nonce="n",uri="u",response="r",algorithm=SHA-256',
        'Digest username="alice",realm="sip.twilio.com",nonce="n",uri="u",response="r",qop=auth-int',
    ],
)
def test_credentials_that_prove_nothing_are_as_good_as_none(bench: Bench, alice: Caller, text: str) -> None:
    alice.invite(("Proxy-Authorization", text))
    assert bench.statuses() == [100, 407]
    assert [each.outcome for each in bench.journal(Decision)] == ["passed", "noted", "challenged"]


@pytest.mark.rule("challenge-407")
def test_of_several_credentials_those_for_the_realm_count(bench: Bench, alice: Caller) -> None:
    challenged = alice.challenge()
    for_a_proxy = 'Digest username="x",realm="proxy.example",nonce="n",uri="u",response="r"'
    alice.invite(("Proxy-Authorization", for_a_proxy), alice.prove(challenged))
    assert bench.statuses() == [100, 180, 200]


@pytest.mark.rule("challenge-407")
def test_authorization_is_not_proxy_authorization(bench: Bench, alice: Caller) -> None:
    challenged = alice.challenge()
    alice.invite(("Authorization", alice.prove(challenged)[1]))
    bench.response(407)
