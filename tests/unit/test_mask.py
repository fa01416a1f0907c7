"""What has the form of a credential is hidden in every spelling, and nothing else is."""

from __future__ import annotations

import base64
import json
import time

import pytest

from sipdomain.mask import json_line, masked, masking, printable, printable_lines

SECRET = "s3cr3tPa55"
PAIR = base64.b64encode(f"user:{SECRET}".encode()).decode()


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"HTTP://u:{SECRET}@h/x", "HTTP://u:********@h/x"),
        (f"hTTpS://u:{SECRET}@h:80", "hTTpS://u:********@h:80"),
        (f"wss://u:{SECRET}@[::1]:80/", "wss://u:********@[::1]:80/"),
        (f"http%3A%2F%2Fu%3A{SECRET}%40h", "http%3A%2F%2Fu%3A********%40h"),
        (f"http%253a%252f%252fu%253a{SECRET}%2540h", "http%253a%252f%252fu%253a********%2540h"),
        (rf"http:\/\/u:{SECRET}@h", r"http:\/\/u:********@h"),
        (rf"http:\u002f\u002fu:{SECRET}\u0040h", r"http:\u002f\u002fu:********\u0040h"),
        (f"http&#58;&sol;&sol;u&colon;{SECRET}&commat;h", "http&#58;&sol;&sol;u&colon;********&commat;h"),
        (f"http://u:a/{SECRET}?#@h/", "http://u:********@h/"),
        (f"http://u:a@{SECRET}@h/", "http://u:********@h/"),
        (f"http://u;a=b:{SECRET}@h", "http://u;a=b:********@h"),
        (f"http://u:{SECRET}…", "http://u:********"),
        (f"http://ann%40acme.test:{SECRET}@h/", "http://ann%40acme.test:********@h/"),
        (f"http://ann%40acme.test:{SECRET}…", "http://ann%40acme.test:********"),
        (f"sip:alice:{SECRET}@h", "sip:alice:********@h"),
        (f"<SIPS:alice;day=tue:{SECRET};x@h;transport=tls>", "<SIPS:alice;day=tue:********@h;transport=tls>"),
        (f"sip%3Aalice%3A{SECRET}%40h", "sip%3Aalice%3A********%40h"),
        (f"Authorization: Basic {PAIR}", "Authorization: Basic ********"),
        (f"proxy-authorization:\tbasic\r\n {PAIR}", "proxy-authorization:\tbasic\r\n ********"),
        (f"it was BASIC {PAIR}", "it was BASIC ********"),
        (f'"Authorization": "Bearer {SECRET}"', '"Authorization": "Bearer ********"'),
        (f"('Authorization', 'Token {SECRET}')", "('Authorization', 'Token ********')"),
        (f"Authorization: {SECRET}", "Authorization: ********"),
        (f"X-Twilio-Signature: {SECRET}=", "X-Twilio-Signature: ********"),
        (f"x-twilio-signature', '{SECRET}='", "x-twilio-signature', '********'"),
        (f"AuthToken={SECRET}&Sid=1", "AuthToken=********&Sid=1"),
        (f"/v?AuthToken={SECRET}: refused", "/v?AuthToken=********: refused"),
        (f"auth_token%3D{SECRET}", "auth_token%3D********"),
        (f'{{"AUTH_TOKEN": "{SECRET} b", "a": 1}}', '{"AUTH_TOKEN": "********", "a": 1}'),
        (rf'{{\"password\":\"{SECRET}\"}}', r'{\"password\":\"********\"}'),
        (f"Set-Cookie: sid={SECRET}; Path=/; Secure", "Set-Cookie: sid=********; Path=/; Secure"),
        (f'cookie: a={SECRET}; b="x {SECRET}"; c={SECRET}=\r\nX: a=b',
         "cookie: a=********; b=********; c=********\r\nX: a=b"),
        (f"Set-Cookie: a={SECRET}; Expires=Wed, 21 Oct 2026 07:28:00 GMT, b={SECRET},1; Max-Age=1",
         "Set-Cookie: a=********; Expires=Wed, 21 Oct 2026 07:28:00 GMT, b=********; Max-Age=1"),
        (rf'{{"Set-Cookie": "sid=\"{SECRET}\"; b={SECRET}", "X": "y=z"}}',
         '{"Set-Cookie": "sid=********; b=********", "X": "y=z"}'),
        (f"('Set-Cookie', 'sid={SECRET}'), ('X', 'a=b')", "('Set-Cookie', 'sid=********'), ('X', 'a=b')"),
        (f"Set-Cookie=sid%3D{SECRET}%3B&X=a", "Set-Cookie=********&X=a"),
        (f"SipAuthPassword={SECRET}", "SipAuthPassword=********"),
        (f"password: {SECRET}", "password: ********"),
        ('Digest a="b", Response =\t"00ff"', 'Digest a="b", Response =\t"********"'),
        (f"response={'0f' * 16}, qop=auth", "response=********, qop=auth"),
        (r"{\"x\": \"response=\\\"00ff\\\"\"}", r"{\"x\": \"response=\\\"********\\\"\"}"),
        ("rspauth='00ff'", "rspauth='********'"),
        ("a=crypto:1 S INLINE:AAAA+/BB|2^31", "a=crypto:1 S INLINE:********|2^31"),
        ("crypto%3A1%20S%20inline%3AAAAA%2B", "crypto%3A1%20S%20inline%3A********"),
    ],
)  # fmt: skip
def test_a_credential_is_hidden_however_it_is_spelt(text: str, hidden: str) -> None:
    assert masking(())(text) == hidden


