"""The mistakes that people make in configurations of PBXs are found, each in its line, and nothing else is."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sipdomain.cli import application
from sipdomain.errors import SetupError
from sipdomain.pbx.lint.check import check, hidden, recognised
from sipdomain.pbx.lint.document import KINDS, Kind
from sipdomain.pbx.lint.readers import read
from sipdomain.pbx.lint.rules import RULES
from sipdomain.pbx.settings import Settings
from sipdomain.pbx.vendors import VENDORS
from sipdomain.sip.outputs import Address

FOLDER = Path(__file__).parents[3] / "fixtures" / "pbx"
WRONG = sorted((FOLDER / "wrong").glob("*-*.*"))
RIGHT = sorted((FOLDER / "right").glob("*-*.*"))


def run(*arguments: str, given: str = "") -> Result:
    """Run the command; what it raises comes through, but its exit."""
    result = CliRunner().invoke(application(["lint"]), ["lint", *arguments], input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def rules_of(text: str, kind: Kind = "pjsip") -> list[str]:
    return [each.code for each in check(text.encode(), "a file", kind)]


def test_there_are_40_wrong_files_and_10_right_ones_and_each_rule_has_one() -> None:
    assert len(WRONG) >= 40
    assert len(RIGHT) >= 10
    assert {re.sub(r"-\d$", "", path.stem.partition("-")[2]) for path in WRONG} == set(RULES)


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.name)
def test_the_one_mistake_of_a_file_is_found(path: Path) -> None:
    kind = recognised(path.read_bytes(), path.name)
    assert kind is not None
    found = check(path.read_bytes(), path.name, kind)
    assert [each.code for each in found] == [re.sub(r"-\d$", "", path.stem.partition("-")[2])]


def test_what_is_printed_of_the_wrong_files_is_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    result = run(*(str(path.relative_to(FOLDER)) for path in WRONG))
    assert result.exit_code == 1
    assert result.stdout == (FOLDER / "wrong.txt").read_text("utf-8")
    assert "Tall-Ship-7" not in result.stdout


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: path.name)
def test_a_file_without_mistake_is_met_with_silence(path: Path) -> None:
    result = run(str(path), "--strict")
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize(
    ("edge", "listen"),
    [
        (Address("192.0.2.10", 5060), Address("192.0.2.20", 5060)),
        (Address("127.0.0.1", 5060), Address("127.0.0.1", 5070)),
        (Address("10.0.0.1", 5060), Address("10.0.0.2", 5060)),
    ],
    ids=str,
)
def test_what_config_pbx_writes_has_no_mistake(edge: Address, listen: Address) -> None:
    plain = Settings("demo.sip.twilio.com", "alice", "Correct-Horse-42", edge, listen)
    tls = replace(plain, transport="tls", edge=Address(edge.host, 5061), authority="/ca/ca.pem")
    looked_at = set()
    for settings in (plain, replace(plain, transport="tcp"), tls, replace(tls, srtp=True)):
        for vendor in VENDORS.values():
            for name, text in {} if settings.transport in vendor.lacks else vendor.fill(settings).items():
                if kind := recognised(text.encode(), name):
                    looked_at.add(kind)
                    assert check(text.encode(), name, kind) == []
    assert looked_at == set(KINDS) - {"sip"}


def test_a_kind_is_recognised_by_content_where_the_name_says_nothing() -> None:
    for path in (*WRONG, *RIGHT):
        by_name = recognised(path.read_bytes(), path.name)
        if path.name != "pjsip-included.conf":  # an endpoint alone, whose other parts are elsewhere
            assert recognised(path.read_bytes(), "backup") == by_name


def test_twiml_and_others_are_no_configuration_of_a_pbx() -> None:
    for text in ("<Response><Say>a</Say></Response>", "", "[a]\nb=c\n", "<sip:a@b>", "type: endpoint"):
        assert recognised(text.encode(), "menu.xml") is None


def test_the_kind_may_be_said() -> None:
    given = "[a]\ntype=aor\nmax_contacts=1\ncontact=sips:acme.sip.twilio.com\n"
    assert run("-", "--kind", "pjsip", given=given).stdout.startswith(
        "standard input:4:9: error sips-scheme: URIs with sips: are refused\n"
        "  4 | contact=sips:acme.sip.twilio.com\n"
        "    |         ^^^^^\n"
        "  hint: write sip:…;transport=tls\n"
    )


def test_json_has_the_rule_s_name_and_hides_the_password(tmp_path: Path) -> None:
    file = tmp_path / "accounts"
    file.write_text("<sips:desk@acme.sip.twilio.com>;auth_pass=Tall-Ship-7\n")
    found = json.loads(run(str(file), "--format", "json").stdout)
    assert (found["level"], found["code"], found["where"]["line"]) == ("error", "sips-scheme", 1)
    assert found["where"]["source"] == "<sips:desk@acme.sip.twilio.com>;auth_pass=***********"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("password=abc", "password=***"),
        ("secret => abc ; mine", "secret => *** ; mine"),
        ('<param name="password" value="abc"/>', '<param name="password" value="***"/>'),
        ('modparam("uac", "credential", "b:sip.a.com:abc")', 'modparam("uac", "credential", "b:sip.a.com:***")'),
        ("register => bob:abc@acme.sip.twilio.com", "register => bob:***@acme.sip.twilio.com"),
        ("context=cloud", "context=cloud"),
    ],
)  # fmt: skip
def test_a_password_is_hidden_in_the_line_that_is_shown(line: str, shown: str) -> None:
    assert hidden(line) == shown


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"[a]\n\x00\x01", "binary, or UTF-16"),
        (b"[a]\ntype=aor\n; caf\xe9\n", r"not UTF-8 text \(line 3\)"),
        (b";" * ((1 << 18) + 1), "larger than 256 kB"),
        (b"\n" * 5001, "5,000 lines"),
        (b"[a]\nb=" + b"c" * 1000, "line 2 is longer than 1,000 characters"),
    ],
)  # fmt: skip
def test_what_is_no_text_or_too_large_is_bad_usage(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "pjsip.conf").write_bytes(data)
    with pytest.raises(SetupError, match=said):
        run(str(tmp_path / "pjsip.conf"))


def test_a_note_is_no_failure_and_a_warning_only_where_it_is_strict(tmp_path: Path) -> None:
    note, warning = FOLDER / "wrong/pjsip-no-qualify.conf", FOLDER / "wrong/pjsip-direct-media.conf"
    assert [
        run(str(each), *strict).exit_code for each in (note, warning) for strict in ((), ("--strict",))
    ] == [0, 0, 0, 1]


def test_a_semicolon_behind_a_backslash_belongs_to_the_value() -> None:
    [section] = read("[a]\ncontact=sip:a\\;lr ; a comment\n", "pjsip").sections
    assert [(each.name, each.value, each.spot.line) for each in section.settings] == [
        ("contact", "sip:a;lr", 2)
    ]


def test_a_template_gives_what_its_sections_do_not_say() -> None:
    text = "[t](!)\ntype=auth\nusername=bob\n[a](t)\n[b](t)\nusername=\n"
    assert rules_of(text) == ["auth-without-user"]


def test_a_placeholder_is_not_known_and_not_wrong() -> None:
    assert rules_of("[a]\ntype=aor\ncontact=sip:${DOMAIN}:5060\nmax_forwards=__HOPS__\n") == []
    assert (
        rules_of('<gateway name="a">\n<param name="realm" value="$${realm}"/>\n</gateway>', "freeswitch")
        == []
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "text", ["", "[", "]]]\n=\n", "/*\n<!--\n;--", "<\n>;;=", '"' * 500, "[a](b,c,!,+\n(=)"]
)
def test_no_text_breaks_a_reader(kind: Kind, text: str) -> None:
    assert rules_of(text, kind) == (["unclosed-section"] if text == "[" and kind in {"pjsip", "sip"} else [])


def test_a_file_of_another_program_is_not_taken_for_twiml(tmp_path: Path) -> None:
    (tmp_path / "extensions.conf").write_text("[cloud]\nexten => 100,1,Answer()\n")
    with pytest.raises(SetupError, match=r"extensions.conf: of no program whose configurations are checked"):
        run(str(tmp_path / "extensions.conf"))


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("[a](!)\n[b](a)\n[b](+)\n[b](+type=aor)\n", "pjsip", []),
        ("#include more.conf\n[b](a)\n", "pjsip", []),
        ("[b](b)\n", "pjsip", ["unknown-template"]),
        ('<?xml version="1.0"?>\n<gateway name="a"/>\n<gateway name="b"/>', "freeswitch", []),
        ('<gateway name="a"><param name="a" value="$${b}&c"/></gateway><!-- <a> -->', "freeswitch", []),
        ('<include>\n<gateway name="a">\n</include>', "freeswitch", ["crossed-tags"]),
        ('<include>\n<gateway name="a">', "freeswitch", ["crossed-tags"]),
    ],
)
def test_files_that_are_not_loaded_at_all_are_found(text: str, kind: Kind, found: list[str]) -> None:
    written = {"unclosed-section", "unknown-template", "crossed-tags"}
    assert [each for each in rules_of(text, kind) if each in written] == found
