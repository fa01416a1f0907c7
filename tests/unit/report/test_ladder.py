"""The ladder shows each thing once, in its lane, and safely."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sipdomain.entries import (
    CallBegan,
    Decision,
    Entry,
    HttpAnswered,
    HttpRequested,
    Injected,
    PhoneEvent,
    SipMessage,
    VerbStarted,
)
from sipdomain.report.columns import columns, cut
from sipdomain.report.ladder import ladders, text, untimed
from sipdomain.report.ladder.markdown import markdown
from sipdomain.report.ladder.mermaid import mermaid
from sipdomain.report.ladder.svg import svg
from sipdomain.report.page.call import call_data
from sipdomain.report.page.run import embedded
from sipdomain.report.page.wording import Wording
from sipdomain.voice_entries import CompanyChanged, KeyHeard, SpeechHeard
from tests.unit.report.journals import INVITE, a_call, a_family, a_refusal, message, sent

FAMILY_NAMES = {"c1@phone": "right", "leg2@cloud": "at bob's"}
GOLDEN = Path(__file__).parents[2] / "corpora" / "ladders"


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("call.txt", "\n\n".join(text(each) for each in ladders(a_call(), {"c1@phone": "right"}))),
        ("call.ascii.txt", "\n\n".join(text(each, ascii_only=True) for each in ladders(a_call()))),
        ("call.untimed.txt", "\n\n".join(untimed(each) for each in ladders(a_call()))),
        ("family.txt", "\n\n".join(text(each) for each in ladders(a_family(), FAMILY_NAMES))),
        ("family.ascii.txt", "\n\n".join(text(each, ascii_only=True) for each in ladders(a_family(3)))),
        ("family.wide.txt", "\n\n".join(text(each, width=120) for each in ladders(a_family(1)))),
        ("family.untimed.txt", "\n\n".join(untimed(each) for each in ladders(a_family()))),
        ("refusal.txt", "\n\n".join(text(each) for each in ladders(a_refusal()))),
    ],
)
def test_a_ladder_looks_as_it_did(name: str, picture: str) -> None:
    assert f"{picture}\n" == (GOLDEN / name).read_text()


@pytest.mark.parametrize("width", [80, 100])
def test_no_line_is_wider_than_the_terminal_and_no_character_steers_it(width: int) -> None:
    families = [each for legs in range(1, 6) for each in ladders(a_family(legs))]
    for each in [*ladders(a_call()), *ladders(a_refusal()), *families]:
        lines = text(each, width=width).splitlines()
        assert max(map(columns, lines)) <= width
        assert all(line.isprintable() for line in lines)


def test_ideographs_emoji_and_marks_are_counted_as_the_terminal_does() -> None:
    said = VerbStarted(
        at=0.0, call_sid="CA1", call_id="世" * 60, verb="Say", text="世界\U0001f600e\u0301 " * 20
    )
    lines = text(ladders([said])[0]).splitlines()
    assert max(map(columns, lines)) <= 80
    assert {columns(line) for line in lines if line.endswith("│")} == {80}
    assert (columns("世"), columns("e\u0301"), cut("世世世", 4)) == (2, 1, "世…")


def test_a_header_has_the_whole_call_id_and_the_time_of_day() -> None:
    call_id = "0123456789" * 9
    (ladder,) = ladders(sent(5.0, message(INVITE, "1 INVITE", call_id=call_id), up=True))
    first, second, *_ = text(ladder, wall_offset=1_000_000_000.0).splitlines()
    assert re.match(r"2001-09-\d\d \d\d:46:45\.000 · call · 0123456789", first)
    assert call_id in (first + second).replace(" ", "").replace("\n", "")


def test_a_password_is_hidden_before_it_is_cut_or_wrapped() -> None:
    secret = "s3cr3t" * 12
    address = f"HTTP://user:{secret}@127.0.0.1:5000/a"
    refused = Decision(
        at=0.0, call_id="a", method="INVITE", check="voice-url", outcome="refused", rule="x", got=address, mend=address,
    )  # fmt: skip
    unreadable = SipMessage(
        at=0.0, owner="cloud", lane="in", transport="udp", local="127.0.0.1:5060", remote="127.0.0.9:5060",
        data=b"\0" + address.encode(),
    )  # fmt: skip
    asked = HttpRequested(
        at=0.0, token=1, call_sid="", call_id="a", purpose="voice", method="GET", url=address
    )
    whole = "".join(
        text(each, width=width) for each in ladders([refused, unreadable, asked]) for width in (80, 100)
    )
    assert "s3c" not in whole
    assert "cr3t" not in whole


def test_a_message_that_both_ends_recorded_is_one_row() -> None:
    rows = ladders(sent(0, message(INVITE, "1 INVITE"), up=True))[0].rows
    assert [(row.text, row.count, row.arrived) for row in rows] == [("INVITE", 1, True)]


def test_a_lost_message_is_marked_and_a_retransmission_counted() -> None:
    invite = message(INVITE, "1 INVITE")
    lost = sent(0, invite, up=True, arrives=False)
    answer = sent(1, message("SIP/2.0 100 Trying", "1 INVITE"), up=False)
    rows = ladders([*lost, *sent(0.5, invite, up=True, arrives=False), *answer])[0].rows
    assert [(row.text, row.count, row.arrived) for row in rows] == [
        ("INVITE", 2, False),
        ("100 Trying", 1, True),
    ]


def test_a_peer_that_keeps_no_journal_is_shown_by_its_address() -> None:
    only_cloud = [each for each in a_call() if getattr(each, "owner", "cloud") == "cloud"]
    ladder = ladders(only_cloud)[0]
    assert [host.name for host in ladder.hosts] == ["127.0.0.10:5070", "cloud", "app"]
    assert all(row.arrived for row in ladder.rows)


def test_times_and_retransmissions_do_not_change_the_untimed_form() -> None:
    invite = message(INVITE, "1 INVITE")
    once, twice = sent(0, invite, up=True), [*sent(0, invite, up=True), *sent(0.5, invite, up=True)]
    assert untimed(ladders(once)[0]) == untimed(ladders(twice)[0])


def test_what_a_bad_line_does_stands_once_whenever_and_however_late() -> None:
    def befalls(at: float, text: str) -> Injected:
        return Injected(at=at, layer="sip", fault="delay", text=text, call_id="c1@phone")

    begun = sent(0, message(INVITE, "1 INVITE"), up=True)
    late = "INVITE of the phone: late by"
    once = [befalls(0, f"{late} 0.02 s, 0.05 s"), *begun]
    twice = [*begun, befalls(1, f"{late} 0.0194 s"), befalls(2, f"{late} 1e-05 s, 0.05 s, …")]
    other = [*begun, befalls(1, "ACK of the phone: late by 0.02 s")]
    assert untimed(ladders(once)[0]) == untimed(ladders(twice)[0])
    assert untimed(ladders(once)[0]).endswith("\nline\n  injected delay: INVITE of the phone: late by …")
    assert untimed(ladders(once)[0]) != untimed(ladders(other)[0])


def test_a_sid_does_not_change_the_untimed_form() -> None:
    first, second = (
        Decision(
            at=0,
            call_id="c1@phone",
            method="INVITE",
            check="account",
            outcome="refused",
            reason="account-inactive",
            rule="account-suspended",
            mend=f"set the account AC{digit * 32} active",
        )
        for digit in "12"
    )
    begun = sent(0, message(INVITE, "1 INVITE"), up=True)
    assert untimed(ladders([*begun, first])[0]) == untimed(ladders([*begun, second])[0])
    assert "fix: set the account AC… active" in untimed(ladders([*begun, first])[0])


def test_calls_come_in_the_order_of_their_beginnings() -> None:
    second = sent(1, message(INVITE, "1 INVITE", call_id="b"), up=True)
    first = sent(0, message(INVITE, "1 INVITE", call_id="z"), up=True)
    assert [each.call_id for each in ladders([*first, *second])] == ["z", "b"]


def test_callbacks_of_another_kind_do_not_change_the_untimed_form() -> None:
    def asked(token: int, purpose: str) -> Entry:
        url = f"http://127.0.0.1:5000/{purpose}"
        return HttpRequested(
            at=0, token=token, call_sid="CA1", call_id="c1@phone", purpose=purpose, method="POST", url=url
        )

    def answered(token: int, purpose: str) -> Entry:
        return HttpAnswered(
            at=0, token=token, call_sid="CA1", call_id="c1@phone", purpose=purpose, status=204
        )

    turns = [asked(1, "status"), answered(1, "status"), asked(2, "recording"), answered(2, "recording")]
    at_once = [asked(1, "status"), asked(2, "recording"), answered(1, "status"), answered(2, "recording")]
    assert untimed(ladders(turns)[0]) == untimed(ladders(at_once)[0])


def test_a_simulated_number_stands_in_the_middle_as_it_has_no_lane() -> None:
    number = {"phone": "+15551230001", "call_id": "c1@phone"}
    did = [
        CallBegan(at=0.9, call_sid="CA1", call_id="c1@phone", to="+15551230001"),
        PhoneEvent(at=1.0, event="answered", **number),
        PhoneEvent(at=1.1, event="says", detail="This is Bob", **number),
        PhoneEvent(at=1.2, event="pressed", detail="12", **number),
        PhoneEvent(at=1.3, event="ended", detail="hangs up", **number),
        PhoneEvent(at=1.4, event="ended", detail="BYE", phone="alice", call_id="c1@phone"),
    ]
    (ladder,) = ladders([*a_call(), *did])
    rows = [(row.lane, row.text) for row in ladder.rows if row.text.startswith("+1555")]
    assert rows == [
        ("decisions", "+15551230001 says This is Bob"),
        ("decisions", "+15551230001 pressed 12"),
        ("decisions", "+15551230001 hangs up"),
    ]
    assert "BYE" not in [row.text for row in ladder.rows if row.at == 1.4]


def test_a_call_and_its_legs_are_one_picture_whichever_is_asked_for() -> None:
    (ladder,) = ladders(a_family(3))
    assert (ladder.call_id, [each.call_id for each in ladder.legs]) == (
        "c1@phone", ["leg2@cloud", "leg3@cloud", "leg4@cloud"],
    )  # fmt: skip
    assert [host.name for host in ladder.hosts] == [
        "alice",
        "bob",
        "127.0.0.33:5060",
        "127.0.0.34:5060",
        "cloud",
        "app",
    ]
    assert {row.leg for row in ladder.rows if row.text == "486 Busy Here"} == {3, 4}
    assert [row.leg for row in ladder.rows if row.text.startswith("▸ Dial")] == [1]


def test_legs_that_run_beside_one_another_do_not_change_the_untimed_form() -> None:
    by_call: dict[str, list[Entry]] = {}
    for each in a_family():
        by_call.setdefault(getattr(each, "call_id", ""), []).append(each)
    first, second, third = by_call["c1@phone"], by_call["leg2@cloud"], by_call["leg3@cloud"]
    begin = [*first, *(leg.pop(0) for leg in (second, third))]
    assert untimed(ladders([*begin, *second, *third])[0]) == untimed(ladders([*begin, *third, *second])[0])


def of_a_voice(*, pressed: bool) -> list[Entry]:
    """A key, a conference, and another call; the phone says itself what it presses, or is a foreign one."""
    sid: dict[str, Any] = {"call_sid": "CA1", "call_id": "c1@phone"}
    phone = PhoneEvent(at=1.0, phone="alice", call_id="c1@phone", event="pressed", detail="1")
    return [
        *([phone] if pressed else []),
        KeyHeard(at=1.1, key="1", **sid),
        CompanyChanged(at=2.0, moved="joined", company="conference", text="Room", sid="CF1", **sid),
        CompanyChanged(at=3.0, moved="left", company="call", text="CA2", sid="CA2", **sid),
    ]


def test_a_key_is_one_row_whoever_presses_it() -> None:
    rows = [[row.text for row in ladders(of_a_voice(pressed=each))[0].rows] for each in (True, False)]
    company = ["▸ joined the conference Room", "▸ left the other call"]
    assert rows == [["alice pressed 1", *company], ["▸ key 1", *company]]


def test_what_was_heard_of_the_caller_is_a_row() -> None:
    about: dict[str, Any] = {"call_sid": "CA1", "call_id": "c1@phone"}
    heard = SpeechHeard(at=2.0, began_at=1.0, text="check my balance", by="relay", **about)
    own = SpeechHeard(at=3.0, began_at=1.0, text="Hello", by="transcription", side="outbound", **about)
    (ladder,) = ladders([*a_call(), heard, own])
    rows = [row.text for row in ladder.rows if "hears" in row.text]
    assert rows == ["▸ relay hears “check my balance”", "▸ transcription hears of its own “Hello”"]
    shown = call_data(ladder, [CallBegan(at=0.0, **about), heard, own], Wording(()))["transcript"]
    assert [each["text"] for each in shown] == [
        "emulator hears “check my balance” (1.0 s, relay)",
        "emulator hears “Hello” (2.0 s, transcription, its own words)",
    ]


def test_what_was_injected_is_marked_in_every_form() -> None:
    lost = Injected(at=0.0, layer="sip", fault="drop", text="ACK of the phone: lost", call_id="c1@phone")
    (ladder,) = ladders([*a_call(), lost])
    marked = "injected drop: ACK of the phone: lost"
    for drawn in (text(ladder, width=120), svg(ladder), mermaid(ladder), untimed(ladder)):
        assert marked in drawn
    assert f"- {marked}" in markdown(ladder, [lost])
    assert embedded(marked) in embedded(call_data(ladder, [lost], Wording(()))["rows"])