@pytest.mark.parametrize(
    "text",
    [
        "http://h:80/a@b and http://h:8080",
        "http://127.0.0.1:5000/voice?x=a@b",
        "http://[::1]:80/a@b",
        "a URL such as http://HOST:PORT",
        "sip:100@demo.sip.twilio.com:5060",
        "<sip:127.0.0.1:5060;transport=udp>",
        "sip:127.0.0.1:5060,sip:b@c",
        "basic authentication, Basic password, BASIC auth",
        "password: at least a digit",
        'Proxy-Authorization: Digest username="a", realm="b", nonce="0123456789abcdef0123"',
        "the response: 200",
        "12:30 // a comment: see a@b",
    ],
)
def test_what_is_no_credential_stays(text: str) -> None:
    assert masking(())(text) == text


@pytest.mark.parametrize(
    "text",
    [
        'pa"ss\\word', "p@ss/w:rd", "päss wörd", "<pass&word>", "tab\tand\x1besc",
    ],
)  # fmt: skip
def test_a_known_secret_is_hidden_as_json_urls_html_and_terminals_spell_it(text: str) -> None:
    from html import escape
    from urllib.parse import quote, quote_plus

    mask = masking({text})
    spellings = [
        text, json.dumps(text)[1:-1], quote(text), quote(text, safe=""), quote_plus(text).lower(), escape(text),
        printable(text),
    ]  # fmt: skip
    assert [mask(f"<{each}>") for each in spellings] == ["<********>"] * len(spellings)


def test_a_quoted_value_is_hidden_though_the_text_was_cut_within_it() -> None:
    cut = repr(f'x {{"auth_token": "{SECRET}"}}'[: len(SECRET) + 18])
    assert cut == f"""'x {{"auth_token": "{SECRET}'"""
    assert masking(())(cut) == """'x {"auth_token": "********\""""


@pytest.mark.parametrize("cut", ["Correct-Horse-4", "Correct-Hors…", "Correct-"])
def test_what_is_left_of_a_known_secret_at_the_end_of_a_text_that_was_cut_is_hidden(cut: str) -> None:
    assert masking({"Correct-Horse-42"})(f"got {cut}") == "got ********"
    assert masking({"Correct-Horse-42"})(f"{cut} and more").startswith("Correct-")


