"""The grade, the card and its files, and two cards side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sipdomain.mask import masking
from sipdomain.qa.check import LONGEST_NAME
from sipdomain.qa.checks import CHECKS
from sipdomain.qa.examination import in_order
from sipdomain.qa.grade import Result, grade
from sipdomain.qa.mending import mends, vendor_of
from sipdomain.qa.report.card import Card, card, kept, merged, read, written
from sipdomain.qa.report.compare import comparison, worse
from sipdomain.qa.report.html import html_page
from sipdomain.qa.report.junit import junit
from sipdomain.qa.report.text import fitted, page
from sipdomain.qa.verdict import failed, not_run, passed, unclear
from tests.unit.qa.played import PASSWORD, right, sent

MASK = masking({PASSWORD})


def results(**outcomes: str) -> list[Result]:
    """Return all checks passed, but those named (with _ for -), whose outcome is given."""
    made = {"failed": failed, "could not tell": unclear, "not run": not_run, "passed": passed}
    named = {name.replace("_", "-"): outcome for name, outcome in outcomes.items()}
    assert named.keys() <= CHECKS.keys()
    return [Result(each, made[named.get(name, "passed")]("said")) for name, each in CHECKS.items()]


def musts(outcome: str, number: int) -> list[Result]:
    """Return results in which some of what a PBX must do has an outcome, and the rest passed."""
    names = [name for name, each in CHECKS.items() if each.level == "must" and not each.optional][:number]
    return results(**dict.fromkeys((name.replace("-", "_") for name in names), outcome))


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (results(), "A"),
        (results(rport="failed"), "B"),
        (results(rport="failed", no_retry="failed", payload_numbers="failed"), "B"),
        (
            results(rport="failed", no_retry="failed", payload_numbers="failed", audio_in_silence="failed"),
            "C",
        ),
        (results(digest="failed"), "F"),
        (results(digest="failed", rport="failed"), "F"),
        (musts("not run", 20), "?"),
        (musts("could not tell", 20), "?"),
        (musts("not run", 2), "A"),
        (results(registers="not run"), "A"),
        (results(registers="failed"), "F"),
        ([], "?"),
    ],
)
def test_the_grade_is_made_of_what_failed_and_what_was_not_run(found: list[Result], wanted: str) -> None:
    assert grade(found) == wanted


def test_a_quarter_of_the_musts_may_be_missing_and_no_more() -> None:
    four = [each for each in results() if each.check.level == "must" and not each.check.optional][:4]
    one_missing = [Result(four[0].check, not_run("")), *four[1:]]
    two_missing = [Result(four[0].check, not_run("")), Result(four[1].check, unclear("")), *four[2:]]

    assert (grade(one_missing), grade(two_missing)) == ("A", "?")


@pytest.mark.parametrize(
    ("user_agent", "vendor"),
    [
        ("Asterisk PBX 20.5.0", "asterisk"),
        ("FPBX-16.0.40(18.13.0)", "freepbx"),
        ("FreeSWITCH-mod_sofia/1.10.9", "freeswitch"),
        ("baresip v1.0.0 (x86_64/linux)", "baresip"),
        ("PJSUA v2.14 Linux", "pjsip"),
        ("3CXPhoneSystem 20.0", "3cx"),
        ("Yealink SIP-T46S 66.86.0.15", "yealink"),
        ("SIPp", "sipp"),
        ("Something else", ""),
        ("", ""),
    ],
)
def test_a_pbx_is_known_by_its_user_agent(user_agent: str, vendor: str) -> None:
    assert vendor_of(user_agent) == vendor


def test_the_mend_is_in_the_words_of_the_pbx() -> None:
    assert mends(CHECKS["keys"], "Asterisk PBX 20.5.0") == (
        "Asterisk: dtmf_mode=rfc4733",
        "Asterisk: write rfc4733 in pjsip.conf, rfc2833 elsewhere (sipdomain lint: keys-not-by-rfc-4733)",
        "send keys by RFC 4733, which some call RFC 2833; not by INFO, and not as tones",
    )
    assert mends(CHECKS["keys"], "Something else") == (
        "send keys by RFC 4733, which some call RFC 2833; not by INFO, and not as tones",
    )


def wrong_realm() -> Card:
    seen = sent(right()["call"], "INVITE", 'realm="sip.twilio.com"', 'realm="<b>demo</b>"')
    check = CHECKS["realm"]
    found = in_order({"realm": Result(check, check.verdict(seen))}, "it was not asked for")
    return card(found, "Asterisk PBX 20.5.0", "demo.sip.twilio.com", MASK)


def test_a_failure_is_shown_with_its_messages_its_source_and_the_mend() -> None:
    lines = list(page(wrong_realm()))

    assert lines[0] == "Asterisk PBX 20.5.0 calling demo.sip.twilio.com: grade F"
    assert (
        "✗ must   realm                    the realm is '<b>demo</b>', asked for was 'sip.twilio.com'"
        in lines
    )
    assert any(
        line.startswith("    PBX sent  INVITE sip:100@demo.sip.twilio.com SIP/2.0  (+0.") for line in lines
    )
    assert any(line.startswith("              Proxy-Authorization: Digest ") for line in lines)
    assert "    source    RFC 3261 section 22.1; RFC 7616 section 3.4" in lines
    assert "    fix       Asterisk: no realm in the section of type auth" in lines
    assert lines[-1] == "This is a list of checks seen from the far end, and no assessment of conformance."


def test_the_name_of_each_check_fits_into_its_column() -> None:
    assert [name for name in CHECKS if len(name) > LONGEST_NAME] == []


def test_a_terminal_that_knows_ascii_alone_gets_nothing_else() -> None:
    assert "\n".join(page(wrong_realm(), ascii_only=True)).isascii()


def test_what_the_pbx_wrote_is_text_on_the_page() -> None:
    document = html_page(wrong_realm()).decode()

    assert "<b>demo" not in document
    assert "&lt;b&gt;demo&lt;/b&gt;" in document
    assert "<script" not in document.lower()


def test_what_was_not_run_is_skipped_in_junit_and_never_passes() -> None:
    document = junit(wrong_realm()).decode()

    assert document.count("<skipped") == len(CHECKS) - 1
    assert document.count('<failure message="the realm is') == 1


def test_a_card_is_read_as_it_was_written_and_has_no_secret() -> None:
    found = wrong_realm()
    data = written(found, MASK)

    assert read(data, "card.json") == found
    assert PASSWORD.encode() not in data


def test_what_passed_or_failed_is_kept_when_an_examination_goes_on() -> None:
    before = card(results(digest="failed", keys="could not tell", rport="not run"), "PBX", "demo", MASK)

    found = kept(before)

    assert (found["digest"].verdict.outcome, found["realm"].verdict.outcome) == ("failed", "passed")
    assert not {"keys", "rport"} & found.keys()


def test_the_messages_of_an_earlier_card_stay() -> None:
    before = wrong_realm()
    now = card(in_order(kept(before), "it was not asked for"), "", before.domain, MASK)

    again = {row.name: row for row in merged(now, before).rows}

    assert again["realm"].evidence == next(row for row in before.rows if row.name == "realm").evidence
    assert merged(now, before).user_agent == "Asterisk PBX 20.5.0"


def test_two_cards_are_compared_check_by_check() -> None:
    before = card(results(digest="failed", keys="not run"), "PBX 1", "demo", MASK)
    after = card(results(realm="failed", rport="could not tell"), "PBX 2", "demo", MASK)

    lines = [line.split(" ")[0] if line.startswith("unch") else line for line in comparison(before, after)]

    assert lines[0].startswith("before: PBX 1, grade F: 1 failed (1 must)")
    assert lines[2:] == [
        "fails now:", "  must   realm                    said",
        "mended:", "  must   digest                   said",
        "not told any more:", "  should rport                    said (was passed)",
        "told now:", "  must   keys                     said (passed)",
        "unchanged:",
    ]  # fmt: skip
    assert worse(before, after) == ["realm"]


def test_a_check_that_is_gone_is_named() -> None:
    before = card(results(), "", "demo", MASK)

    lines = list(comparison(before, replace(before, rows=before.rows[1:])))

    assert "check is gone:" in lines


def test_another_that_calls_meanwhile_is_named_on_every_form_of_the_card() -> None:
    callers = ("Asterisk PBX 20.5.0", "FreeSWITCH", "Asterisk PBX 20.5.0")
    found = card(results(), "Asterisk PBX 20.5.0", "demo.sip.twilio.com", MASK, callers)

    said = "FreeSWITCH called too: what stands here may be of any of them."
    assert list(page(found))[2] == said
    assert said in html_page(found).decode()
    assert said in junit(found).decode()
    assert read(written(found, MASK), "card.json") == found


def test_one_pbx_alone_is_no_mixture() -> None:
    found = card(results(), "Asterisk PBX 20.5.0", "demo.sip.twilio.com", MASK, ("Asterisk PBX 20.5.0",))

    assert found.mixture == ""
    assert "called too" not in "\n".join(page(found))


def test_an_examination_that_another_pbx_goes_on_with_names_both() -> None:
    before = card(results(rport="failed"), "PBX 1", "demo", MASK)
    now = card(results(), "PBX 2", "demo", MASK, ("PBX 2",))

    assert merged(now, before).others == ("PBX 1",)


def test_who_calls_in_a_situation_is_named_once_each() -> None:
    seen = right()["call"]
    own = seen.calls[0].invites[0].header("user-agent")
    other = sent(seen, "INVITE", f"User-Agent: {own}", "User-Agent: FreeSWITCH")

    assert replace(seen, dialogs=(*seen.dialogs, *seen.dialogs, *other.dialogs)).callers == (
        own,
        "FreeSWITCH",
    )


def test_lines_are_broken_at_the_width_of_the_terminal_and_go_on_further_in() -> None:
    words = "  must   rport  asks for rport over UDP, and listens where it sent from"

    assert list(fitted([words, "", "short"], 50)) == [
        "  must   rport  asks for rport over UDP, and",
        "      listens where it sent from",
        "",
        "short",
    ]
