"""The Via header field."""

from __future__ import annotations

import pytest

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.via import Via


@pytest.mark.parametrize(
    ("text", "via"),
    [
        (
            "SIP/2.0/UDP 127.0.0.1:5060;rport;branch=z9hG4bK1",
            Via("UDP", "127.0.0.1", 5060, {"rport": None, "branch": "z9hG4bK1"}),
        ),
        ("SIP/2.0/TCP pbx.example.org", Via("TCP", "pbx.example.org")),
        ("SIP/2.0/tls [2001:db8::1]:5061;branch=b", Via("TLS", "2001:db8::1", 5061, {"branch": "b"})),
        (
            "SIP / 2.0 / UDP first.example.com : 4000 ; ttl=16 ;maddr=224.2.0.1 ;branch = z9hG4bKa7c6.1 ",
            Via("UDP", "first.example.com", 4000, {"ttl": "16", "maddr": "224.2.0.1", "branch": "z9hG4bKa7c6.1"}),
        ),
        ("sip/2.0/udp HOST;branch=", Via("UDP", "HOST", None, {"branch": ""})),
        ('SIP/2.0/WSS df7jal.invalid;keep;x="a;b"', Via("WSS", "df7jal.invalid", None, {"keep": None, "x": '"a;b"'})),
    ],
)  # fmt: skip
def test_a_via_is_taken_apart(text: str, via: Via) -> None:
    assert Via.parse(text) == via
    assert Via.parse(str(via)) == via


@pytest.mark.parametrize(
    "text",
    [
        "", "SIP/2.0/UDP", "SIP/3.0/UDP a", "SIP/2.0 UDP a", "SIP/2.0/UDP a:0", "SIP/2.0/UDP a:65536",
        "SIP/2.0/UDP a:\u0665", "SIP/2.0/UDP a b", "SIP/2.0/UDP a;b;", "\u017fIP/2.0/UDP a", "SIP/2.0/UDP [::1",
    ],
)  # fmt: skip
def test_what_is_no_via_is_refused(text: str) -> None:
    with pytest.raises(RemoteProtocolError):
        Via.parse(text)


def test_a_via_shows_branch_and_sent_by() -> None:
    via = Via.parse("SIP/2.0/UDP PBX.Example.org:5070;branch=z9hG4bKAbc")

    assert via.branch == "z9hG4bKAbc"
    assert via.sent_by == "pbx.example.org:5070"
    assert Via.parse("SIP/2.0/UDP PBX").sent_by == "pbx"
    assert Via.parse("SIP/2.0/UDP PBX").branch is None


def test_several_vias_stand_in_one_list() -> None:
    assert Via.parse_many("SIP/2.0/UDP a;branch=1, SIP/2.0/TCP b") == [
        Via("UDP", "a", None, {"branch": "1"}),
        Via("TCP", "b"),
    ]