def test_a_pair_is_hidden_by_its_name() -> None:
    value = {
        "headers": (
            ("X-Twilio-Signature", "abc="),
            ("Authorization", f"Basic {PAIR}"),
            ("Host", "h"),
            ("Set-Cookie", "sid=abc; Path=/"),
            ("cookie", "a=1; b=2"),
        ),
        "password": "abc",
        "body": b'{"a": "http://u:p@h"}',
        "at": 1.5,
    }
    assert masked(value, masking(())) == {
        "headers": [
            ["X-Twilio-Signature", "********"],
            ["Authorization", "Basic ********"],
            ["Host", "h"],
            ["Set-Cookie", "sid=********; Path=/"],
            ["cookie", "a=********; b=********"],
        ],
        "password": "********",
        "body": '{"a": "http://u:********@h"}',
        "at": 1.5,
    }


def test_json_is_masked_before_it_is_encoded_and_shows_nothing_raw_that_steers_a_terminal() -> None:
    line = json_line(
        {"a": '"pa"ss\x1b[31m \x9b\u202e\u200b\udc80\x7f\r\n é 世', "b": b"\xff"}, masking({'pa"ss'})
    )
    assert line == (
        r'{"a": "\"********\u001b[31m \u009b\u202e\u200b' + "\N{REPLACEMENT CHARACTER}" + r"\u007f\r\n é 世"
        '", "b": "\N{REPLACEMENT CHARACTER}"}'
    )  # fmt: skip
    assert json.loads(line)["a"].endswith("\x7f\r\n é 世")


def test_what_steers_a_terminal_is_replaced() -> None:
    assert printable("a\x1b[31mb\x07\x9b\u202a\u2066\u200b\ud800\r\n\u2028c\u00a0d\U0001f600") == (
        "a�[31mb" + "�" * 9 + "c d\U0001f600"
    )
    assert printable_lines("a\nb\rc\td\n") == "a\nb�c�d\n"


@pytest.mark.parametrize(
    "text",
    ["a.a." * 16000, "//a:" * 16000, "//a:@" * 13000, "sip:a:" * 11000, "\\" * 64000, "//%25" * 13000,
     "authorization " * 4600, 'password"' * 7000, "basic " * 10000, "cookie" * 10000, "cookie:" + "a" * 64000,
     "cookie:a=" + "," * 64000, "response" + " " * 64000],
    ids=lambda text: text[:10],
)  # fmt: skip
def test_no_text_of_64_kb_takes_long(text: str) -> None:
    mask = masking(())
    began_at = time.process_time()
    mask(text)
    assert time.process_time() - began_at < 0.5


@pytest.mark.parametrize(
    "text", ["sip:" * 15_000, "sip:a:" * 10_000, "sip%253a" * 7_500], ids=lambda text: text[:10]
)
def test_addresses_that_never_end_are_not_looked_at_one_by_one(text: str) -> None:
    mask = masking(())
    took = []
    for _ in range(3):
        began_at = time.process_time()
        assert mask(text) == text
        took.append(time.process_time() - began_at)
    assert min(took) < 0.02


@pytest.mark.parametrize(
    "text",
    [
        "sip:" * 15_000 + "@", "sip:a:" * 10_000 + "@h", "sip%253a" * 7_000 + "@", "//" * 30_000 + "@",
        "//%2f%2fa%3a" * 5_000 + "@", ("sip:" * 64 + " @") * 230, ("sip:" * 60 + ",sip:/@") * 245, "//@" * 20_000,
        "%2f%2fa%3a" * 6_000,
    ],
    ids=lambda text: f"{text[:10]}{text[-2:]}",
)  # fmt: skip
def test_addresses_whose_end_is_out_of_reach_are_not_looked_at_one_by_one(text: str) -> None:
    mask = masking(())
    took = []
    for _ in range(5):
        began_at = time.process_time()
        mask(text)
        took.append(time.process_time() - began_at)
    assert min(took) < 0.01
