"""The data of the page that shows a run: masked, harmless within HTML, and within what a page may weigh."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, strategies as st

from sipdomain.entries import Alert, Entry, HttpAnswered, HttpRequested
from sipdomain.errors import FileError, Position
from sipdomain.report.files.html import html_page
from sipdomain.report.page.call import kind_of
from sipdomain.report.page.run import embedded, run_data
from sipdomain.report.page.wording import Wording
from sipdomain.scenario.call_audio import CallAudio
from sipdomain.scenario.loader import WrongFile
from sipdomain.scenario.runner import Result
from tests.unit.report.journals import INVITE, a_call, a_family, a_refusal, message, sent
from tests.unit.report.test_reports import FAILED, NOT_RUN, PASSED


def heads(*results: Result, **more: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run_data(results, **more).heads)
    return found


def call(entries: list[Entry], secrets: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return the data of the first call of a run."""
    found: dict[str, Any] = json.loads(run_data([of(entries, secrets=secrets)]).calls[0])
    return found


def of(entries: list[Entry], **more: Any) -> Result:
    return Result("a.scenario.yaml", "T", "passed", "documented", "sim", entries=tuple(entries), **more)


def test_failures_come_first_then_wrong_files_and_what_was_not_run() -> None:
    wrong = WrongFile("b.scenario.yaml", FileError("not YAML", where=Position("b.scenario.yaml", 1, 1)))
    found = heads(PASSED, NOT_RUN, FAILED, wrong=[wrong])
    assert [each["outcome"] for each in found["results"]] == ["failed", "wrong file", "not run", "passed"]
    assert found["counts"] == {"failed": 1, "not run": 1, "passed": 1, "wrong file": 1}
    assert "not YAML" in found["results"][1]["reason"]


def test_a_failure_says_what_where_and_why() -> None:
    [result] = heads(FAILED)["results"]
    assert result["mismatches"] == [
        {
            "path": "steps[1].expect.answered", "expected": "answered", "got": "trying",
            "near": ["responses: none", "password ********"], "place": "calls/office.scenario.yaml:12:5",
            "source": "  - expect: {answered: true}",
        }
    ]  # fmt: skip
    assert "access-list: dropped address-not-listed (32201)" in result["causes"][0]
    assert [(each["title"], each["concerned"]) for each in result["calls"]] == [
        ("office", True), ("outside any call", False),
    ]  # fmt: skip


def test_a_row_has_its_whole_message_and_a_retransmission_is_folded_into_it() -> None:
    first, *_ = rows = call(a_call())["rows"]
    assert (first["text"], first["count"], first["lost"], first["at"]) == ("INVITE", 2, False, 0.0)
    assert first["message"].splitlines()[:2] == [
        "INVITE sip:100@acme.sip.twilio.com SIP/2.0",
        "Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bK1",
    ]
    assert "m=audio 4000 RTP/AVP 0 101" in first["message"].splitlines()
    second = next(each for each in rows if each["text"] == "INVITE as alice")
    assert (first["like"], second["like"]) == (None, 0)
    assert [each["like"] for each in rows if each["text"].startswith("200 OK")] == [None, None]


