"""What a firewall has to let through, written and looked for."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from sipdomain.twilio.names.allowlist import FORMATS, missing, openings

DUBLIN = openings(["dublin"])


def lacking(text: str) -> list[str]:
    """Return the networks that a text lacks for calls by Dublin."""
    return [str(each.network) for each in missing(DUBLIN, text)]


@pytest.mark.rule("published-addresses")
def test_every_edge_has_signalling_over_both_transports_and_all_share_the_media() -> None:
    everything = openings()
    assert len(everything) == 17
    assert [(each.purpose, each.edge, str(each.network), each.protocol, each.ports) for each in DUBLIN] == [
        ("signalling", "dublin", "54.171.127.192/30", "udp", (5060, 5060)),
        ("signalling", "dublin", "54.171.127.192/30", "tcp", (5060, 5061)),
        ("media", "", "168.86.128.0/18", "udp", (10_000, 60_000)),
    ]


def test_the_table_is_for_people() -> None:
    assert FORMATS["table"](DUBLIN).splitlines() == [
        "PURPOSE     EDGE    PLACE      ADDRESSES          PROTOCOL  PORTS",
        "signalling  dublin  Ireland    54.171.127.192/30  udp       5060",
        "signalling  dublin  Ireland    54.171.127.192/30  tcp       5060-5061",
        "media       all     all edges  168.86.128.0/18    udp       10000-60000",
    ]


def test_nftables_gets_rules_to_include_in_a_chain() -> None:
    assert [line for line in FORMATS["nftables"](DUBLIN).splitlines() if not line.startswith("#")] == [
        'ip saddr 54.171.127.192/30 udp dport 5060 accept comment "signalling dublin"',
        'ip saddr 54.171.127.192/30 tcp dport 5060-5061 accept comment "signalling dublin"',
        'ip saddr 168.86.128.0/18 udp dport 10000-60000 accept comment "media"',
    ]


def test_iptables_gets_a_file_to_restore() -> None:
    lines = [line for line in FORMATS["iptables"](DUBLIN).splitlines() if not line.startswith("#")]
    assert (lines[0], lines[-1]) == ("*filter", "COMMIT")
    assert lines[2] == (
        "-I INPUT -s 54.171.127.192/30 -p tcp -m tcp --dport 5060:5061 "
        '-m comment --comment "signalling dublin" -j ACCEPT'
    )


def test_a_security_group_gets_permissions() -> None:
    assert json.loads(FORMATS["aws"](DUBLIN))[2] == {
        "IpProtocol": "udp",
        "FromPort": 10_000,
        "ToPort": 60_000,
        "IpRanges": [{"CidrIp": "168.86.128.0/18", "Description": "media"}],
    }


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_written_is_found_again(name: str) -> None:
    assert missing(openings(), FORMATS[name](openings())) == []
    assert [each.edge for each in missing(openings(), FORMATS[name](openings(["tokyo"])))] == [
        "ashburn", "umatilla", "dublin", "frankfurt", "singapore", "sao-paulo", "sydney",
    ]  # fmt: skip


DROPPING = (
    '[{"rule": {"expr": ["54.171.127.192/30", {"drop": null}]}},'
    ' {"rule": {"expr": ["168.86.128.0/18", {"accept": null}]}}]'
)
SIGNALLING, MEDIA = "54.171.127.192/30", "168.86.128.0/18"


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("", [SIGNALLING, MEDIA]),
        ("54.171.127.192/30\n168.86.128.0/18\n", []),
        ("54.171.127.192/30, 168.86.128.0/17", []),
        ("0.0.0.0/0", []),
        ("168.86.128.0/19 168.86.160.0/19", [SIGNALLING]),
        ("168.86.128.0/19 168.86.192.0/19", [SIGNALLING, MEDIA]),
        ("54.171.127.192 54.171.127.193 54.171.127.194 54.171.127.195", [MEDIA]),
        ("54.171.127.192 54.171.127.193 54.171.127.195", [SIGNALLING, MEDIA]),
        ("54.171.127.190-54.171.127.200", [MEDIA]),
        ("54.171.127.194 - 54.171.127.200", [SIGNALLING, MEDIA]),
        ("-A INPUT -s 54.171.127.192/255.255.255.252 -p udp -j ACCEPT", [MEDIA]),
        ("-A INPUT -s 54.171.127.192/30 -j DROP\n-A INPUT -s 168.86.128.0/18 -j REJECT", [SIGNALLING, MEDIA]),
        ('ip saddr 54.171.127.192/30 accept comment "so as not to drop 168.86.128.0/18"', [MEDIA]),
        ("-A INPUT ! -s 54.171.127.192/30 -j ACCEPT", [SIGNALLING, MEDIA]),
        ("# 54.171.127.192/30\n168.86.128.0/18 # media", [SIGNALLING]),
        ("set t { elements = { 54.171.127.192/30,\n 168.86.128.0/18 } }", []),
        ("ip saddr 54.171.127.192/30 udp dport 5060 accept\nip saddr 168.86.128.0/18 drop", [MEDIA]),
        ("54.171.127.192/33 168.86.999.0/18 1.168.86.128.0/18 x168.86.128.0/18", [SIGNALLING, MEDIA]),
        ('["54.171.127.192/30", {"CidrIp": "168.86.128.0/18"}]', []),
        ('{"IpPermissions": [{"IpRanges": [{"CidrIp": "54.171.127.192/30"}]}]}', [MEDIA]),
        ('{"set": {"elem": [{"prefix": {"addr": "54.171.127.192", "len": 30}}]}}', [MEDIA]),
        ('{"right": {"range": ["54.171.127.192", "54.171.127.195"]}}', [MEDIA]),
        (DROPPING, [SIGNALLING]),
        ('"168.86.128.0/18"', [SIGNALLING]),
        ("[" * 100_000, [SIGNALLING, MEDIA]),
        ("null", [SIGNALLING, MEDIA]),
    ],
)  # fmt: skip
def test_the_rules_of_many_firewalls_are_read(text: str, without: list[str]) -> None:
    assert lacking(text) == without


@given(st.text(alphabet='0123456789./-{}[]", \n#!:sA', max_size=120))
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert set(lacking(text)) <= {SIGNALLING, MEDIA}
