"""Ladders for tickets: Mermaid, SVG and Markdown, of journals that come back from JSON lines."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from sipdomain.entries import Entry
from sipdomain.mask import masking
from sipdomain.report.files.jsonl import entry_line
from sipdomain.report.journal_lines import entry_of, journals
from sipdomain.report.ladder import Ladder, ladders
from sipdomain.report.ladder.label import TIMES_SIGN, first_and_last
from sipdomain.report.ladder.markdown import markdown
from sipdomain.report.ladder.mermaid import mermaid
from sipdomain.report.ladder.svg import svg
from sipdomain.voice_entries import Played
from tests.unit.report.journals import INVITE, a_call, a_family, a_refusal, message, sent

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "end; <b>#1</b> ``` $$x$$ %%{init: {}}%% & \x1b[31m"


def drawn(entries: list[Entry]) -> Ladder:
    return ladders(entries)[0]


def hostile() -> Ladder:
    return drawn(sent(0.0, message(f"SIP/2.0 486 {HOSTILE}", "1 INVITE"), up=False))


def test_mermaid_has_hosts_arrows_and_notes() -> None:
    lines = mermaid(drawn(a_call())).splitlines()
    assert lines[:4] == [
        "sequenceDiagram",
        "  participant h0 as alice<br/>127.0.0.10:5070",
        "  participant h1 as cloud<br/>127.0.0.1:5060",
        "  participant h2 as app<br/>127.0.0.1:5000",
    ]
    assert lines[4] == f"  h0->>h1: INVITE {TIMES_SIGN}2<br/>PCMU 0, DTMF 101, sendrecv 127.0.0.10:4000"
    assert "  Note over h1: ✔ domain acme.sip.twilio.com" in lines
    assert "  h1->>h2: POST /voice" in lines


def test_a_lost_message_ends_in_a_cross() -> None:
    data = message(INVITE, "1 INVITE")
    entries = [*sent(0.0, data, up=True, arrives=False), *sent(1.0, message(INVITE, "2 INVITE"), up=True)]
    assert "  h0-xh1: INVITE (lost)" in mermaid(drawn(entries)).splitlines()


def test_nothing_foreign_is_syntax_in_mermaid() -> None:
    last = mermaid(hostile()).splitlines()[-1]
    assert last.startswith(
        "  h1->>h0: 486 en#100;#59; #60;b#62;#35;1#60;/b#62; #96;#96;#96; #36;#36;x#36;#36; #37;#37;#123;init: #123;#125;"
    )
    assert "\x1b" not in last


def test_a_long_ladder_keeps_its_first_and_last_rows() -> None:
    rows = drawn(a_call()).rows
    long = replace(drawn(a_call()), rows=rows[:1] * 200)
    lines = mermaid(long).splitlines()
    assert "  Note over h0,h2: 50 rows are left out" in lines
    assert sum("->>" in each for each in lines) == 150
    assert first_and_last(rows[:3], 3) == (rows[:3], 0, ())


def test_svg_is_a_picture_of_every_row() -> None:
    root = ET.fromstring(svg(drawn(a_call())))
    words = ["".join(each.itertext()) for each in root.iter(f"{SVG}text")]
    assert {"alice", "cloud", "app", f"INVITE {TIMES_SIGN}2", "POST /voice", "BYE"} <= set(words)
    assert len(list(root.iter(f"{SVG}path"))) == sum(
        each.source != each.target for each in drawn(a_call()).rows
    )
    assert not list(root.iter(f"{SVG}script"))


def test_nothing_foreign_is_markup_in_svg() -> None:
    root = ET.fromstring(svg(hostile()))
    assert {each.tag.removeprefix(SVG) for each in root.iter()} == {
        "svg", "title", "rect", "text", "g", "line", "path"
    }  # fmt: skip
    assert "486 end; <b>#1</b> ``` $$x$$" in "".join(root.itertext())


def test_markdown_says_what_became_of_the_call_and_how_to_fix_it() -> None:
    entries = a_refusal()
    lines = markdown(drawn(entries), entries).splitlines()
    assert lines[0] == "### call"
    assert "- Call-ID: c1\\@phone" in lines
    assert (
        "- access-list dropped: address-not-listed (32201): got 127.0.0.10, wanted office: 127.0.0.11, 10.0.0.0/8"
        in lines
    )
    assert "- Fix: Add 127.0.0.10 to the access list, or call from an address in it." in lines
    assert lines[lines.index("```text") + 1] == "call · c1@phone"
    assert lines[-1] == "```"


def test_a_fence_within_the_ladder_does_not_end_the_block() -> None:
    ladder = hostile()
    assert re.findall("^`+", markdown(ladder, ()), re.MULTILINE) == ["````", "````"]


@pytest.mark.parametrize("form", [lambda ladder: markdown(ladder, ()), mermaid, svg])
def test_no_form_has_a_secret(form: object) -> None:
    assert callable(form)
    entries = sent(0.0, message("SIP/2.0 486 password=Correct-Horse-42", "1 INVITE"), up=False)
    text = form(drawn(entries))
    assert "Horse" not in text
    assert "********" in text


@pytest.mark.parametrize("entries", [a_call(), a_family(), a_refusal()], ids=["call", "family", "refusal"])
def test_a_journal_comes_back_from_json_lines(entries: list[Entry]) -> None:
    hide = masking(())
    [(_, found)] = journals(json.loads(entry_line(each, hide)) for each in entries)
    assert [type(each) for each in found] == [type(each) for each in entries]
    assert [mermaid(each) for each in ladders(found)] == [mermaid(each) for each in ladders(entries)]


def test_what_was_played_comes_back_as_that() -> None:
    played = Played(at=2.0, call_sid="CA1", call_id="c", began_at=1.0, what="words", text="Welcome")
    assert entry_of(json.loads(entry_line(played, masking(())))) == played


def test_a_row_of_a_result_begins_another_journal() -> None:
    row = {"kind": "Note", "at": 1.0, "source": "udp", "text": "x"}
    result = {"kind": "Result", "title": "T"}
    found = journals([result, row, row, result, result, row])
    assert [(title, len(entries)) for title, entries in found] == [("T", 2), ("T", 1)]


def test_a_row_that_lacks_a_field_is_refused() -> None:
    with pytest.raises(TypeError):
        entry_of({"kind": "Note", "at": 1.0})
