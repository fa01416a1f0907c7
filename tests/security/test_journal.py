"""The journal is bounded in bytes, and a flood of one source does not take what happened to the others."""

from __future__ import annotations

from sipdomain.entries import Decision, Entry, HttpAnswered, Note, PhoneEvent, SipMessage, size_of
from sipdomain.journal import Journal


def message(host: str, number: int, size: int = 500) -> SipMessage:
    """Return a message of a host; its moment is its number."""
    return SipMessage(
        at=float(number), owner="cloud", lane="in", transport="udp", local="127.0.0.1:5060", remote=f"{host}:5060",
        data=b"x" * size, call_id=f"{host}-{number}",
    )  # fmt: skip


def kept(journal: Journal, host: str) -> list[float]:
    """Return the moments of what is kept of a host."""
    return [each.at for each in journal.select(SipMessage) if each.remote.startswith(f"{host}:")]


def test_large_messages_are_kept_up_to_so_many_bytes() -> None:
    journal = Journal(most_bytes=1_000_000)
    for number in range(8_000):
        journal.append(message("192.0.2.1", number, 65_000), "192.0.2.1")

    assert journal.size == 15 * 65_500
    assert [each.at for each in journal] == [float(number) for number in range(7_985, 8_000)]
    assert (len(journal), journal.dropped) == (15, 7_985)


def test_an_entry_counts_with_all_that_it_holds() -> None:
    answered = HttpAnswered(
        at=0.0, token=1, call_sid="", call_id="", purpose="voice", status=200, body=b"x" * 1_000,
        headers=(("Server", "x" * 94),),
    )  # fmt: skip
    decision = Decision(
        at=0.0, call_id="", method="INVITE", check="domain", outcome="passed", rule="r", got="x" * 2_000
    )

    assert size_of(answered) == 500 + 1_000 + 250
    assert size_of(decision) == 2_500
    assert size_of(Note(at=0.0, source="sip", text="x" * 3_000)) == 3_500


def test_one_entry_is_kept_however_long_it_is() -> None:
    journal = Journal(most_bytes=1_000)
    for number in range(3):
        journal.append(message("192.0.2.1", number, 65_000), "192.0.2.1")

    assert [each.at for each in journal] == [2.0]


def test_a_flood_of_one_stranger_has_at_most_half_and_takes_nothing_of_the_others() -> None:
    journal = Journal(capacity=100)
    for number in range(20):
        journal.append(message("192.0.2.1", number), "192.0.2.1")
    for number in range(20):
        journal.append(Note(at=float(number), source="sip", text="of nobody"))
    for number in range(10_000):
        journal.append(message("203.0.113.66", number), "203.0.113.66")

    assert kept(journal, "192.0.2.1") == [float(number) for number in range(20)]
    assert len(journal.select(Note)) == 20
    assert kept(journal, "203.0.113.66") == [float(number) for number in range(9_940, 10_000)]
    for number in range(20, 80):
        journal.append(message("192.0.2.1", number), "192.0.2.1")
    assert len(kept(journal, "203.0.113.66")) == 45  # Half of the bytes: the notes have fewer.
    assert len(journal) == 100


def test_with_one_source_the_oldest_goes_whatever_it_is() -> None:
    journal = Journal(capacity=10)
    for number in range(100):
        journal.append(message("192.0.2.1", number), "192.0.2.1")
        journal.append(Note(at=float(number), source="sip", text="of nobody"))

    assert [each.at for each in journal] == [95.0, 95.0, 96.0, 96.0, 97.0, 97.0, 98.0, 98.0, 99.0, 99.0]


def test_numbers_stay_when_entries_before_go_and_are_given_once() -> None:
    journal = Journal(capacity=4)
    journal.append(message("192.0.2.1", 1), "192.0.2.1")
    for number in range(2, 8):
        journal.append(message("203.0.113.66", number), "203.0.113.66")

    assert [(number, entry.at) for number, entry in journal.numbered()] == [
        (1, 1.0), (5, 5.0), (6, 6.0), (7, 7.0),
    ]  # fmt: skip
    assert [number for number, _ in journal.numbered(after=5)] == [6, 7]
    assert journal.last_number == 7
    journal.clear()
    journal.append(message("192.0.2.1", 8), "192.0.2.1")
    assert [number for number, _ in journal.numbered()] == [8]
    assert journal.dropped == 7


def test_a_journal_holds_no_more_cells_than_entries_for_long() -> None:
    journal = Journal(capacity=1_000)
    first: list[Entry] = [message("192.0.2.1", number) for number in range(400)]
    for each in first:
        journal.append(each, "192.0.2.1")
    for number in range(20_000):
        journal.append(message("203.0.113.66", number), "203.0.113.66")

    assert journal._kept.entries.cells <= 2 * 1_000 + 64
    assert list(journal)[:400] == first


def test_a_flood_in_the_call_of_another_source_leaves_no_cells_behind() -> None:
    journal = Journal(capacity=1_000)
    for source, count in (("192.0.2.1", 10), ("203.0.113.66", 20_000)):
        for number in range(count):
            journal.append(
                PhoneEvent(at=float(number), phone="alice", call_id="shared", event="ringing"), source
            )

    assert journal._kept.calls["shared"].cells <= 2 * 1_000 + 64
    assert [each.at for each in journal.of_call("shared")] == [
        *map(float, range(10)),
        *map(float, range(19_010, 20_000)),
    ]


def test_the_entries_of_a_call_are_found() -> None:
    journal = Journal()
    journal.append(message("192.0.2.1", 1), "192.0.2.1")
    journal.append(Note(at=0.0, source="sip", text="of nobody"))
    journal.append(message("192.0.2.1", 2), "192.0.2.1")

    assert [each.at for each in journal.of_call("192.0.2.1-2")] == [2.0]
