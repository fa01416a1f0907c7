"""What the guide says about the files of `sipdomain config pbx` is so."""

from __future__ import annotations

import configparser
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from sipdomain.pbx.settings import Settings
from sipdomain.pbx.vendors import VENDORS
from sipdomain.sip.outputs import Address
from tests.docs.pages import ROOT, blocks
from tests.docs.pbx_tables import SETTINGS

PAGE = (ROOT / "docs" / "how-to" / "connect-a-pbx.md").read_text("utf-8")
SECURE = replace(
    SETTINGS, transport="tls", srtp=True, authority="/ca/ca.pem", edge=Address("192.0.2.10", 5061)
)
FILES = [
    (vendor.name, name, text)
    for settings in (SETTINGS, replace(SETTINGS, transport="tcp"), SECURE)
    for vendor in VENDORS.values()
    if settings.transport not in vendor.lacks
    for name, text in vendor.fill(settings).items()
]


def sections(text: str) -> dict[str, dict[str, str]]:
    """Return a file of Asterisk, by section."""
    parser = configparser.ConfigParser(strict=True, interpolation=None, comment_prefixes=(";",))
    parser.read_string(text)
    return {section: dict(parser[section]) for section in parser.sections()}


@pytest.mark.parametrize(("vendor", "name", "text"), FILES)
def test_a_file_has_the_user_and_the_addresses_that_were_given(vendor: str, name: str, text: str) -> None:
    assert set(re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", text)) <= {
        "192.0.2.10",
        "192.0.2.20",
        "1.0.0.1",
        "0.0.0.0",
    }
    assert set(re.findall(r"[\w.-]+\.twilio\.com", text)) <= {"demo.sip.twilio.com", "sip.twilio.com"}
    assert "{{" not in text
    assert not re.search(r"^(udp|tcp|tls|s?rtp)@", text, re.MULTILINE)


@pytest.mark.parametrize("settings", [SETTINGS, SECURE], ids=["plain", "secure"])
def test_asterisk_s_parts_name_parts_that_exist(settings: Settings) -> None:
    known = sections(VENDORS["asterisk"].fill(settings)["pjsip.conf"])
    for values in known.values():
        for key in ("transport", "aors", "outbound_auth", "endpoint"):
            assert values.get(key, "sipdomain") in known


def test_asterisk_takes_the_certificate_of_all_domains() -> None:
    transport = sections(VENDORS["asterisk"].fill(SECURE)["pjsip.conf"])["transport-sipdomain"]
    assert transport["allow_wildcard_certs"] == transport["verify_server"] == "yes"


@pytest.mark.parametrize("name", ["gateway.xml", "external-tls.xml"])
def test_freeswitch_s_files_are_xml_with_each_parameter_once(name: str) -> None:
    root = ET.fromstring(VENDORS["freeswitch"].fill(SECURE)[name])
    names = [each.attrib["name"] for each in root.iter("param")]
    assert len(set(names)) == len(names) > 4


def test_what_a_dial_string_allows_is_one_list_and_not_two_variables() -> None:
    assert "{absolute_codec_string=^^:PCMU:PCMA,sip_h_X-Order=4711}sofia/gateway/sipdomain/100" in PAGE
    assert not re.search(r"absolute_codec_string=[A-Z]+,", PAGE)


def test_the_guide_has_no_file_that_no_command_prints() -> None:
    printed = {text for _, _, text in FILES}
    assert [
        text for language in ("ini", "xml") for text in blocks(PAGE, language) if text not in printed
    ] == []
