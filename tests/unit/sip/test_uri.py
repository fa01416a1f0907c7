"""SIP, SIPS and other URIs."""

from __future__ import annotations

import pytest

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.uri import Uri, parse_uri


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("sip:example.org", Uri("sip", None, "example.org")),
        ("SIP:alice@Example.org", Uri("sip", "alice", "Example.org")),
        ("sips:alice:secret@example.org:5061", Uri("sips", "alice", "example.org", 5061, "secret")),
        ("sip:+15551230100@127.0.0.1:5060", Uri("sip", "+15551230100", "127.0.0.1", 5060)),
        ("sip:a@[2001:db8::1]:5070", Uri("sip", "a", "2001:db8::1", 5070)),
        ("sip:*1#@pbx", Uri("sip", "*1#", "pbx")),
        ("sip:user;par=u%40example.net@example.com", Uri("sip", "user;par=u%40example.net", "example.com")),
        ("sip:@host", Uri("sip", "", "host")),
        (
            "sip:a@b;transport=TCP;lr?subject=project%20x&priority=urgent",
            Uri(
                "sip",
                "a",
                "b",
                parameters={"transport": "TCP", "lr": None},
                headers="subject=project%20x&priority=urgent",
            ),
        ),
        ("tel:+1-201-555-0123;ext=7", Uri("tel", "+1-201-555-0123;ext=7", "")),
        ("urn:service:sos", Uri("urn", "service:sos", "")),
    ],
)
def test_a_uri_is_taken_apart(text: str, uri: Uri) -> None:
    assert Uri.parse(text) == uri
    assert parse_uri(text) == uri
    assert Uri.parse(str(uri)) == uri


@pytest.mark.parametrize(
    "text",
    [
        "",
        "alice",
        "sip:",
        "sip:alice@",
        "sip:a b@c",
        "sip:a@b:0",
        "sip:a@b:65536",
        "sip:a@b:port",
        "sip:a@[::1",
        "sip:a@b;=c",
        "sip:a@b <c>",
        "sip:josé@example.org",
        "sip:a@b:٣٤",
        "<sip:a@b>",
        ":a",
    ],
)
def test_what_is_no_uri_is_refused(text: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        Uri.parse(text)
    assert caught.value.status_hint == 400


@pytest.mark.parametrize(
    ("text", "is_sip", "username", "host_port", "bare"),
    [
        ("sip:I%20have%20spaces@example.net:5070;lr", True, "I have spaces", "example.net:5070",
         "sip:I%20have%20spaces@example.net"),
        ("sips:example.net", True, "", "example.net", "sips:example.net"),
        ("sip:a:b@[::1]:5060", True, "a", "[::1]:5060", "sip:a@[::1]"),
        ("tel:+15551230100", False, "+15551230100", "", "tel:+15551230100"),
    ],
)  # fmt: skip
def test_a_uri_shows_its_parts(text: str, is_sip: bool, username: str, host_port: str, bare: str) -> None:
    uri = Uri.parse(text)

    assert (uri.is_sip, uri.username, uri.host_port, uri.bare) == (is_sip, username, host_port, bare)


def test_a_usual_uri_is_parsed_once_and_a_long_one_not_kept() -> None:
    usual, long = "sip:remembered@example.org", "sip:" + "a" * 1_000 + "@example.org"

    assert parse_uri(usual) is parse_uri(usual)
    assert parse_uri(long) == parse_uri(long)
    assert parse_uri(long) is not parse_uri(long)
