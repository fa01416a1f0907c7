"""Digest authentication from both sides, and nonces without a store."""

from __future__ import annotations

import base64

import pytest

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.digest import (
    Challenge,
    Credentials,
    NonceKeeper,
    answer_challenge,
    digest_response,
    hash_a1,
    verify,
)

RFC_2617 = Credentials(
    "Mufasa", "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "/dir/index.html",
    "6629fae49393a05397450978507c4ef1", "5ccc069c403ebaf9f0171e9517f40e41", "auth", "00000001", "0a4f113b",
)  # fmt: skip
RFC_2617_TEXT = (
    'Digest username="Mufasa",\r\n realm="testrealm@host.com",\r\n nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093",\r\n'
    ' uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b",'
    ' response="6629fae49393a05397450978507c4ef1", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
)
RFC_7616 = Credentials(
    "Mufasa", "http-auth@example.org", "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "/dir/index.html",
    "8ca523f5e9506fed4657c9700eebdbec", "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS", "auth", "00000001",
    "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "MD5",
)  # fmt: skip
WITHOUT_QOP = Credentials(
    "Mufasa", "testrealm@host.com", "dcd98b7102dd2f0e8b11d0f600bfb0c093", "/dir/index.html",
    "670fd8c2df070c60b045671b8b24ff02",
)  # fmt: skip


@pytest.mark.parametrize(
    ("credentials", "password"),
    [(RFC_2617, "Circle Of Life"), (RFC_7616, "Circle of Life"), (WITHOUT_QOP, "Circle Of Life")],
)
def test_the_vectors_of_the_rfcs_come_out(credentials: Credentials, password: str) -> None:
    ha1 = hash_a1(credentials.username, credentials.realm, password)

    assert digest_response(ha1, "GET", credentials) == credentials.response
    assert verify(ha1, "GET", credentials)
    assert not verify(ha1, "POST", credentials)
    assert not verify(hash_a1(credentials.username, credentials.realm, "wrong"), "GET", credentials)


def test_the_stored_hash_is_that_of_user_realm_and_password() -> None:
    assert hash_a1("Mufasa", "testrealm@host.com", "Circle Of Life") == "939e7578ed9e3c518a452acee763bce9"


def test_credentials_are_taken_apart() -> None:
    assert Credentials.parse(RFC_2617_TEXT) == RFC_2617
    assert Credentials.parse(str(RFC_2617)) == RFC_2617
    assert Credentials.parse(str(RFC_7616)) == RFC_7616
    assert Credentials.parse(str(WITHOUT_QOP)) == WITHOUT_QOP


@pytest.mark.parametrize(
    ("text", "username"),
    [
        ('"alice"', "alice"),
        ("alice", "alice"),
        ('""', ""),
        ('"a, b=\\"c\\""', 'a, b="c"'),
        ('"back\\\\slash"', "back\\slash"),
        ('"Zoë"', "Zoë"),
        ('"alice@example.org"', "alice@example.org"),
    ],
)
def test_odd_user_names_are_read(text: str, username: str) -> None:
    parsed = Credentials.parse(f'DIGEST username={text},realm="r",nonce="n",uri="sip:a",response="0"')

    assert parsed.username == username
    assert Credentials.parse(str(parsed)) == parsed


def test_empty_elements_and_blanks_between_parameters_are_skipped() -> None:
    parsed = Credentials.parse(' Digest  , username = "a" ,, realm="r",nonce="n",uri="u", response="0" , ')

    assert (parsed.username, parsed.response) == ("a", "0")


@pytest.mark.parametrize("blanks", [" ", "\t", " \t  "])
def test_any_blanks_may_follow_the_scheme(blanks: str) -> None:
    text = f'Digest{blanks}username="alice",realm="r",nonce="n",uri="sip:a",response="0"'
    assert Credentials.parse(text).username == "alice"


