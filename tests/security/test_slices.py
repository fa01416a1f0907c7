"""Long answers are made step by step: none holds the loop for more than a few milliseconds."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Coroutine, Generator
from typing import Any

import pytest

from sipdomain.cli.watch import picture, pieces
from sipdomain.entries import Note, SipMessage
from sipdomain.journal import Journal
from sipdomain.runtime.http.control import Control
from sipdomain.runtime.slices import in_slices, joined
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest import RestApi, RestRequest
from sipdomain.twilio.store.call_records import CallRecord, CallStore
from sipdomain.twilio.store.json_steps import loads_in_steps
from sipdomain.twilio.store.snapshot import dump, pieces as snapshot_pieces, read_in_steps, warm_up
from tests.unit.twilio.bench import ACCOUNT, EPOCH, Bench
from tests.unit.twilio.recorded import BASIC


def turns_while(work: Coroutine[Any, Any, object]) -> int:
    """Return how often the loop had its turn while something was awaited."""

    async def count() -> int:
        turns, task = 0, asyncio.ensure_future(work)
        while not task.done():
            turns += 1
            await asyncio.sleep(0)
        return turns

    return asyncio.run(count())


def busy(steps: int) -> Generator[None, None, int]:
    """Work a tenth of a millisecond or more a step."""
    for _ in range(steps):
        sum(range(20_000))
        yield
    return steps


def test_the_loop_has_its_turn_between_slices() -> None:
    assert turns_while(in_slices(busy(400))) > 10
    assert asyncio.run(in_slices(busy(3))) == 3


def test_pieces_of_one_slice_come_together() -> None:
    async def collect() -> list[str]:
        return [each async for each in joined(iter(["a", "b", "c"]))]

    assert asyncio.run(collect()) == ["abc"]


def full(calls: CallStore, count: int) -> None:
    """Keep so many finished calls, the first and the last of them of another caller, in the order of no number."""
    for number in sorted(range(count), key=lambda number: number % 7):
        caller = "sip:rare@example.com" if number in {0, count - 1} else "sip:usual@example.com"
        calls.keep(
            CallRecord(
                sid=f"CA{number:032x}", account_sid=ACCOUNT, domain_sid="", to="sip:100@acme", from_=caller,
                sip_call_id=str(number), created_at=EPOCH + number, number=number + 1, status="completed",
            )
        )  # fmt: skip


def asked(calls: CallStore, **query: str) -> tuple[dict[str, Any], int]:
    """Return a page of calls, and in how many steps it was made."""
    bench = Bench()
    api = RestApi(bench.store, calls, Ids(random.Random(9)))
    request = RestRequest(
        "GET", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json", query=tuple(query.items()), authorization=BASIC
    )
    told = api.handle(request, EPOCH)
    assert told.steps is not None
    assert told.body == b""
    steps = 0
    while True:
        try:
            next(told.steps)
        except StopIteration as stop:
            return json.loads(stop.value), steps
        steps += 1


def sids(page: dict[str, Any]) -> list[int]:
    return [int(each["sid"].removeprefix("CA"), 16) for each in page["calls"]]


def test_a_list_of_many_calls_is_made_in_steps_and_finds_what_is_far_back() -> None:
    calls = CallStore(capacity=5_000)
    full(calls, 4_000)

    page, steps = asked(calls, From="sip:rare@example.com")
    assert (sids(page), page["next_page_uri"]) == ([3_999, 0], None)
    assert steps > 15
    page, _ = asked(calls, PageSize="2", Page="1999")
    assert (sids(page), page["start"], page["next_page_uri"]) == ([1, 0], 3_998, None)
    page, _ = asked(calls, PageSize="2", PageToken="PA3")
    assert sids(page) == [1, 0]
    page, _ = asked(calls, PageSize="2", PageToken="PB3999")
    assert (sids(page), page["previous_page_uri"]) == ([3_999, 3_998], None)


def test_a_call_that_goes_while_a_list_is_made_is_left_out_and_one_that_comes_too() -> None:
    calls = CallStore(capacity=5_000)
    full(calls, 1_000)
    walk = calls.newest_first(ACCOUNT)
    first = next(walk)
    calls.delete(f"CA{500:032x}")
    calls.add(
        CallRecord(
            sid="CAnew", account_sid=ACCOUNT, domain_sid="", to="", from_="", sip_call_id="", created_at=EPOCH
        )
    )
    rest = [each.number for each in walk]

    assert first.number == 1_000
    assert rest == [number for number in range(999, 0, -1) if number != 501]
    assert next(calls.newest_first(ACCOUNT)).sid == "CAnew"


def test_a_long_journal_is_answered_in_pieces() -> None:
    journal = Journal()
    for number in range(100):
        journal.append(Note(at=float(number), source="sip", text="x"))
    answer = asyncio.run(Control(journal, dict).answer("GET", "journal"))

    assert answer.body == ""
    assert answer.pieces is not None
    assert [json.loads(each)["at"] for each in answer.pieces] == [float(number) for number in range(100)]


def test_json_is_read_in_steps_as_at_once() -> None:
    value = {"a": {"b": [{"c": [1, None, "\u00e9"]}] * 500, "d": []}, "e": {}, "f": 1.5, "b": "x"}
    for text in (
        json.dumps(value),
        f" {json.dumps(value, indent=2)}\n",
        "[]",
        "{}",
        " 7 ",
        '"x"',
        '{"a":1,"a":2}',
    ):
        assert asyncio.run(in_slices(loads_in_steps(text))) == json.loads(text)
    assert sum(1 for _ in loads_in_steps(json.dumps(value))) > 500


@pytest.mark.parametrize(
    "text", ["", " ", "{", "[", "[1", "[1,", "[1,]", "[1 2]", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}', "{1:2}",
             "[]x", "{} {}", "nul", '{"a" 1}', '{"a":}', "]"]
)  # fmt: skip
def test_what_is_no_json_is_refused_in_steps_too(text: str) -> None:
    with pytest.raises(ValueError):
        list(loads_in_steps(text))


def ladder_of(count: int) -> tuple[str, int]:
    """Return the ladder of a call with so many messages, and of how many pieces it was made."""
    entries = [
        SipMessage(
            at=0.1 * number, owner="cloud", lane="in", transport="udp", local="127.0.0.1:5060", remote="127.0.0.10:5070",
            data=f"INFO sip:a SIP/2.0\r\nVia: x;branch={number}\r\nCall-ID: a@b\r\nCSeq: {number} INFO\r\n\r\n".encode(),
        )
        for number in range(count)
    ]  # fmt: skip
    made = list(pieces(entries, "a@b", wall_offset=0.0))
    assert "".join(made).split("\n")[1:] == picture(entries, "a@b").split("\n")[1:]
    return "".join(made), len(made)


def test_a_ladder_is_made_of_small_pieces() -> None:
    text, count = ladder_of(1_000)
    assert text.count("INFO") == 1_000
    assert count > 2_000


def test_a_snapshot_is_made_of_small_pieces_and_is_that_of_the_store() -> None:
    bench = Bench()
    bench.domain()
    made = list(snapshot_pieces(bench.store))
    assert json.loads("".join(made)) == dump(bench.store)
    assert max(map(len, made)) < 1_500


def test_a_message_says_its_call_id() -> None:
    message = SipMessage(
        at=0.0, owner="cloud", lane="in", transport="udp", local="", remote="",
        data=b"OPTIONS sip:a SIP/2.0\r\nVia: x\r\ni :  a@b \r\n\r\n",
    )  # fmt: skip

    assert message.call_id == "a@b"


def test_no_step_of_reading_a_large_snapshot_takes_long() -> None:
    bench = Bench()
    lists = bench.store.credential_lists
    made = lists.create(ACCOUNT, "many", now=EPOCH)
    for number in range(1_000):
        lists.add(ACCOUNT, made.sid, f"user{number}", ha1="0" * 32, now=EPOCH)
    value = dump(bench.store)
    first = value["records"]["credential"][-1]
    value["records"]["credential"] += [
        {**first, "sid": f"CR{number:032x}", "username": f"more{number}"} for number in range(20_000)
    ]
    text = json.dumps(value)
    warm_up()
    rounds: list[list[float]] = []
    found: list[Any] = []
    for _ in range(3):
        took: list[float] = []
        steps = read_in_steps(text, bench.store)
        while len(found) == len(rounds):
            began_at = time.process_time()
            try:
                next(steps)
            except StopIteration as stop:
                # It is kept: to free what was found before is no work of the last step's.
                found.append(stop.value)
            took.append(time.process_time() - began_at)
        rounds.append(took)
    assert [len(each["credential"]) for each in found] == [21_000] * 3
    # A collection of garbage meets another step each time.
    assert max(min(each) for each in zip(*rounds, strict=True)) < 0.005


def test_of_many_readers_one_has_its_slice_in_a_turn_of_the_loop() -> None:
    async def read() -> int:
        async for _ in joined("x" for _ in busy(60)):
            pass
        return await in_slices(busy(60))

    async def gaps() -> tuple[float, list[int]]:
        readers = [asyncio.ensure_future(read()) for _ in range(20)]
        longest = 0.0
        while not all(each.done() for each in readers):
            began_at = time.process_time()
            await asyncio.sleep(0)
            longest = max(longest, time.process_time() - began_at)
        return longest, [each.result() for each in readers]

    longest, read_by_all = asyncio.run(gaps())
    assert read_by_all == [60] * 20
    assert longest < 0.02


def test_few_large_entries_are_answered_in_pieces() -> None:
    journal = Journal()
    for number in range(10):
        journal.append(Note(at=float(number), source="sip", text="x" * 20_000))
    answer = asyncio.run(Control(journal, dict).answer("GET", "journal"))

    assert answer.body == ""
    assert answer.pieces is not None
    assert sum(1 for _ in answer.pieces) == 10
