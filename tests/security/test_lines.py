"""What is printed about one stranger's flood hides nothing of what others do, and is told in one line."""

from __future__ import annotations

import asyncio
import io

from sipdomain.cli.line_shares import MOST_LINES, MOST_SOURCES, LineShares
from sipdomain.cli.watch import MOST_WATCHED, Watch
from sipdomain.entries import Decision, Note, Registered, SipMessage
from sipdomain.journal import Journal
from tests.patience import PATIENCE
from tests.unit.cli.test_watch import Screen, ended, message

STRANGER = "203.0.113.66"


def refused(number: int, at: float) -> Decision:
    return Decision(
        at=at, call_id=f"scan-{number}", method="INVITE", check="domain", outcome="refused", reason="unknown-domain",
        rule="unknown-domain", got="nowhere", mend="make it",
    )  # fmt: skip


def flooded(count: int, stream: io.StringIO) -> Journal:
    """Return a journal in which one stranger was refused so often within a second, and what is printed of it."""
    journal = Journal()
    Watch(journal, stream, ladders=False, wall_offset=2_000_000_000.0)
    for number in range(count):
        journal.append(refused(number, number / count), STRANGER)
    return journal


def test_a_flood_is_printed_up_to_two_hundred_lines_and_others_go_on() -> None:
    stream = io.StringIO()
    journal = flooded(5_000, stream)
    journal.append(
        Registered(
            at=1.0, call_id="r", domain="d", user="alice", contact="sip:127.0.0.10:5072", received="127.0.0.10:5071",
            expires=600.0, bindings=1,
        ),
        "127.0.0.10",
    )  # fmt: skip
    journal.append(Note(at=1.5, source="state", text="of nobody in particular"))

    lines = stream.getvalue().splitlines()
    assert MOST_LINES == 200
    assert sum("unknown-domain" in each for each in lines) == 200
    assert "registered: alice" in lines[-2]
    assert "of nobody in particular" in lines[-1]


def test_what_was_left_out_is_reported_in_one_line_when_ten_seconds_are_over() -> None:
    stream = io.StringIO()
    journal = flooded(5_000, stream)
    journal.append(Note(at=9.9, source="state", text="still within"))
    journal.append(Note(at=10.0, source="state", text="over"))
    journal.append(refused(5_001, 10.5), STRANGER)

    *_, within, told, over, again = stream.getvalue().splitlines()
    assert "still within" in within
    assert told.endswith(f"  {STRANGER}  4800 more lines about it left out, of up to 10 s")
    assert "note: state: over" in over
    assert "unknown-domain" in again


def test_notes_about_a_stranger_s_messages_count_as_its_own() -> None:
    stream, journal = io.StringIO(), Journal()
    Watch(journal, stream, ladders=False, wall_offset=2_000_000_000.0)
    for number in range(1_000):
        journal.append(Note(at=number / 1_000, source="udp", text=f"{STRANGER}:9: not SIP"), STRANGER)

    assert stream.getvalue().count("\n") == 200


def test_lines_of_a_call_whose_entries_name_nobody_count_as_its_caller_s() -> None:
    stream, journal = io.StringIO(), Journal()
    Watch(journal, stream, ladders=False, wall_offset=2_000_000_000.0)
    journal.append(message("scan-1"), "127.0.0.10")
    for number in range(1_000):
        journal.append(refused(1, number / 1_000))

    assert stream.getvalue().count("\n") == 200


def test_only_so_many_sources_are_counted_and_one_that_goes_is_reported() -> None:
    told: list[tuple[str, int]] = []
    shares = LineShares(lambda _at, source, count: told.append((source, count)))
    for _ in range(MOST_LINES + 7):
        shares.allows("first", 0.0)
    for number in range(MOST_SOURCES):
        assert shares.allows(f"source-{number}", 1.0)

    assert told == [("first", 7)]
    assert shares.allows("first", 1.0)
    for _ in range(MOST_LINES):
        shares.allows("first", 2.0)
    shares.finish(3.0)
    assert told == [("first", 7), ("first", 1)]


def test_ladders_of_a_stranger_s_many_calls_leave_room_for_those_of_others() -> None:
    async def watch() -> str:
        stream, journal = Screen(), Journal()
        watch = Watch(journal, stream, wall_offset=2_000_000_000.0)
        for number in range(2 * MOST_WATCHED):
            journal.append(_of(STRANGER, f"scan-{number}"), STRANGER)
            journal.append(ended(f"scan-{number}"), STRANGER)
        journal.append(message("mine"), "127.0.0.10")
        journal.append(ended("mine"), "127.0.0.10")
        task = asyncio.create_task(watch.run())
        async with asyncio.timeout(PATIENCE):
            while "mine" not in stream.getvalue():
                stream.written.clear()
                await stream.written.wait()
        task.cancel()
        return stream.getvalue()

    assert asyncio.run(watch()).count("call - scan-") < MOST_WATCHED


def _of(host: str, call_id: str) -> SipMessage:
    data = f"OPTIONS sip:a SIP/2.0\r\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\r\nCall-ID: {call_id}\r\nCSeq: 1 OPTIONS\r\n\r\n"
    return SipMessage(
        at=0.0, owner="cloud", lane="in", transport="udp", local="127.0.0.1:5060", remote=f"{host}:9", data=data.encode(),
    )  # fmt: skip
