"""What a vendor's files hold, and what they cannot."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from sipdomain.errors import SetupError
from sipdomain.pbx.settings import PLACEHOLDER, Settings
from sipdomain.pbx.vendor import filled
from sipdomain.pbx.vendors import VENDORS
from sipdomain.sip.outputs import Address

SETTINGS = Settings(
    "acme.sip.twilio.com", "bob", "secret", Address("10.0.0.1", 5060), Address("10.0.0.2", 5066)
)
ALL = [
    "asterisk", "freeswitch", "kamailio", "opensips", "baresip", "pjsip", "sipp", "linphone", "3cx", "freepbx",
    "grandstream", "yealink",
]  # fmt: skip


def test_the_vendors_are_those_that_were_promised() -> None:
    assert list(VENDORS) == ALL


@pytest.mark.parametrize("name", ALL)
def test_each_vendor_s_files_name_domain_user_password_and_edge(name: str) -> None:
    text = "".join(VENDORS[name].fill(SETTINGS).values())
    assert [each for each in ("acme.sip.twilio.com", "bob", "secret", "10.0.0.1") if each not in text] == []
    assert "{{" not in text


@pytest.mark.parametrize("name", [each for each in ALL if each != "sipp"])
def test_tls_is_another_file_and_srtp_yet_another(name: str) -> None:
    plain, secure = replace(SETTINGS, transport="tls", authority="/ca.pem"), VENDORS[name]
    texts = [secure.fill(each) for each in (SETTINGS, plain, replace(plain, srtp=True))]
    assert texts[0] != texts[1]
    # A proxy has nothing to do with the audio; FreeSWITCH encrypts it by the dial string.
    assert (texts[1] == texts[2]) == (name in {"kamailio", "opensips", "freeswitch"})


def test_a_vendor_says_what_it_lacks() -> None:
    with pytest.raises(SetupError, match=r"SIPp: its packages, such as Debian's, are built without TLS"):
        VENDORS["sipp"].fill(replace(SETTINGS, transport="tls"))


def test_a_semicolon_begins_no_comment_in_asterisk_s_password() -> None:
    text = VENDORS["asterisk"].fill(replace(SETTINGS, password="a;b"))["pjsip.conf"]
    assert "\npassword=a\\;b\n" in text


def test_freeswitch_s_password_is_xml_and_names_no_variable_of_its() -> None:
    text = VENDORS["freeswitch"].fill(replace(SETTINGS, password='<a&"$${b}>'))["gateway.xml"]
    assert "$${" not in text
    passwords = [
        each.get("value") for each in ET.fromstring(text).iter("param") if each.get("name") == "password"
    ]
    assert passwords == ['<a&"$${b}>']


def test_a_password_that_a_file_cannot_hold_is_refused_without_being_shown() -> None:
    with pytest.raises(SetupError) as refused:
        VENDORS["kamailio"].fill(replace(SETTINGS, password='ab"cd'))
    assert str(refused.value) == "Kamailio: its files cannot hold a password with '\"'"


def test_the_placeholder_can_stand_in_every_file() -> None:
    for name in ALL:
        assert PLACEHOLDER in "".join(VENDORS[name].fill(replace(SETTINGS, password=PLACEHOLDER)).values())


def test_of_conditional_lines_those_are_left_that_hold() -> None:
    text = "a={{user}}\nudp@ b\ntls@ c\nother@ d\n"
    assert filled(text, {"user": "bob"}, frozenset({"tls"})) == "a=bob\nc\nother@ d\n"
