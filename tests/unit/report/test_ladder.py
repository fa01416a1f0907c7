"""The ladder shows each thing once, in its lane, and safely."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.journal import Entry, HttpAnswered, HttpRequested
from harness.report.ladder import ladders, text, untimed
from tests.unit.report.journals import INVITE, a_call, a_refusal, message, sent

GOLDEN = Path(__file__).parents[2] / "corpora" / "ladders"


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("call.txt", "\n\n".join(text(each) for each in ladders(a_call(), {"c1@phone": "right"}))),
        ("call.ascii.txt", "\n\n".join(text(each, ascii_only=True) for each in ladders(a_call()))),
        ("call.untimed.txt", "\n\n".join(untimed(each) for each in ladders(a_call()))),
        ("refusal.txt", "\n\n".join(text(each) for each in ladders(a_refusal()))),
    ],
)
def test_a_ladder_looks_as_it_did(name: str, picture: str) -> None:
    assert f"{picture}\n" == (GOLDEN / name).read_text()


def test_no_line_is_wider_than_a_hundred_columns_and_no_character_steers_the_terminal() -> None:
    for each in [*ladders(a_call()), *ladders(a_refusal())]:
        lines = text(each).splitlines()
        assert max(map(len, lines)) <= 100
        assert all(line.isprintable() for line in lines)


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