@pytest.mark.parametrize("missing", ["username", "realm", "nonce", "uri", "response"])
def test_partial_credentials_are_refused_by_name(missing: str) -> None:
    parts = {"username": '"a"', "realm": '"r"', "nonce": '"n"', "uri": '"u"', "response": '"0"'}
    del parts[missing]

    with pytest.raises(RemoteProtocolError, match=f"without {missing}"):
        Credentials.parse("Digest " + ",".join(f"{name}={value}" for name, value in parts.items()))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not Digest"),
        ("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "not Digest"),
        ("Digest", "without username"),
        ('Digest username="a', "not a digest parameter"),
        ('Digest username="a" realm="r"', "not a digest parameter"),
        ("Digest username", "not a digest parameter"),
        ('Digest username="a",Username="b"', "comes twice"),
        ('Digest realm="r",realm="r"', "comes twice"),
        ('Digest nc=00000001,nc=00000002,username="a"', "comes twice"),
    ],
)
def test_broken_credentials_are_refused(text: str, why: str) -> None:
    with pytest.raises(RemoteProtocolError, match=why):
        Credentials.parse(text)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("algorithm", "SHA-256"),
        ("algorithm", "MD5-sess"),
        ("qop", "auth-int"),
        ("response", ""),
        ("response", "\udcff"),
        ("response", "é" * 32),
        ("nc", "00000002"),
        ("cnonce", "another"),
        ("uri", "/other"),
        ("nonce", "another"),
    ],
)
def test_a_changed_parameter_proves_nothing(field: str, value: str) -> None:
    parts = {name: getattr(RFC_2617, name) for name in RFC_2617.__slots__} | {field: value}

    assert not verify("939e7578ed9e3c518a452acee763bce9", "GET", Credentials(**parts))


def test_a_response_in_capitals_counts() -> None:
    parts = {name: getattr(RFC_2617, name) for name in RFC_2617.__slots__}
    parts["response"] = parts["response"].upper()

    assert verify("939e7578ed9e3c518a452acee763bce9", "GET", Credentials(**parts))


@pytest.mark.parametrize(
    ("challenge", "text"),
    [
        (
            Challenge("sip.twilio.com", "n", "0a1b"),
            'Digest realm="sip.twilio.com",qop="auth",nonce="n",opaque="0a1b"',
        ),
        (
            Challenge('a "b"', "n", qop=("auth", "auth-int"), algorithm="MD5", stale=True),
            'Digest realm="a \\"b\\"",qop="auth,auth-int",nonce="n",algorithm=MD5,stale=true',
        ),
        (Challenge("r", "n", qop=()), 'Digest realm="r",nonce="n"'),
    ],
)
def test_a_challenge_is_written_and_read(challenge: Challenge, text: str) -> None:
    assert str(challenge) == text
    assert Challenge.parse(text) == challenge


@pytest.mark.parametrize("text", ['Digest realm="r"', 'Digest nonce="n"', 'Bearer realm="r"', "Digest"])
def test_a_challenge_needs_realm_and_nonce(text: str) -> None:
    with pytest.raises(RemoteProtocolError):
        Challenge.parse(text)


def test_a_client_answers_as_the_rfc_shows() -> None:
    challenge = Challenge(RFC_2617.realm, RFC_2617.nonce, RFC_2617.opaque, ("auth", "auth-int"))
    answer = answer_challenge(
        challenge,
        method="GET",
        uri="/dir/index.html",
        username="Mufasa",
        password="Circle Of Life",
        cnonce="0a4f113b",
    )

    assert answer == RFC_2617


def test_a_client_answers_a_challenge_without_qop() -> None:
    challenge = Challenge(RFC_2617.realm, RFC_2617.nonce, qop=())
    answer = answer_challenge(
        challenge,
        method="GET",
        uri="/dir/index.html",
        username="Mufasa",
        password="Circle Of Life",
        cnonce="unused",
    )

    assert answer == WITHOUT_QOP


def test_a_client_counts_the_uses_of_a_nonce() -> None:
    answer = answer_challenge(
        Challenge("r", "n"), method="BYE", uri="sip:a", username="u", password="p", cnonce="c", count=10
    )

    assert answer.nc == "0000000a"


@pytest.mark.parametrize(
    "challenge", [Challenge("r", "n", algorithm="SHA-256"), Challenge("r", "n", qop=("auth-int",))]
)
def test_a_client_says_what_it_cannot_answer(challenge: Challenge) -> None:
    with pytest.raises(RemoteProtocolError, match="not supported"):
        answer_challenge(challenge, method="BYE", uri="sip:a", username="u", password="p", cnonce="c")


