"""The harness's own HTTP interface, without HTTP."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from harness.journal import Decision, Journal
from harness.runtime.control import Control


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
    return answer.status, json.loads(answer.body)


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
        ["health", "journal", "decisions", "registrations", "edges", "edges/NAME"],
    )
    assert ask("DELETE", "edges/dublin") == (
        404, {"message": "the edge 'dublin' has no listener", "names": []},
    )  # fmt: skip


@pytest.mark.parametrize("name", ["health", "journal", "decisions", "registrations", "edges"])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_readings_are_only_read(method: str, name: str) -> None:
    assert ask(method, name) == (405, {"message": "only GET, HEAD here"})


def test_who_is_registered_is_shown_as_the_emulator_tells_it() -> None:
    rows: list[dict[str, object]] = [{"domain": "acme.sip.twilio.com", "user": "alice", "expires": 3600}]
    control = Control(Journal(), lambda: {"status": "ok"}, lambda: rows)
    answer = asyncio.run(control.answer("GET", "registrations"))
    assert (answer.status, json.loads(answer.body)) == (200, {"registrations": rows})
