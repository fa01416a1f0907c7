"""Long answers are made step by step: none holds the loop for more than a few milliseconds."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Coroutine, Generator
from typing import Any

from harness.journal import Journal, Note, SipMessage
from harness.runtime.control import Control
from harness.runtime.slices import in_slices, joined
from harness.twilio.calls import CallRecord, CallStore
from harness.twilio.ids import Ids
from harness.twilio.rest import RestApi, RestRequest
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
        calls.restore(
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


def test_a_message_says_its_call_id() -> None:
    message = SipMessage(
        at=0.0, owner="cloud", lane="in", transport="udp", local="", remote="",
        data=b"OPTIONS sip:a SIP/2.0\r\nVia: x\r\ni :  a@b \r\n\r\n",
    )  # fmt: skip

    assert message.call_id == "a@b"
