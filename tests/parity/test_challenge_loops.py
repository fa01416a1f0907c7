"""A phone that answers a 407 wrongly is challenged again; then the decision says what came and what to change."""

from __future__ import annotations

import pytest

from sipdomain.entries import Decision
from sipdomain.sip.message import Response
from sipdomain.twilio.admission.credentials import MOST, Challenges, most_relevant, of_nonce, read
from sipdomain.twilio.names.domain_names import REALM
from tests.parity.registering import Device, registering
from tests.parity.test_authentication import credentials, proving
from tests.unit.twilio.bench import ACME, Bench
from tests.unit.twilio.caller import Caller, Make

OUR_REALM = f"work the response out with the realm of the challenge, {REALM}, and send that realm"
NC = "send cnonce, and nc as eight hexadecimal digits beginning with 00000001, beside qop"


def again(bench: Bench) -> list[Decision]:
    """Return the decisions on further challenges."""
    return [each for each in bench.journal(Decision) if each.reason == "challenged-again"]


def answers(challenged: Response, **changes: str) -> str:
    return str(credentials(challenged, **changes))


@pytest.mark.rule("challenge-407", "challenge-form")
@pytest.mark.parametrize(
    ("changes", "got", "mend"),
    [
        ({"realm": ACME}, f"realm '{ACME}'", OUR_REALM),
        ({"realm": "asterisk"}, "realm 'asterisk'", OUR_REALM),
        ({"algorithm": "MD5-sess"}, "algorithm MD5-sess", "use MD5, which a challenge without an algorithm asks for"),
        ({"algorithm": "SHA-256"}, "algorithm SHA-256", "use MD5, which a challenge without an algorithm asks for"),
        ({"qop": "undefined"}, "qop undefined", "answer with qop=auth, as the challenge offers, and with nc and cnonce"),
        ({"qop": "auth-int"}, "qop auth-int", "answer with qop=auth, as the challenge offers, and with nc and cnonce"),
        ({"qop": "AUTH"}, "qop AUTH", "answer with qop=auth, as the challenge offers, and with nc and cnonce"),
        ({"nc": "1"}, "nc=1 in place of eight hexadecimal digits", NC),
        ({"cnonce": ""}, "digest credentials with qop but without cnonce", NC),
    ],
)  # fmt: skip
def test_credentials_of_another_kind_are_reported_the_second_time(
    bench: Bench, alice: Caller, changes: dict[str, str], got: str, mend: str
) -> None:
    challenged = alice.challenge()
    assert again(bench) == []
    alice.invite(("Proxy-Authorization", answers(challenged, **changes)))
    (told,) = again(bench)
    assert (told.outcome, told.check, told.call_id) == ("challenged", "credentials", "call-1")
    assert (told.got, told.mend) == (f"credentials: {got}", mend)