def test_nonces_are_48_url_safe_characters_and_never_the_same() -> None:
    keeper = NonceKeeper(b"secret")
    nonces = [keeper.issue(1.0) for _ in range(1_000)]

    assert len(set(nonces)) == 1_000
    assert all(len(nonce) == 48 for nonce in nonces)
    assert not set("".join(nonces)) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_nonce_lives_its_lifetime() -> None:
    keeper = NonceKeeper(b"secret", lifetime=60.0)
    nonce = keeper.issue(1_000.0)

    assert keeper.check(nonce, "00000001", 1_060.0) == "fresh"
    assert keeper.check(nonce, "00000002", 1_060.1) == "stale"


@pytest.mark.parametrize(
    ("counts", "verdicts"),
    [
        (["00000001", "00000002", "0000000A"], ["fresh", "fresh", "fresh"]),
        (["00000001", "00000001"], ["fresh", "replayed"]),
        (["00000005", "00000004", "00000006"], ["fresh", "replayed", "fresh"]),
        (["00000000"], ["replayed"]),
        (["", ""], ["fresh", "replayed"]),
        (["1", "2"], ["fresh", "replayed"]),
        (["ffffffff", "00000001"], ["fresh", "replayed"]),
    ],
)
def test_a_nonce_count_must_grow(counts: list[str], verdicts: list[str]) -> None:
    keeper = NonceKeeper(b"secret")
    nonce = keeper.issue(0.0)

    assert [keeper.check(nonce, count, 1.0) for count in counts] == verdicts


def test_a_nonce_in_another_spelling_is_the_same_nonce() -> None:
    keeper = NonceKeeper(b"secret")
    nonce = next(each for each in (keeper.issue(0.0) for _ in range(1_000)) if "-" in each or "_" in each)
    standard = nonce.replace("-", "+").replace("_", "/")

    assert keeper.check(nonce, "00000001", 1.0) == "fresh"
    assert keeper.check(standard, "00000001", 1.0) in {"replayed", "unknown"}


@pytest.mark.parametrize(
    "nonce", ["", "n", "A" * 48, "A" * 47 + "=", "ü" * 48, "\udcff" * 48, "A" * 4_096, " " * 48]
)
def test_a_forged_nonce_is_unknown(nonce: str) -> None:
    assert NonceKeeper(b"secret").check(nonce, "00000001", 0.0) == "unknown"


def test_a_nonce_of_another_server_or_with_a_later_moment_is_unknown() -> None:
    keeper = NonceKeeper(b"secret")
    nonce = keeper.issue(0.0)
    later = bytearray(base64.urlsafe_b64decode(nonce))
    later[6] += 1

    assert NonceKeeper(b"other").check(nonce, "00000001", 0.0) == "unknown"
    assert keeper.check(base64.urlsafe_b64encode(bytes(later)).decode(), "00000001", 0.0) == "unknown"
    assert len(keeper) == 0


def test_memory_is_bounded_and_what_is_forgotten_cannot_be_replayed() -> None:
    keeper = NonceKeeper(b"secret", lifetime=60.0, capacity=3)
    nonces = [keeper.issue(float(moment)) for moment in range(5)]

    assert [keeper.check(nonce, "00000001", 10.0) for nonce in nonces] == ["fresh"] * 5
    assert len(keeper) == 3
    assert [keeper.check(nonce, "00000001", 11.0) for nonce in nonces] == ["stale", "stale"] + [
        "replayed"
    ] * 3
    assert keeper.check(nonces[2], "00000002", 11.0) == "fresh"
    assert keeper.check(keeper.issue(12.0), "00000001", 12.0) == "fresh"


def test_expired_nonces_leave_the_memory() -> None:
    keeper = NonceKeeper(b"secret", lifetime=60.0)
    for moment in range(100):
        keeper.check(keeper.issue(float(moment)), "00000001", float(moment))
    assert len(keeper) == 61

    assert keeper.check(keeper.issue(1_000.0), "00000001", 1_000.0) == "fresh"
    assert len(keeper) == 1
