"""a=crypto lines, as RFC 4568 writes them and as phones get them wrong."""

from __future__ import annotations

import pytest

from sipdomain.errors import MediaError
from sipdomain.media.sdes import SUITES, Crypto, MasterKey, OwnKeys, choose, hide_keys

# The key of RFC 4568 section 4.
KEY = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"
VALUE = b"YS___semctl () {\t220;}\n}\nunles"
LINE = f"1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}"


@pytest.mark.parametrize(
    ("value", "tag", "suite"),
    [
        (LINE, "1", SUITES[0]),
        (f"{LINE}|2^20", "1", SUITES[0]),
        (f"{LINE}|1048576", "1", SUITES[0]),
        (f"{LINE} WSH=128", "1", SUITES[0]),
        (f"{LINE} -MADE-UP=1", "1", SUITES[0]),
        (f"  999999999   aes_cm_128_hmac_sha1_32   INLINE:{KEY}  ", "999999999", SUITES[1]),
    ],
)
def test_a_line_that_can_be_worked_with(value: str, tag: str, suite: str) -> None:
    assert Crypto.parse(value) == Crypto(tag, MasterKey(suite, VALUE))


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", "a crypto line has a number, a suite and a key"),
        (f"AES_CM_128_HMAC_SHA1_80 inline:{KEY}", "a crypto line has a number, a suite and a key"),
        (f"x {LINE[2:]}", "a crypto line has a number, a suite and a key"),
        (f"1234567890 {LINE[2:]}", "a crypto line has a number, a suite and a key"),
        (f"1 {KEY} inline:{KEY}", "crypto 1: its suite is not taken"),
        (f"3 AES_256_CM_HMAC_SHA1_80 inline:{KEY}", "crypto 3: AES_256_CM_HMAC_SHA1_80 is not taken"),
        (f"1 F8_128_HMAC_SHA1_80 inline:{KEY}", "crypto 1: F8_128_HMAC_SHA1_80 is not taken"),
        (f"1 AES_CM_128_HMAC_SHA1_80 {KEY}", "crypto 1: no inline key"),
        (f"1 AES_CM_128_HMAC_SHA1_80 uri:{KEY}", "crypto 1: no inline key"),
        (f"{LINE}|2^20|1:4", "crypto 1: an MKI is not taken"),
        (f"{LINE}|1:4", "crypto 1: an MKI is not taken"),
        (f"{LINE};inline:{KEY}", "crypto 1: an MKI is not taken"),
        (f"{LINE} UNENCRYPTED_SRTP", "crypto 1: its session parameters are not taken"),
        (f"{LINE} KDR=1", "crypto 1: its session parameters are not taken"),
        (LINE[:-1], "crypto 1: the key is not base64"),
        (LINE[:-4] + "****", "crypto 1: the key is not base64"),
        (LINE[:-4], "crypto 1: the key has 27 bytes, not 30"),
        (f"{LINE}AAAA", "crypto 1: the key has 33 bytes, not 30"),
        ("1 AES_CM_128_HMAC_SHA1_80 inline:", "crypto 1: the key has 0 bytes, not 30"),
    ],
)
def test_a_line_that_cannot_be_worked_with_says_why_and_keeps_its_key(value: str, why: str) -> None:
    with pytest.raises(MediaError) as refused:
        Crypto.parse(value)

    assert str(refused.value) == why


def test_the_first_line_that_can_be_worked_with_is_chosen() -> None:
    lines = [f"1 AES_256_CM_HMAC_SHA1_80 inline:{KEY}", f"2 {SUITES[1]} inline:{KEY}", f"3 {LINE[2:]}"]

    assert choose(lines).tag == "2"


def test_when_none_can_be_worked_with_each_says_why() -> None:
    with pytest.raises(MediaError, match="crypto 1: A_1 is not taken; crypto 2: no inline key"):
        choose(["1 A_1 inline:x", "2 AES_CM_128_HMAC_SHA1_80 x:y"])
    with pytest.raises(MediaError, match="there is no crypto line"):
        choose([])


def test_only_so_many_lines_are_looked_at() -> None:
    with pytest.raises(MediaError):
        choose([f"{number} A_1 inline:x" for number in range(32)] + [LINE])


def test_a_line_is_written_as_it_is_read() -> None:
    assert str(Crypto.parse(LINE)) == LINE


def test_own_keys_are_drawn_once_for_each_suite() -> None:
    drawn = iter([b"a" * 30, b"b" * 30])
    keys = OwnKeys(lambda count: next(drawn)[:count])

    assert [keys.key(suite).value[:1] for suite in (SUITES[1], SUITES[0], SUITES[1])] == [b"a", b"b", b"a"]


@pytest.mark.parametrize("value", [MasterKey(SUITES[0], VALUE), Crypto.parse(LINE)])
def test_a_key_is_not_printed(value: object) -> None:
    assert "semctl" not in repr(value)
    assert KEY not in repr(value)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (
            f"a=crypto:{LINE}|2^20|1:4\r\na=x",
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:********|2^20|1:4\r\na=x",
        ),
        (f'"a=crypto:{LINE}\\r\\na=x"', '"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:********\\r\\na=x"'),
        (f"INLINE:{KEY};inline:{KEY}", "INLINE:********;inline:********"),
        ("an inline key", "an inline key"),
    ],
)
def test_keys_are_hidden_in_texts_and_in_json(text: str, hidden: str) -> None:
    assert hide_keys(text) == hidden
