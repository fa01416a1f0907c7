"""What a failed test shows of its calls: the newest first, and never too much."""

from __future__ import annotations

from sipdomain.entries import Alert, Announced, Entry, HttpAnswered, Note
from sipdomain.report.calls import MOST_CALLS, MOST_NOTES, MOST_ROWS, calls_report
from tests.unit.report.journals import INVITE, a_call, a_refusal, message, sent


def report(entries: list[Entry]) -> str:
    return calls_report(entries, {"c1@phone": "call 1"}, {"Correct-Horse-42"})


def test_a_call_shows_alerts_words_decisions_and_ladder() -> None:
    sorry = Announced(at=9, call_sid="CA1", call_id="c1@phone", text="Sorry, Correct-Horse-42")
    alert = Alert(at=9, call_sid="CA1", call_id="c1@phone", code=11200, level="error", text="HTTP status 500")
    entries = [each for each in a_call() if not isinstance(each, Alert | HttpAnswered)]
    lines = report([*entries, alert, sorry]).splitlines()
    assert lines[0] == "call 1 · c1@phone"
    assert lines[1:3] == ["  alerts:", "    error 11200: HTTP status 500"]
    assert lines[3:6] == [
        "  said:",
        "    Say: Welcome to Acme\N{REPLACEMENT CHARACTER}[31m",
        "    apology: Sorry, ********",
    ]
    assert lines[6].split() == ["alice", "cloud", "app"]


def test_the_newest_call_comes_first_and_old_ones_are_counted() -> None:
    entries = [
        entry
        for number in range(MOST_CALLS + 2)
        for entry in sent(number, message(INVITE, "1 INVITE", call_id=f"c{number}"), up=True)
    ]
    heads = [line for line in report(entries).splitlines() if line.startswith("call · ")]
    assert heads == ["call · c6", "call · c5", "call · c4", "call · c3", "call · c2"]
    assert "2 older calls are not shown" in report(entries)


def test_a_long_ladder_is_cut_in_the_middle() -> None:
    entries: list[Entry] = []
    for number in range(1000):
        entries += sent(number, message(INVITE, f"{number} INVITE"), up=True)
    lines = report(entries).splitlines()
    assert len(lines) == MOST_ROWS + 2
    assert "  … 802 lines are not shown …" in lines


def test_notes_outside_any_call_are_shown_the_newest_of_them() -> None:
    notes: list[Entry] = [Note(at=each, source="sip", text=f"note {each}\x1b[2J") for each in range(30)]
    lines = report([*a_refusal(), *notes]).splitlines()
    assert lines[-MOST_NOTES - 1] == "  outside any call:"
    assert lines[-1] == "    sip: note 29\N{REPLACEMENT CHARACTER}[2J"


def test_a_ladder_that_was_shown_is_not_shown_again() -> None:
    told = calls_report(a_call(), {}, (), without_ladder={"c1@phone"})
    assert "INVITE" not in told
    assert told.startswith("call · c1@phone\n  alerts:\n")


def test_where_nothing_was_sent_that_is_said() -> None:
    assert report([]) == "no SIP message was sent: no call was placed"
