"""The harness's own HTTP interface, without HTTP."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import suppress
from typing import Any

import pytest

from sipdomain.entries import Decision
from sipdomain.journal import Journal
from sipdomain.runtime.http import journal_events
from sipdomain.runtime.http.control import Control, ControlAnswer
from sipdomain.runtime.http.control_routes import ROUTES, Route
from sipdomain.runtime.http.journal_events import stream_events


def decision(call_id: str) -> Decision:
    return Decision(at=0.0, call_id=call_id, method="INVITE", check="domain", outcome="passed", rule="r")


def ask(method: str, name: str, *query: tuple[str, str]) -> tuple[int, Any]:
    """Return status and body, in which lines of JSON are a list."""
    journal = Journal()
    for call_id in ("a@host", "b", "a@host"):
        journal.append(decision(call_id))
    answer = asyncio.run(Control(journal, lambda: {"status": "ok"}).answer(method, name, query))
    if answer.content_type == "application/x-ndjson":
        return answer.status, [json.loads(line)["call_id"] for line in answer.body.splitlines()]
    return answer.status, json.loads(whole(answer))


@pytest.mark.parametrize(
    ("query", "call_ids"),
    [
        ((), ["a@host", "b", "a@host"]),
        ((("call_id", "a@host"),), ["a@host", "a@host"]),
        ((("call_id", "b"),), ["b"]),
        ((("call_id", "A@HOST"),), []),
        ((("call_id", ""),), []),
        ((("other", "b"),), ["a@host", "b", "a@host"]),
    ],
)
def test_decisions_can_be_asked_for_by_call_id(
    query: tuple[tuple[str, str], ...], call_ids: list[str]
) -> None:
    assert ask("GET", "decisions", *query) == (200, call_ids)


def test_health_and_journal_are_shown() -> None:
    assert ask("GET", "health") == (200, {"status": "ok"})
    assert ask("GET", "journal") == (200, ["a@host", "b", "a@host"])
    assert ask("GET", "edges") == (200, {"edges": []})


def test_what_is_not_here_is_said_with_what_is() -> None:
    status, body = ask("GET", "nothing")
    assert (status, body["names"]) == (
        404,
        [
            "health",
            "journal",
            "decisions",
            "calls",
            "calls/{CallSid}",
            "calls/{CallSid}/transcript",
            "registrations",
            "clock",
            "reset",
            "snapshot",
            "seed",
            "bins",
            "bins/{sid}",
            "numbers",
            "numbers/{address}",
            "edges",
            "edges/{name}",
            "rest-faults",
            "faults",
            "behaviours",
            "behaviours/{id}",
            "openapi.json",
        ],
    )
    assert ask("DELETE", "edges/dublin") == (
        404, {"message": "the edge 'dublin' has no listener", "names": []},
    )  # fmt: skip


@pytest.mark.parametrize("name", ["health", "journal", "decisions", "registrations", "edges"])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_readings_are_only_read(method: str, name: str) -> None:
    assert ask(method, name) == (405, {"message": "only GET, HEAD here"})


def whole(answer: ControlAnswer) -> str:
    """Return the body of an answer, made of pieces or not."""
    return answer.body + "".join(answer.pieces or ())


def test_who_is_registered_is_shown_as_the_emulator_reports_it() -> None:
    rows: list[dict[str, object]] = [{"domain": "acme.sip.twilio.com", "user": "alice", "expires": 3600}]
    control = Control(Journal(), lambda: {"status": "ok"}, lambda: rows)
    answer = asyncio.run(control.answer("GET", "registrations"))
    assert (answer.status, json.loads(whole(answer))) == (200, {"registrations": rows})


def test_a_password_in_a_contact_is_not_shown() -> None:
    rows: list[dict[str, object]] = [
        {"contact": "sip:alice:Correct-Horse-42@127.0.0.1", "user_agent": "a\x1b\u202e"}
    ]
    answer = asyncio.run(Control(Journal(), dict, lambda: rows).answer("GET", "registrations"))
    assert whole(answer) == (
        r'{"registrations": [{"contact": "sip:alice:********@127.0.0.1", "user_agent": "a\u001b\u202e"}]}'
    )


def test_the_description_has_every_route_and_only_these() -> None:
    status, body = ask("GET", "openapi.json")
    found = {
        (method.upper(), path.removeprefix("/_sipdomain/"))
        for path, operations in body["paths"].items()
        for method in operations
    }
    assert status == 200
    assert found == {(each.method, each.path) for each in ROUTES}


@pytest.mark.parametrize("route", ROUTES, ids=[f"{each.method} {each.path}" for each in ROUTES])
def test_every_route_is_answered(route: Route) -> None:
    name = re.sub(r"\{\w+\}", "none", route.path)
    # Without a body nothing can be set.
    usual = {400} if (route.method, name) == ("PUT", "rest-faults") else {200, 409}
    assert ask(route.method, name)[0] in ({404} if "{name}" in route.path else usual)


def test_events_go_on_where_a_reader_left_off_and_carry_what_comes() -> None:
    async def run() -> bytes:
        journal, written = Journal(), bytearray()
        for call_id in ("a", "b", "c"):
            journal.append(decision(call_id))
        done = asyncio.Event()

        async def write(data: bytes) -> None:
            written.extend(data)
            if b'"d"' in data:
                done.set()
            await asyncio.sleep(0)

        task = asyncio.create_task(stream_events(journal, "1", write))
        while b'"c"' not in written:  # noqa: ASYNC110 - a writer tells nobody
            await asyncio.sleep(0)
        journal.append(decision("d"))
        await done.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        journal.append(decision("e"))
        return bytes(written)

    events = asyncio.run(run()).decode().split("\n\n")
    assert [each.splitlines()[0] for each in events if each] == [
        ": the journal of sipdomain",
        "id: 2",
        "id: 3",
        "id: 4",
    ]
    assert events[1].splitlines()[1] == "event: Decision"


def test_a_reader_that_is_too_slow_is_let_go() -> None:
    async def run() -> bytes:
        journal, written, gate = Journal(), bytearray(), asyncio.Event()

        async def write(data: bytes) -> None:
            written.extend(data)
            await gate.wait()

        task = asyncio.create_task(stream_events(journal, "", write))
        await asyncio.sleep(0)
        for number in range(1_100):
            journal.append(decision(str(number)))
        gate.set()
        await asyncio.wait_for(task, 10)
        return bytes(written)

    assert asyncio.run(run()).endswith(
        b"event: lost\ndata: read too slowly; ask again with Last-Event-ID\n\n"
    )


def test_a_number_comes_once_in_a_run_though_the_journal_is_cleared() -> None:
    async def run() -> bytes:
        journal, written = Journal(), bytearray()
        for call_id in ("a", "b", "c"):
            journal.append(decision(call_id))
        journal.clear()
        journal.append(decision("d"))

        async def write(data: bytes) -> None:
            written.extend(data)

        with suppress(TimeoutError):
            await asyncio.wait_for(stream_events(journal, "3", write), 0.01)
        return bytes(written)

    assert asyncio.run(run()).startswith(b": the journal of sipdomain\n\nid: 4\nevent: Decision\n")


def test_a_reader_that_left_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_events, "_GLANCE", 0.01)

    async def write(_: bytes) -> None:
        """Keep nothing."""

    asyncio.run(asyncio.wait_for(stream_events(Journal(), "", write, lambda: True), 5))