@pytest.mark.rule("challenge-407")
@pytest.mark.parametrize(
    ("name", "text", "got", "mend"),
    [
        ("Authorization", "{right}", "Authorization in place of Proxy-Authorization",
         "answer the 407 with Proxy-Authorization; Authorization answers a 401"),
        ("Proxy-Authorization", "Basic YWxpY2U6Q29ycmVjdA==", "not Digest: 'Basic'", "answer with Digest credentials"),
        ("Proxy-Authorization", "{right}, qop=auth", "digest parameter 'qop' comes twice", "send each parameter once"),
        ("Proxy-Authorization", 'Digest username="alice",realm="sip.twilio.com",nonce="n",uri="sip:1"',
         "digest credentials without response", "send username, realm, nonce, uri and response"),
        ("Proxy-Authorization", 'Digest username="alice',
         "not a digest parameter: 'username=\"alice'",
         "write NAME=VALUE, separated by commas, text in quotes (RFC 2617 section 3.2.2)"),
        ("Proxy-Authorization", 'Digest username="alice",realm="sip.twilio.com",nonce="n",uri="u",response="r",qop=auth',
         "digest credentials with qop but without nc and cnonce", NC),
        ("X-Nothing", "x", "none",
         "let the phone answer the 407: give it the user name and password of a mapped credential list"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_reported_the_second_time(
    bench: Bench, alice: Caller, name: str, text: str, got: str, mend: str
) -> None:
    challenged = alice.challenge()
    alice.invite((name, text.replace("{right}", answers(challenged))))
    bench.response(407)
    (told,) = again(bench)
    assert (told.got, told.mend) == (f"credentials: {got}", mend)


@pytest.mark.rule("nonce-lifetime")
def test_a_nonce_count_that_stands_still_is_reported(bench: Bench, alice: Caller) -> None:
    challenged = alice.challenge()
    first = alice.other("call-2")
    first.invite(proving(credentials(challenged)))
    bench.response(200)
    alice.invite(proving(credentials(challenged)))
    (told,) = again(bench)
    assert told.got == "credentials: a nonce that is replayed"
    assert told.mend == (
        "count nc up each time a nonce is used again (00000002, …), or answer with the nonce of the newest 407"
    )
    assert told.rule == "nonce-lifetime"


@pytest.mark.rule("nonce-lifetime")
def test_a_nonce_that_is_none_of_ours_is_reported(bench: Bench, alice: Caller) -> None:
    alice.invite(proving(credentials(alice.challenge(), nonce="of-another-server")))
    (told,) = again(bench)
    assert told.got == "credentials: a nonce that is unknown"


@pytest.mark.rule("register-407")
@pytest.mark.parametrize("field", ["Authorization", "Proxy-Authorization"])
def test_a_register_that_loops_is_reported_too(make: Make, field: str) -> None:
    bench = make()
    registering(bench)
    device = Device(bench)
    challenged = device.send()
    assert challenged.status == 407
    qop = {"qop": "undefined"} if field == "Proxy-Authorization" else {}
    assert device.send((field, answers(challenged, **qop))).status == 407
    (told,) = again(bench)
    assert told.method == "REGISTER"
    assert (
        told.got
        == f"credentials: {'qop undefined' if qop else 'Authorization in place of Proxy-Authorization'}"
    )


@pytest.mark.rule("challenge-407")
def test_a_first_challenge_and_one_after_success_are_no_loop(make: Make) -> None:
    bench = make()
    registering(bench)
    device = Device(bench)
    for _ in range(4):
        assert device.register().status == 200
        bench.wait(600.0)
        bench.take()
    assert again(bench) == []
    assert len([each for each in bench.journal(Decision) if each.outcome == "challenged"]) == 4


@pytest.mark.rule("challenge-407", "bad-credentials")
def test_a_phone_with_a_wrong_password_is_refused_each_time_and_does_not_loop(make: Make) -> None:
    bench = make()
    registering(bench)
    device = Device(bench)
    for _ in range(3):
        assert device.register(password="Wrong-Horse-42").status == 403
        bench.wait(30.0)
        bench.take()
    assert again(bench) == []


@pytest.mark.rule("challenge-407")
def test_a_copy_of_a_request_by_another_way_is_no_loop(bench: Bench, alice: Caller) -> None:
    alice.invite(number=1, branch="z9hG4bK-one")
    alice.invite(number=1, branch="z9hG4bK-two")
    assert again(bench) == []
    alice.invite(number=2)
    assert len(again(bench)) == 1


@pytest.mark.rule("challenge-407")
def test_of_several_credentials_those_for_another_realm_are_reported_last(alice: Caller) -> None:
    other = 'Digest username="x",realm="proxy.example",nonce="n",uri="u",response="r"'
    ours = f'Digest username="x",realm="{REALM}",nonce="n",uri="u",response="r",algorithm=SHA-256'
    request = alice.build("INVITE", ("Proxy-Authorization", other), ("Proxy-Authorization", ours))
    found, unusable = read(request, REALM)
    assert found is None
    assert [each.got for each in unusable] == ["realm 'proxy.example'", "algorithm SHA-256"]
    assert most_relevant(unusable).got == "algorithm SHA-256"
    assert most_relevant(unusable[:1]).got == "realm 'proxy.example'"
    assert most_relevant([]).got == "none"


@pytest.mark.rule("nonce-lifetime")
@pytest.mark.parametrize("verdict", ["stale", "unknown", "replayed"])
def test_every_verdict_on_a_nonce_has_its_mend(verdict: str) -> None:
    assert of_nonce(verdict).mend


@pytest.mark.rule("challenge-407")
def test_of_many_calls_the_one_challenged_longest_ago_is_forgotten(alice: Caller) -> None:
    challenges = Challenges()
    for number in range(MOST + 1):
        assert not challenges.again(alice.other(f"call-{number}").build("INVITE", number=1))
    assert len(challenges) == MOST
    assert not challenges.again(alice.other("call-0").build("INVITE", number=2))
    assert challenges.again(alice.other(f"call-{MOST}").build("INVITE", number=2))
