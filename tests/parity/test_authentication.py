"""Credentials that a prober, a careless client or an old one sends, and what they prove."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from sipdomain.entries import Decision
from sipdomain.sip.digest import Challenge, Credentials, answer_challenge, digest_response, hash_a1
from sipdomain.sip.message import Response
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from sipdomain.twilio.names.domain_names import REALM
from tests.unit.twilio.bench import ACME, BOTH, PASSWORD, SDP, Bench, flow
from tests.unit.twilio.caller import Caller, Make


def credentials(
    challenged: Response, user: str = "alice", password: str = PASSWORD, **changes: str
) -> Credentials:
    """Answer a 407 with one or another parameter changed before the response is worked out."""
    challenge = Challenge.parse(challenged.require("proxy-authenticate"))
    usual = answer_challenge(
        challenge, method="INVITE", uri=f"sip:100@{ACME}", username=user, password=password, cnonce="c0ffee"
    )
    changed = replace(usual, **changes)
    return replace(changed, response=digest_response(hash_a1(user, REALM, password), "INVITE", changed))


def proving(found: Credentials | str) -> tuple[str, str]:
    """Return the header field of credentials."""
    return ("Proxy-Authorization", str(found))


# --- the uri -------------------------------------------------------------------------------------------------


@pytest.mark.rule("digest-uri")
@BOTH
@pytest.mark.parametrize(
    "uri", [f"sip:{ACME}", "sip:100@127.0.0.1", "sip:other@elsewhere.example", "/", "*", f"SIP:100@{ACME}"]
)
def test_another_uri_than_the_request_uri_is_noted_and_let_in(make: Make, profile: Profile, uri: str) -> None:
    bench = make(profile)
    bench.domain()
    alice = Caller(bench, flow())
    alice.invite(proving(credentials(alice.challenge(), uri=uri)))
    bench.response(200)
    (noted,) = (each for each in bench.journal(Decision) if each.check == "digest-uri")
    assert (noted.outcome, noted.got, noted.wanted) == ("noted", uri, f"sip:100@{ACME}")


@pytest.mark.rule("digest-uri", "bad-credentials")
def test_a_uri_that_is_changed_on_the_way_proves_nothing(bench: Bench, alice: Caller) -> None:
    found = replace(credentials(alice.challenge()), uri="sip:200@acme.sip.twilio.com")
    alice.invite(proving(found))
    assert bench.response(403).require("x-twilio-error").startswith("32202 ")


# --- qop, counts and nonces ----------------------------------------------------------------------------------


@pytest.mark.rule("digest-without-qop")
@BOTH
def test_a_client_of_rfc_2069_may_use_each_nonce_once(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain()
    alice = Caller(bench, flow())
    found = credentials(alice.challenge(), qop="", nc="", cnonce="")
    alice.invite(proving(found))
    bench.response(200)
    second = alice.other("call-2")
    second.invite(proving(found))
    again = Challenge.parse(bench.response(407).require("proxy-authenticate"))
    assert not again.stale


@pytest.mark.rule("digest-without-qop", "challenge-407")
@pytest.mark.parametrize(
    "changes",
    [
        {"nc": ""}, {"nc": "1"}, {"nc": "0000000g"}, {"nc": "000000001"}, {"cnonce": ""}, {"nc": "", "cnonce": ""},
        {"qop": "auth-int"}, {"qop": "Auth"}, {"qop": "auth,auth-int"},
        {"algorithm": "SHA-256"}, {"algorithm": "MD5-sess"}, {"algorithm": "md6"},
        {"realm": "asterisk"}, {"realm": ACME}, {"realm": REALM.upper()}, {"realm": ""},
    ],
    ids=str,
)  # fmt: skip
def test_credentials_of_another_kind_are_as_good_as_none(
    bench: Bench, alice: Caller, changes: dict[str, str]
) -> None:
    challenged = alice.challenge()
    alice.invite(proving(credentials(challenged, **changes)))
    again = Challenge.parse(bench.response(407).require("proxy-authenticate"))
    first = Challenge.parse(challenged.require("proxy-authenticate"))
    assert (again.realm, again.qop, again.algorithm, again.stale) == (REALM, ("auth",), "", False)
    assert again.nonce != first.nonce


@pytest.mark.rule("challenge-407")
@pytest.mark.parametrize("algorithm", ["MD5", "md5", '"MD5"'])
def test_md5_may_be_named(bench: Bench, alice: Caller, algorithm: str) -> None:
    alice.invite(proving(credentials(alice.challenge(), algorithm=algorithm)))
    bench.response(200)


@pytest.mark.rule("nonce-lifetime")
@BOTH
def test_counts_that_stand_still_or_go_back_are_challenged_again(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain()
    alice = Caller(bench, flow())
    challenged = alice.challenge()
    seen = []
    for number, count in enumerate(
        ("00000005", "00000005", "00000004", "00000001", "00000006", "ffffffff", "00000007")
    ):
        caller = alice.other(f"call-{number + 2}")
        caller.invite(proving(credentials(challenged, nc=count)))
        last = bench.take()[-1]
        assert isinstance(last, Response)
        seen.append(last.status)
    assert seen == [200, 407, 407, 407, 200, 200, 407]


@pytest.mark.rule("stale", "no-stale")
@pytest.mark.parametrize(
    ("profile", "stale"), [(DOCUMENTED, True), (OBSERVED, False)], ids=["documented", "observed"]
)
def test_a_stale_nonce_with_a_wrong_password_is_refused_and_not_challenged(
    make: Make, profile: Profile, stale: bool
) -> None:
    bench = make(profile)
    bench.domain()
    alice = Caller(bench, flow())
    challenged = alice.challenge()
    bench.wait(61.0)
    bench.take()
    # Whether the nonce was stale is told only to those who know the password (RFC 2617 section 3.2.1).
    alice.invite(proving(credentials(challenged, password="Wrong-Horse-42")))
    bench.response(403)
    other = alice.other("call-2")
    other.invite(proving(credentials(challenged)))
    again = Challenge.parse(bench.response(407).require("proxy-authenticate"))
    assert again.stale is stale


# --- several header fields, odd spellings ----------------------------------------------------------------------

ELSEWHERE = 'Digest username="x",realm="proxy.example",nonce="n",uri="u",response="r"'


@pytest.mark.rule("challenge-407")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((ELSEWHERE,), ()),
        ((), (ELSEWHERE,)),
        (("Basic YTpi", "Digest", ELSEWHERE), ("nonsense", "")),
    ],
)
def test_of_several_header_fields_the_one_for_the_realm_counts(
    bench: Bench, alice: Caller, before: tuple[str, ...], after: tuple[str, ...]
) -> None:
    found = proving(credentials(alice.challenge()))
    alice.invite(*map(proving, before), found, *map(proving, after))
    bench.response(200)


@pytest.mark.rule("bad-credentials")
def test_of_several_for_the_realm_the_first_counts(bench: Bench, alice: Caller) -> None:
    challenged = alice.challenge()
    wrong = credentials(challenged, password="Wrong-Horse-42")
    alice.invite(proving(wrong), proving(credentials(challenged)))
    bench.response(403)


ODD: dict[str, Callable[[str], str]] = {
    "blanks": lambda text: text.replace(",", " ,\t ").replace("=", " = "),
    "folded": lambda text: text.replace(",", ",\r\n   "),
    "in-capitals": lambda text: (
        text.replace("Digest", "DIGEST").replace("username", "USERNAME").replace("uri", "Uri")
    ),
    "quoted": lambda text: text.replace("qop=auth", 'qop="auth"').replace("nc=00000001", 'nc="00000001"'),
    "unquoted": lambda text: text.replace('"alice"', "alice").replace('"c0ffee"', "c0ffee"),
    "empty-elements": lambda text: text.replace(",", ",,") + ",",
    "more-parameters": lambda text: text + ',charset=UTF-8,userhash=false,x="y"',
    "escaped": lambda text: text.replace('"alice"', '"\\a\\lice"'),
}


@pytest.mark.rule("challenge-407")
@pytest.mark.parametrize("spell", ODD.values(), ids=ODD)
def test_credentials_in_another_spelling_are_the_same(
    bench: Bench, alice: Caller, spell: Callable[[str], str]
) -> None:
    text = str(credentials(alice.challenge()))
    marked = bytes(alice.build("INVITE", ("Proxy-Authorization", "@@"), body=SDP))
    alice.send(marked.replace(b"@@", spell(text).encode(), 1))
    bench.response(200)


# --- user names ------------------------------------------------------------------------------------------------


@pytest.mark.rule("challenge-407")
@pytest.mark.parametrize(
    "name",
    [
        "alice@example.com", "alice smith",
        'al"ice"', "al\\ice", "al%20ice", "älice-ß-日本", "+15551234567", "a,b;c=d", "'",
        "ALICE", "sip.alice", " ",
    ],
)  # fmt: skip
def test_a_user_name_may_be_odd(make: Make, name: str) -> None:
    bench = make()
    bench.domain(users=[name])
    alice = Caller(bench, flow())
    challenged = alice.challenge()
    alice.invite(proving(credentials(challenged, user=name)))
    bench.response(200)
    assert [each.got for each in bench.journal(Decision) if each.check == "credentials"][-1] == name


@pytest.mark.rule("bad-credentials")
@pytest.mark.parametrize(
    "name",
    [
        "Alice",
        "alice ",
        "alice@acme.sip.twilio.com",
        "sip:alice",
        "al%69ce",
        "alice\u200b",
        "älice",
        "x" * 4000,
    ],
)
def test_a_user_name_is_compared_to_the_letter(bench: Bench, alice: Caller, name: str) -> None:
    alice.invite(proving(credentials(alice.challenge(), user=name)))
    bench.response(403)
    assert bench.refusal.got == f"{name} with an unknown user name"


@pytest.mark.rule("bad-credentials")
def test_a_user_name_that_is_no_text_is_an_unknown_one(bench: Bench, alice: Caller) -> None:
    text = str(credentials(alice.challenge())).replace('"alice"', '"@@"')
    alice.send(
        bytes(alice.build("INVITE", ("Proxy-Authorization", text), body=SDP)).replace(b"@@", b"\xff\xfe")
    )
    bench.response(403)


# --- what is told to those who guess ---------------------------------------------------------------------------


def work(act: Callable[[], None]) -> int:
    """Return how many calls of functions an act costs: its length, but for the noise of a clock."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    # A collection of garbage may call functions of its own.
    gc.disable()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(None)
        gc.enable()
    return calls


@pytest.mark.rule("bad-credentials")
@BOTH
def test_a_wrong_password_and_an_unknown_user_cost_the_same_work_and_look_the_same(
    make: Make, profile: Profile
) -> None:
    costs, answers = [], []
    # The first is not counted: it fills caches.
    for user, password in (("mallory", PASSWORD), ("alice", "Wrong-Horse-42"), ("carol", PASSWORD)):
        bench = make(profile)
        bench.domain(users=["alice", "bob"])
        caller = Caller(bench, flow())
        found = proving(credentials(caller.challenge(), user=user, password=password))
        invite = bytes(caller.build("INVITE", found, body=SDP))
        costs.append(work(lambda sent=invite, to=bench: to.receive(sent, flow())))  # type: ignore[misc]
        answers.append(bench.sent[-1][2])
    assert answers[1] == answers[2]
    assert costs[1] == costs[2]
