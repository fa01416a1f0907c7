"""What the guide tells to write into a PBX is what lies in `fixtures/pbx`, and what the tests run."""

from __future__ import annotations

import configparser
import re
from xml.etree import ElementTree as ET

import pytest

from tests.docs.pages import ROOT, blocks

FOLDER = ROOT / "fixtures" / "pbx"
PAGE = (ROOT / "docs" / "how-to" / "connect-a-pbx.md").read_text("utf-8")
FILES = [
    "asterisk/pjsip.conf", "asterisk/pjsip-tls.conf", "baresip/accounts", "baresip/config",
    "freeswitch/external-tls.xml", "freeswitch/gateway.xml", "kamailio/kamailio.cfg", "kamailio/tls.cfg",
    "linphone/commands", "linphone/linphonerc", "linphone/linphonerc-secure",
]  # fmt: skip


def sections(name: str) -> dict[str, dict[str, str]]:
    """Return a file of Asterisk, by section."""
    parser = configparser.ConfigParser(strict=True, interpolation=None, comment_prefixes=(";",))
    parser.read_string((FOLDER / name).read_text("utf-8"))
    return {section: dict(parser[section]) for section in parser.sections()}


def test_the_guide_shows_the_files_word_for_word_and_no_others() -> None:
    assert set(FILES) == {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file()}
    shown = [text for language in ("ini", "xml", "text") for text in blocks(PAGE, language)]
    assert sorted(shown) == sorted((FOLDER / name).read_text("utf-8") for name in FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_the_user_the_password_and_the_addresses_of_the_guide(name: str) -> None:
    text = (FOLDER / name).read_text("utf-8")
    assert set(re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", text)) <= {
        "192.0.2.10",
        "192.0.2.20",
        "127.0.0.1",
        "0.0.0.0",
    }
    assert set(re.findall(r"[\w.-]+\.twilio\.com", text)) <= {"demo.sip.twilio.com", "sip.twilio.com"}


def test_asterisk_s_parts_name_parts_that_exist() -> None:
    plain, secure = sections("asterisk/pjsip.conf"), sections("asterisk/pjsip-tls.conf")
    known = plain | secure
    for values in known.values():
        for key in ("transport", "aors", "outbound_auth", "endpoint"):
            assert values.get(key, "sipdomain") in known
    assert (
        secure["transport-tls"]["allow_wildcard_certs"] == secure["transport-tls"]["verify_server"] == "yes"
    )


@pytest.mark.parametrize("name", [each for each in FILES if each.endswith(".xml")])
def test_freeswitch_s_files_are_xml_with_each_parameter_once(name: str) -> None:
    names = [each.attrib["name"] for each in ET.parse(FOLDER / name).getroot().iter("param")]
    assert len(set(names)) == len(names) > 4


def test_what_a_dial_string_allows_is_one_list_and_not_two_variables() -> None:
    assert "{absolute_codec_string=^^:PCMU:PCMA,sip_h_X-Order=4711}sofia/gateway/sipdomain/100" in PAGE
    assert not re.search(r"absolute_codec_string=[A-Z]+,", PAGE)