def test_a_message_is_like_the_last_of_its_kind_on_its_leg_and_way() -> None:
    again = [
        *sent(0.0, message(INVITE, "1 INVITE"), up=True),
        *sent(1.0, message(INVITE, "2 INVITE"), up=True),
    ]
    back = sent(2.0, message(INVITE, "3 INVITE"), up=False)
    assert [each["like"] for each in call([*again, *back])["rows"]] == [None, 0, None]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("INVITE sip:a SIP/2.0\nCSeq: 1 INVITE\n", "INVITE"),
        ("SIP/2.0 200 OK\nFrom: x\ncseq : 7  BYE\n", "200 BYE"),
        ("SIP/2.0 200 OK\n", "200 "),
        ("SIP/2.0", " "),
        ("", ""),
    ],
)
def test_kinds_of_messages(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def test_a_call_and_its_legs_are_one() -> None:
    [one] = heads(of(a_family()))["results"][0]["calls"]
    assert one["ids"] == ["CA1", "CA2", "CA3", "c1@phone", "leg2@cloud", "leg3@cloud"]
    assert one["status"] == "completed"
    found = call(a_family())
    assert [each[0] for each in found["hosts"]][-2:] == ["cloud", "app"]
    assert {each["leg"] for each in found["rows"]} == {1, 2, 3}


def test_the_same_call_id_in_another_scenario_has_a_link_of_its_own() -> None:
    found = heads(PASSED, replace(PASSED, title="Again"))["results"]
    assert [each["calls"][0]["key"] for each in found] == ["c1@phone", "c1@phone~2"]


def test_decisions_bring_what_was_got_and_wanted_and_the_mend() -> None:
    [decision] = call(a_refusal())["decisions"]
    assert decision == {
        "at": 0.001, "method": "INVITE", "check": "access-list", "outcome": "dropped", "reason": "address-not-listed",
        "rule": "acl-drop", "code": 32201, "got": "127.0.0.10", "wanted": "office: 127.0.0.11, 10.0.0.0/8",
        "mend": "Add 127.0.0.10 to the access list, or call from an address in it.",
    }  # fmt: skip


def test_a_warning_about_a_document_stands_with_the_call_and_with_its_answer() -> None:
    about = {"call_sid": "CA1", "call_id": "c"}
    alert = Alert(
        at=1.5, code=12200, level="warning", text="<Sya> is not a verb and is left out", token=1, **about
    )
    found = call([*asked(b"<Response><Sya/></Response>"), alert])
    shown = {"at": 0.5, "code": 12200, "level": "warning", "text": "<Sya> is not a verb and is left out"}
    assert found["alerts"] == [shown]
    assert found["webhooks"][0]["alerts"] == [shown]


def test_the_topic_of_a_result_is_the_folder_of_its_file() -> None:
    assert [each["topic"] for each in heads(PASSED, FAILED)["results"]] == ["calls", "calls"]
    assert heads(replace(PASSED, tags=("smoke",)))["results"][0]["tags"] == ["smoke"]
    assert heads(replace(PASSED, file="first.scenario.yaml"))["results"][0]["topic"] == ""


def spoken(data: bytes) -> CallAudio:
    return CallAudio("c1@phone", 1.25, ("phone", "emulator"), 8_000, data)


def test_a_call_names_its_audio_and_when_it_begins() -> None:
    found = run_data([of(a_call(), audio=(spoken(b"packed"),))])
    assert json.loads(found.calls[0])["audio"] == [
        {"number": 0, "leg": 1, "at": 1.25, "sides": ["phone", "emulator"], "length": 8_000}
    ]
    assert found.audio == ["cGFja2Vk"]


def test_audio_beyond_what_a_page_may_weigh_is_cut_and_failures_have_theirs_first() -> None:
    results = [replace(each, audio=(spoken(b"x" * 60),)) for each in (PASSED, FAILED)]
    found = run_data(results, most_audio=100)
    assert [json.loads(each)["audio"][0]["number"] for each in found.calls if json.loads(each)["audio"]] == [
        0,
        -1,
    ]
    assert len(found.audio) == 1


def asked(body: bytes, kind: str = "text/xml", **more: Any) -> list[Entry]:
    about: dict[str, Any] = {
        "token": 1,
        "call_sid": "CA1",
        "call_id": more.pop("call_id", "c"),
        "purpose": "voice",
    }
    return [
        HttpRequested(at=1.0, method="POST", **{"url": "http://127.0.0.1/v", **about, **more}),
        HttpAnswered(at=1.25, status=200, content_type=kind, body=body, **about),
    ]


@pytest.mark.parametrize(
    ("body", "kind", "shown"),
    [
        (
            b"<Response><Say>Hi <b>you</b></Say><Hangup/></Response>",
            "text/xml",
            "<Response>\n  <Say>Hi <b>you</b></Say>\n  <Hangup/>\n</Response>",
        ),
        (b"<Response><Say>", "application/xml; charset=utf-8", "<Response><Say>"),
        (
            b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            "text/xml",
            '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        ),
        (b'{"a":1}', "application/json", '{"a":1}'),
        (b"two\r\nlines\x1b", "text/plain", "two\nlines\N{REPLACEMENT CHARACTER}"),
        (b"\x00\x01\x02", "audio/wav", "3 bytes"),
        (b"", "", ""),
    ],
    ids=["TwiML", "broken", "a DOCTYPE", "JSON", "text", "audio", "nothing"],
)
def test_an_answers_document_is_shown_in_lines(body: bytes, kind: str, shown: str) -> None:
    [hook] = call(asked(body, kind))["webhooks"]
    assert (hook["answer"]["body"], hook["answer"]["took"]) == (shown, 0.25)


def test_no_secret_is_in_the_page_however_it_is_spelt() -> None:
    digest = 'Proxy-Authorization: Digest username="alice", response="0123456789abcdef0123456789abcdef"\r\n'
    entries = [
        *sent(0.0, message(INVITE, "1 INVITE", f"X-Pin: Horse-9&7\r\n{digest}"), up=True),
        *asked(
            b"<Response><Say>Horse-9&#38;7 or &#x48;orse-9&amp;7</Say></Response>",
            call_id="c1@phone",
            url="http://u:Other-Word@127.0.0.1/v?x=Horse-9%267",
            parameters=(("Password", "Third-Word"), ("SipHeader_X-Pin", "Horse-9&7")),
            headers=(("X-Twilio-Signature", "Fourth-Word="),),
        ),
    ]
    page = html_page([of(entries, secrets=frozenset({"Horse-9&7"}))]).decode()
    for each in ("Horse-9", "0123456789abcdef", "Other-Word", "Third-Word", "Fourth-Word"):
        assert each not in page
    assert page.count("********") >= 7


def test_a_secret_is_hidden_before_a_text_is_cut() -> None:
    assert Wording({"Correct-Horse"})("pin Correct-Horse-42", 12) == "pin ********… and 3 more characters"


HOSTILE = "</script><script>alert(1)</script><!--<script>&amp;{run}{calls}\u2028\u202e\x1b[31m"


def test_nothing_foreign_ends_the_data_or_is_taken_for_markup() -> None:
    entries = sent(0.0, message(INVITE, "1 INVITE", f"X-Evil: {HOSTILE}\r\n", call_id=HOSTILE), up=True)
    page = html_page([replace(of(entries), title=HOSTILE, file=HOSTILE, calls={HOSTILE: HOSTILE})]).decode()
    plain = html_page([]).decode()
    blocks = re.findall(r'<script type="application/json" id="([^"]*)">([^<>&]*)</script>', page)
    assert [name for name, _ in blocks] == ["run", "call-0"]
    assert page.count("<script") == plain.count("<script") + 1
    assert page.count("</script") == plain.count("</script") + 1
    assert not set(page) & {"\u2028", "\u202e", "\x1b"}
    assert HOSTILE[:33] in json.loads(blocks[1][1])["rows"][0]["message"]
    assert "{run}{calls}" in json.loads(blocks[0][1])["results"][0]["title"]


@given(
    st.recursive(
        st.text() | st.none() | st.integers(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_whatever_is_embedded_has_no_markup_and_is_read_back_as_it_was(value: Any) -> None:
    text = embedded(value)
    assert re.search(r"[<>&]|[^\x20-\x7e]", text) is None
    assert json.loads(text) == value


def test_the_page_names_nothing_outside_itself() -> None:
    page = html_page([]).decode()
    assert re.findall(r"""(?:src|href|action|data|srcset)\s*=\s*["'][^"'#]""", page) == []
    assert re.findall(r"https?://(?!www\.w3\.org/2000/svg\b)", page) == []
    assert (
        re.findall(r"@import|url\(|fetch\(|XMLHttp|innerHTML|insertAdjacent|document\.write|eval\(", page)
        == []
    )
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert re.fullmatch(
        r"default-src 'none'; script-src 'sha256-[^']{44}'; style-src 'sha256-[^']{44}'; "
        r"media-src blob:; base-uri 'none'; form-action 'none'",
        policy[1],
    )


def test_calls_that_are_too_much_are_listed_and_counted_and_those_of_failures_come_first() -> None:
    some = [replace(PASSED, title=f"Number {each}") for each in range(3)]
    room = len(run_data([FAILED]).calls[0]) + len(run_data([FAILED]).calls[1]) + 10
    data = run_data([*some, FAILED], most_bytes=room)
    assert [bool(each) for each in data.calls] == [True, True, False, False, False]
    found = json.loads(data.heads)
    assert found["callsEmpty"] == 3
    assert [each["cut"] for result in found["results"] for each in result["calls"]] == [
        False, False, True, True, True,
    ]  # fmt: skip
    assert len(html_page([*some, FAILED], most_bytes=room)) < len(html_page([*some, FAILED]))


def test_a_long_call_keeps_its_beginning_and_its_end() -> None:
    many = [one for each in range(450) for one in sent(each, message(INVITE, f"{each + 1} INVITE"), up=True)]
    found = call(many)
    assert (len(found["rows"]), found["rowsCut"]) == (400, 50)
    assert [found["rows"][each]["at"] for each in (0, 99, 100, 399)] == [0.0, 99.0, 150.0, 449.0]
    hooks = [
        HttpRequested(
            at=1.0, token=each, call_sid="CA1", call_id="c", purpose="status", method="GET", url="http://x/"
        )
        for each in range(203)
    ]
    found = call([*hooks])
    assert (len(found["webhooks"]), found["webhooksCut"]) == (200, 3)


def test_a_long_message_is_cut_and_says_so() -> None:
    long = message(INVITE, "1 INVITE", f"X-Long: {'x' * 30_000}\r\n")
    shown = call(sent(0.0, long, up=True))["rows"][0]["message"]
    assert len(shown) < 20_100
    assert re.search(r"xxx… and \d+ more characters$", shown)


def test_many_parameters_are_cut_and_counted() -> None:
    found = call(asked(b"", parameters=tuple((f"P{each}", "x") for each in range(302))))
    assert found["webhooks"][0]["parameters"][298:] == [["P298", "x"], ["P299", "x"], ["…", "2 more"]]
