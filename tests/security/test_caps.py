"""What is kept of strangers' doing is bounded in bytes, however large each piece is."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import Any

import pytest

from mock_webhooks import create_app
from mock_webhooks.recorder import Recorder
from sipdomain.entries import Alert, Decision, HttpAnswered, HttpRequested, Note
from sipdomain.journal import Journal
from sipdomain.runtime.http.journal_events import stream_events
from sipdomain.scenario.evidence import MOST_BYTES_PER_CALL, Evidence
from sipdomain.sip.address import NameAddress
from sipdomain.sip.message import Response
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.admission.registrar import Aor, Change, Origin as RegisterOrigin, Registrar, Wish
from sipdomain.twilio.debugger import Debugger
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store.bounded import Bounded
from sipdomain.twilio.store.call_records import CallRecord, CallStore
from sipdomain.twilio.store.logs import AlertRecord, EventRecord, Log
from sipdomain.twilio.store.recordings import RecordingRecord, RecordingStore
from sipdomain.twilio.webhooks.cookies import CookieJar
from sipdomain.twilio.webhooks.login import Origin
from sipdomain.twilio.webhooks.overrides import _remembered, split_overrides
from tests.unit.twilio.bench import ACCOUNT, LONG, Bench, flow
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page


def test_the_oldest_goes_past_so_many_bytes_and_the_latest_stays() -> None:
    kept: Bounded[int, str] = Bounded(3, 10)
    for number, size in enumerate((4, 4, 4, 1, 20)):
        kept.put(number, f"value {number}", size)
        if number == 3:
            assert list(kept) == ["value 1", "value 2", "value 3"]
            assert kept.size == 9

    assert (list(kept), kept.size) == (["value 4"], 20)
    kept.put(4, "again", 2)
    assert (kept.get(4), kept.size, kept.pop(4), kept.size, len(kept)) == ("again", 2, "again", 0, 0)


def asked(token: int, size: int) -> tuple[HttpRequested, HttpAnswered]:
    """Return a request to a webhook and an answer of so many bytes."""
    about: dict[str, Any] = {"call_sid": f"CA{token}", "call_id": f"c{token}", "purpose": "voice"}
    return (
        HttpRequested(at=0.0, token=token, method="POST", url="http://app.test/", **about),
        HttpAnswered(at=0.0, token=token, status=200, content_type="text/xml", body=b"x" * size, **about),
    )


def test_answers_that_alerts_may_be_about_take_sixteen_megabytes_at_most() -> None:
    calls, alerts, journal = CallStore(), Log[AlertRecord](), Journal()
    debugger = Debugger(alerts, calls, Ids(random.Random(9)), wall_offset=0.0)
    journal.listen(debugger.hear)
    for token in range(1_000):
        for each in asked(token, 65_536):
            journal.append(each)

    assert debugger._answered.size == 252 * (65_536 + 1_016)
    calls.add(
        CallRecord(
            sid="CA1", account_sid="AC1", domain_sid="", to="", from_="", sip_call_id="", created_at=0.0
        )
    )
    for token in (0, 999):
        journal.append(
            Alert(at=0.0, call_sid="CA1", call_id="", code=12200, level="warning", text="x", token=token)
        )
    assert [each.url for each in alerts.newest_first("AC1")] == ["http://app.test/", ""]


def test_the_text_about_a_document_with_many_warnings_is_made_once() -> None:
    calls, alerts = CallStore(), Log[AlertRecord]()
    debugger = Debugger(alerts, calls, Ids(random.Random(9)), wall_offset=0.0)
    calls.add(
        CallRecord(
            sid="CA1", account_sid="AC1", domain_sid="", to="", from_="", sip_call_id="", created_at=0.0
        )
    )
    for each in asked(7, 60_000):
        debugger.hear(each)
    for number in range(100):
        debugger.hear(
            Alert(at=0.0, call_sid="CA1", call_id="", code=12200, level="warning", text=str(number), token=7)
        )
    debugger.hear(Alert(at=0.0, call_sid="CA1", call_id="", code=11200, level="error", text="x"))

    of_none, *told = alerts.newest_first("AC1")
    assert of_none.response_body == ""
    assert {len(each.response_body) for each in told} == {4_096}
    assert len({id(each.response_body) for each in told}) == 1


def test_call_ids_of_dropped_requests_take_a_megabyte_at_most() -> None:
    debugger = Debugger(Log(), CallStore(), Ids(random.Random(9)), wall_offset=0.0)
    for number in range(100):
        debugger.hear(
            Decision(
                at=0.0, call_id=f"{number}".rjust(60_000), method="INVITE", check="domain", outcome="dropped", rule="r",
                code=32201, account_sid="AC1",
            )
        )  # fmt: skip

    assert debugger._dropped.size == 17 * 60_006


def alert(number: int, size: int) -> AlertRecord:
    return AlertRecord(
        sid=f"NO{number}", number=number, account_sid="AC1", created_at=0.0, code=1, level="error",
        text="x" * size, response_body="y" * size,
    )  # fmt: skip


def test_alerts_and_events_are_bounded_in_bytes_and_what_is_put_back_counts() -> None:
    log: Log[AlertRecord] = Log(most_bytes=100_000)
    for number in range(1, 101):
        log.keep(alert(number, 4_096))
    assert len(log) == 11
    oldest = log.of_account("AC1", "NO90")
    assert oldest is not None
    before = log.size
    log.delete("NO90")
    log.put_back([oldest])
    assert (len(log), log.size) == (11, before)
    log.clear()
    assert log.size == 0

    events: Log[EventRecord] = Log(most_bytes=100_000)
    for number in range(1, 11):
        properties = {"voice_url": {"previous": None, "updated": "x" * 40_000}}
        events.keep(
            EventRecord(
                sid=f"AE{number}", number=number, account_sid="AC1", created_at=0.0, event_type="e", resource_sid="SD1",
                resource_path="/", actor_sid="AC1", source_ip_address="", properties=properties,
            )
        )  # fmt: skip
    assert len(events) == 2


def finished(number: int, size: int) -> CallRecord:
    return CallRecord(
        sid=f"CA{number}", account_sid=ACCOUNT, domain_sid="", to="t" * size, from_="f" * size, sip_call_id="i" * size,
        created_at=0.0, number=number, status="completed", ended_at=float(number),
    )  # fmt: skip


def test_finished_calls_are_bounded_by_what_their_callers_wrote() -> None:
    calls = CallStore(most_bytes=1_000_000)
    for number in range(1, 101):
        calls.keep(finished(number, 20_000))

    assert [each.sid for each in calls.finished] == [f"CA{number}" for number in range(85, 101)]
    assert calls.forgotten == 84
    kept = list(calls.finished)
    for each in kept:
        calls.delete(each.sid)
    calls.put_back(kept)
    calls.keep(finished(101, 20_000))
    assert len(list(calls.finished)) == 16


def test_a_long_invite_takes_more_of_its_senders_places() -> None:
    bench = Bench(most_calls=30)
    bench.domain(users=None, addresses=["192.0.2.7"])
    bench.pages["/voice"] = page(LONG)
    statuses = []
    for number in range(8):
        caller = Caller(bench, flow("192.0.2.7"), call_id=f"long-{number}")
        caller.invite(("X-Long", "x" * 50_000))
        final = next(each for each in bench.take() if isinstance(each, Response) and each.status >= 200)
        caller.ack(final)
        statuses.append(final.status)

    assert statuses == [200] * 5 + [503] * 3


def test_bindings_of_a_domain_are_bounded_in_bytes_and_refreshes_go_on() -> None:
    registrar = Registrar(most_bytes=200_000)

    def register(user: str, sequence: int, size: int = 30_000) -> Change | str:
        contact = NameAddress.parse(f"<sip:{user}@192.0.2.7;x={'y' * size}>")
        way = Flow("udp", Address("127.0.0.1", 5060), Address("192.0.2.7", 5060))
        origin = RegisterOrigin("acme", way, f"{user}@x", sequence)
        return registrar.register(Aor("SD1", user), [Wish(contact, 600.0)], origin, 0.0)

    made = [register(f"user{number}", 1) for number in range(8)]
    assert [isinstance(each, Change) for each in made] == [True] * 6 + [False] * 2
    assert made[-1] == "too-many-registrations"
    assert isinstance(register("user0", 2), Change)
    registrar.expire(601.0)
    assert registrar._sizes == {}


def test_recordings_are_bounded_by_their_callback_urls_too() -> None:
    store = RecordingStore()
    for number in range(1, 101):
        store.restore(
            RecordingRecord(
                sid=f"RE{number}", account_sid="AC1", call_sid="CA1", created_at=0.0, number=number, status="absent",
                callback_url="u" * 200_000,
            ),
            None,
        )  # fmt: skip

    assert len(store) == 20


def test_the_recorder_of_the_mock_webhooks_is_bounded_in_bytes() -> None:
    app, recorder = create_app(), Recorder(most_bytes=200_000)
    body = b"a=" + b"x" * 60_000
    for _ in range(10):
        with app.test_request_context(
            "/a", method="POST", data=body, content_type="application/x-www-form-urlencoded"
        ) as context:
            recorder.record(context.request, at=0.0, body=body, verdict="missing")

    assert [each.index for each in recorder.requests()] == [9]
    assert recorder.dropped == 9
    recorder.clear()
    assert recorder._size == 0


@pytest.mark.parametrize(("count", "lost"), [(69, False), (70, True)])
def test_a_reader_of_the_journal_s_events_is_let_go_after_four_megabytes_that_wait(
    count: int, lost: bool
) -> None:
    async def run() -> bytes:
        journal, written, gate = Journal(), bytearray(), asyncio.Event()

        async def write(data: bytes) -> None:
            written.extend(data)
            await gate.wait()

        task = asyncio.create_task(stream_events(journal, "", write))
        await asyncio.sleep(0)
        for _ in range(count):
            journal.append(Note(at=0.0, source="sip", text="x" * 60_000))
        gate.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(task, 0.2)
        return bytes(written)

    told = asyncio.run(run())
    assert (b"event: lost" in told) is lost
    assert told.count(b"event: Note") == (0 if lost else 69)


def test_a_slow_reader_of_a_long_journal_keeps_none_of_it() -> None:
    async def run() -> tuple[int, list[int]]:
        journal, begun, gate, ids = Journal(), asyncio.Event(), asyncio.Event(), list[int]()
        for number in range(1_000):
            journal.append(Note(at=float(number), source="sip", text="x"))

        async def write(data: bytes) -> None:
            ids.extend(
                int(each.removeprefix("id: ")) for each in data.decode().splitlines() if each[:3] == "id:"
            )
            if ids:
                begun.set()
                await gate.wait()

        task = asyncio.create_task(stream_events(journal, "0", write))
        await begun.wait()
        before = len(ids)
        journal.clear()
        gate.set()
        for _ in range(100):
            await asyncio.sleep(0)
        task.cancel()
        return before, ids

    before, ids = asyncio.run(run())
    assert 0 < before <= 200
    assert len(ids) <= 200


def test_what_expectations_look_at_is_bounded_in_bytes() -> None:
    journal = Journal()
    evidence = Evidence(journal)
    for _ in range(1_000):
        for each in asked(7, 65_536):
            journal.append(each)

    assert MOST_BYTES_PER_CALL == 33_554_432
    kept = evidence.of("c7", HttpAnswered)
    assert sum(len(each.body) for each in kept) < MOST_BYTES_PER_CALL
    assert evidence.lost("c7") + 2 * len(kept) in {2_000, 2_001}


@pytest.mark.parametrize(("size", "sent"), [(4_093, True), (4_094, False)])
def test_a_long_cookie_is_ignored(size: int, sent: bool) -> None:
    jar, origin = CookieJar(), Origin("http", "app.test", 80)
    jar.keep(origin, [("Set-Cookie", f"ab={'x' * size}")])
    assert bool(jar.header(origin)) is sent


def test_a_long_url_is_not_remembered() -> None:
    before = _remembered.cache_info().currsize
    assert split_overrides("http://app.test/" + "x" * 60_000 + "#rc=2")[1].retries == 2
    assert _remembered.cache_info().currsize == before
