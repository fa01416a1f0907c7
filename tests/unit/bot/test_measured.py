"""What is measured of a bot, and how often: figures, words, calls at the same time, and files of the scorecard."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from sipdomain.bot.card import exit_code_of, written
from sipdomain.bot.checks import CHECKS
from sipdomain.bot.html import html_page
from sipdomain.bot.junit import junit
from sipdomain.bot.making import Wishes, document
from sipdomain.bot.text import page
from sipdomain.bot.verdict import percentile
from tests.unit.bot.played import ANSWERING, LINES, card_of, outcomes, played, relayed, relayed_with, seen_of


def test_an_answer_is_measured_from_the_end_of_the_callers_words() -> None:
    figures = card_of(
        seen_of({**ANSWERING, "delay": 0.5}, [{"say": "A table for two", "pause": 1.0}])
    ).figures

    # The bot waits for 0.4 s of silence, and then half a second.
    assert figures["answer_p95"] == pytest.approx(0.9, abs=0.05)


def test_words_of_the_table_are_found_and_missed() -> None:
    turns: list[dict[str, Any]] = [
        {"say": "A table for two", "pause": 1.0, "heard": LINES[1]},
        {"press": "1", "heard": "Nobody says this"},
    ]
    failed = outcomes(card_of(seen_of(ANSWERING, turns)), "failed")

    assert set(failed) == {"words"}
    assert failed["words"].startswith("call 1, turn 2: “Nobody says this”")


def test_words_that_a_relay_says_for_a_bot_are_found_and_missed() -> None:
    turns: list[dict[str, Any]] = [
        {"heard": "Good evening"},
        {"say": "A table for two", "heard": ["for two people on Friday evening", "Of course"]},
    ]
    rows = {each.name: each for each in card_of(relayed_with(turns)).rows}

    assert rows["words"].outcome == "failed"
    assert [each.rpartition("”: ")[2][:3] for each in rows["words"].evidence] == ["100", "100", "0% "]


def test_calls_at_the_same_time_are_each_measured() -> None:
    seen = seen_of(ANSWERING, [{"say": "A table for two", "pause": 1.0}], calls=3)

    assert [each.number for each in seen.calls] == [1, 2, 3]
    assert card_of(seen).figures["answers"] == 3


def test_the_same_calls_are_the_same_card_in_virtual_time() -> None:
    turns = [{"say": "A table for two", "pause": 1.0}]

    assert card_of(seen_of(ANSWERING, turns)) == card_of(seen_of(ANSWERING, turns))


def test_a_bot_of_conversation_relay_is_measured_and_its_tokens_are_one_line() -> None:
    found = card_of(relayed())

    assert outcomes(found, "failed") == {}
    assert set(outcomes(found, "not run")) == {"words", "marks", "signature"}
    assert found.exit_code == 0
    said = [line.split("s  ", 1)[1] for line in found.transcripts[0]]
    assert said.count("bot     sends “I have written down a table for two people on Friday evening”") == 1
    assert "cloud   understood “Wait a moment please”" in said


def test_a_socket_is_connected_with_its_parameters_and_a_relay_with_keys() -> None:
    parameters = [("who", "Ann & Bob")]

    assert document(Wishes("wss://bot.example/a?b=1&c=2", (), "ConversationRelay", parameters)) == (
        '<Response><Connect><ConversationRelay url="wss://bot.example/a?b=1&amp;c=2" dtmfDetection="true">'
        '<Parameter name="who" value="Ann &amp; Bob"/></ConversationRelay></Connect></Response>'
    )
    assert document(Wishes("ws://127.0.0.1/a", ())) == (
        '<Response><Connect><Stream url="ws://127.0.0.1/a"></Stream></Connect></Response>'
    )


def test_each_check_has_its_row_in_the_reference() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/bot.md").read_text("utf-8")

    assert [name for name in CHECKS if f"| `{name}` |" not in page] == []


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [([3.0, 1.0, 2.0], 0.5, 2.0), ([1.0], 0.95, 1.0), ([float(each) for each in range(1, 101)], 0.95, 95.0)],
)
def test_a_percentile_is_the_nearest_rank(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_the_card_is_written_as_json_junit_and_a_page_with_what_to_change() -> None:
    found = card_of(played("ignores-keys"))

    read = json.loads(written([found], lambda text: text))
    assert {each["name"]: each["outcome"] for each in read["rows"]}["keys"] == "failed"
    assert read["figures"]["answers"] == 2
    suite = ET.fromstring(junit([found]))[0]
    assert (suite.get("name"), suite.get("failures"), suite.get("skipped")) == ("sipdomain bot", "1", "2")
    assert "fix: Handle messages with event `dtmf`" in ET.tostring(suite, encoding="unicode")
    html = html_page([found]).decode()
    assert '<details id="keys" open>' in html
    assert "caller  “A table for two”" in html
    lines = list(page([found], ascii_only=True))
    assert "x keys          call 1, turn 3: no answer, though a dtmf message went to the bot" in lines
    assert "- signature     not run: not checked: it was not asked for" in lines


def test_several_bots_have_a_row_each_in_every_report_and_the_worst_exit_code() -> None:
    wrong, right = card_of(played("ignores-keys")), card_of(played(""))
    cards = [replace(right, bot="ws://a.test/right"), replace(wrong, bot="ws://a.test/wrong")]

    assert (exit_code_of(cards), exit_code_of(cards[:1])) == (1, right.exit_code)
    lines = list(page(cards, ascii_only=True))
    assert [line.split()[:5] for line in lines[-2:]] == [
        ["ws://a.test/right", "0", "0", str(right.count("not run")), str(right.count("passed"))],
        ["ws://a.test/wrong", "1", "0", str(wrong.count("not run")), str(wrong.count("passed"))],
    ]
    assert [each["bot"] for each in json.loads(written(cards, lambda text: text))["bots"]] == [
        "ws://a.test/right",
        "ws://a.test/wrong",
    ]
    cases = ET.fromstring(junit(cards))[0].findall("testcase")
    failed = [(each.get("classname"), each.get("name")) for each in cases if each.find("failure") is not None]
    assert failed == [("ws://a.test/wrong", "keys")]
    html = html_page(cards).decode()
    assert '<td><a href="#bot-2">ws://a.test/wrong</a></td><td>1</td>' in html
    anchors = re.findall(r' id="([^"]+)"', html)
    assert len(anchors) == len(set(anchors))
