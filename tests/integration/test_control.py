"""The control API of a running emulator: snapshot, restore, seed, reset, calls with ladders, events, behaviours, token."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import ANY
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.integration.served import ACCOUNT, TOKEN, Served, call, served, webhooks
from tests.patience import PATIENCE


def ask(emulator: Served, method: str, name: str, body: bytes = b"", **headers: str) -> tuple[int, Any]:
    request = Request(f"{emulator.http}/_sipdomain/{name}", data=body or None, method=method, headers=headers)
    try:
        with urlopen(request, timeout=PATIENCE) as response:
            return response.status, json.load(response)
    except HTTPError as refused:
        return refused.code, json.load(refused)


@pytest.fixture
def cloud() -> Iterator[Served]:
    with (
        webhooks({"/voice": {"reject": "busy"}}) as (app, _),
        served(
            "--voice-url", f"{app}/voice", "--allow", "127.0.0.1", "--no-speech", "--no-ladders"
        ) as emulator,
    ):
        yield emulator
        assert emulator.stop() == 0


def domains(emulator: Served) -> list[str]:
    _, snapshot = ask(emulator, "GET", "snapshot")
    return [each["domain_name"] for each in snapshot["records"]["domain"]]


SEED = b"access_lists: {office: [127.0.0.1]}\ndomains: {acme: {calls: [office], voice: 'http://127.0.0.1:9/voice'}}\n"


def test_what_was_seeded_is_gone_after_a_reset_and_back_after_a_restore(cloud: Served) -> None:
    assert ask(cloud, "POST", "seed", SEED) == (201, {"domains": ["acme.sip.twilio.com"]})
    _, snapshot = ask(cloud, "GET", "snapshot")
    assert domains(cloud) == ["demo.sip.twilio.com", "acme.sip.twilio.com"]
    assert ask(cloud, "POST", "reset") == (200, {"message": "as at the start"})
    assert domains(cloud) == ["demo.sip.twilio.com"]
    assert ask(cloud, "PUT", "snapshot", json.dumps(snapshot).encode()) == (200, {"message": "restored"})
    assert domains(cloud) == ["demo.sip.twilio.com", "acme.sip.twilio.com"]


def test_a_wrong_seed_or_snapshot_is_reported_and_changes_nothing(cloud: Served) -> None:
    status, told = ask(cloud, "POST", "seed", SEED.replace(b"[office]", b"[offise]"))
    assert status == 400
    assert told["message"].startswith("error: there is no list `offise`\n --> the body:2:")
    assert ask(cloud, "PUT", "snapshot", b"{")[0] == 400
    assert ask(cloud, "PUT", "snapshot", b"{}") == (400, {"message": "not a snapshot of version 1"})
    assert domains(cloud) == ["demo.sip.twilio.com"]


def enlarged(snapshot: dict[str, Any], users: int) -> bytes:
    """Return a snapshot whose first user is there many times more."""
    records = snapshot["records"]
    (first,) = records["credential"]
    records["credential"] += [
        {**first, "sid": f"CR{number:032x}", "username": f"user{number}"} for number in range(users)
    ]
    return json.dumps(snapshot).encode()


def test_a_snapshot_of_any_size_can_be_put_back(tmp_path: Path) -> None:
    flags = ("--voice-url", "http://127.0.0.1:9/", "--user", "alice", "--state", str(tmp_path / "state.db"))
    with served(*flags, "--no-speech") as emulator:
        large = enlarged(ask(emulator, "GET", "snapshot")[1], 20_000)
        assert len(large) > 5_000_000
        assert ask(emulator, "PUT", "snapshot", large) == (200, {"message": "restored"})
        assert ask(emulator, "GET", "snapshot") == (200, json.loads(large))
        assert emulator.stop() == 0
    with served(*flags, "--no-speech") as emulator:
        kept = ask(emulator, "GET", "snapshot")[1]["records"]["credential"]
    assert {each["username"]: each for each in kept} == {
        each["username"]: each for each in json.loads(large)["records"]["credential"]
    }


def test_another_body_that_is_too_large_is_413_and_says_so(cloud: Served) -> None:
    assert ask(cloud, "POST", "seed", b"#" * 300_000) == (
        413,
        {"message": "the body has more than 262,144 bytes"},
    )
    assert domains(cloud) == ["demo.sip.twilio.com"]


def test_a_call_is_listed_and_shown_with_its_ladder_until_a_reset(cloud: Served) -> None:
    assert call(cloud).startswith(b"SIP/2.0 486 ")
    _, listed = ask(cloud, "GET", "calls")
    (found,) = listed["calls"]
    assert (found["call_id"], found["status"]) == ("one-call", "busy")
    _, shown = ask(cloud, "GET", f"calls/{found['sid']}")
    assert "INVITE ───" in shown["ladder"]
    assert "● busy" in shown["ladder"]
    assert len(shown["ladder"].splitlines()) > 10
    assert "\N{REPLACEMENT CHARACTER}" not in shown["ladder"]
    assert ask(cloud, "GET", f"calls/{found['sid']}/transcript") == (
        200,
        {
            "call_sid": found["sid"],
            "legs": [{"call_id": "one-call", "call_sid": found["sid"]}],
            "lines": [],
            "verbs": [
                {
                    "at": ANY, "leg": 1, "verb": "Reject", "text": "", "line": 2, "url": ANY,
                }
            ],
        },
    )  # fmt: skip
    assert ask(cloud, "GET", "calls/CAnone/transcript") == (404, {"message": "there is no call 'CAnone'"})
    assert ask(cloud, "GET", f"calls/{found['sid']}/nothing")[0] == 404
    assert ask(cloud, "GET", "calls/CAnone") == (404, {"message": "there is no call 'CAnone'"})
    ask(cloud, "POST", "reset")
    assert ask(cloud, "GET", "calls") == (200, {"calls": []})


def rest(emulator: Served, path: str) -> dict[str, Any]:
    """Ask the REST API."""
    basic = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    with urlopen(Request(f"{emulator.http}/{path}", headers={"Authorization": f"Basic {basic}"})) as response:
        found: dict[str, Any] = json.load(response)
    return found


def test_alerts_and_events_are_forgotten_by_a_reset_and_no_part_of_a_snapshot() -> None:
    with (
        webhooks({"/voice": {"status": 500, "body": "Out of order"}}) as (app, _),
        served(
            "--voice-url", f"{app}/voice", "--allow", "127.0.0.1", "--no-speech", "--no-ladders"
        ) as emulator,
    ):
        assert call(emulator).startswith(b"SIP/2.0 200 ")
        (alert,) = rest(emulator, "v1/Alerts")["alerts"]
        assert (alert["error_code"], alert["request_url"]) == ("11200", f"{app}/voice")
        one = rest(emulator, f"v1/Alerts/{alert['sid']}")
        assert one["response_body"] == "Out of order"
        assert "Content-Type=" in one["response_headers"]
        assert abs(datetime.fromisoformat(alert["date_created"]).timestamp() - time.time()) < 60
        assert alert["sid"] not in json.dumps(ask(emulator, "GET", "snapshot")[1])
        ask(emulator, "POST", "reset")
        assert rest(emulator, "v1/Alerts")["alerts"] == []
        assert rest(emulator, f"2010-04-01/Accounts/{ACCOUNT}/Notifications.json")["notifications"] == []
        assert rest(emulator, "v1/Events")["events"] == []


def test_the_journal_comes_as_events(cloud: Served) -> None:
    request = Request(
        f"{cloud.http}/_sipdomain/journal", headers={"Accept": "text/event-stream", "Last-Event-ID": "0"}
    )
    call(cloud)
    with urlopen(request, timeout=PATIENCE) as events:
        assert events.headers["Content-Type"] == "text/event-stream"
        lines = [events.readline().decode() for _ in range(5)]
    assert lines[0] == ": the journal of sipdomain\n"
    assert lines[2:4] == ["id: 1\n", "event: SipMessage\n"]
    assert json.loads(lines[4].removeprefix("data: "))["data"].startswith("INVITE ")


def test_the_clock_goes_on(cloud: Served) -> None:
    first, second = (ask(cloud, "GET", "clock")[1] for _ in range(2))
    assert first["now"] < second["now"]
    assert ask(cloud, "POST", "clock")[0] == 405


def test_with_a_token_nobody_else_is_answered() -> None:
    with served("--token", "a-token-of-ours", "--no-speech") as emulator:
        assert ask(emulator, "GET", "health")[0] == 401
        assert ask(emulator, "GET", "health", Authorization="Bearer a-token-of-ours")[0] == 200


def test_a_page_of_another_name_is_not_answered(cloud: Served) -> None:
    assert ask(cloud, "GET", "snapshot", Host="rebound.example")[0] == 403
    assert ask(cloud, "POST", "reset", Origin="http://rebound.example")[0] == 403


def test_behaviours_of_the_far_end_are_added_shown_and_removed_one_by_one_or_by_a_reset(
    cloud: Served,
) -> None:
    status, added = ask(
        cloud,
        "POST",
        "behaviours",
        b'[{"challenge": {"stale": true, "nth": 2}}, {"silence": {"of": "ACK", "times": 2}}]',
    )
    assert (status, [each["line"] for each in added["behaviours"]]) == (201, [
        "challenge: {code: 407, stale: true, nth: 2}",
        "silence: {of: ACK, times: 2}",
    ])  # fmt: skip
    first, second = (each["id"] for each in added["behaviours"])
    assert ask(cloud, "GET", f"behaviours/{first}")[1]["challenge"] == {
        "code": 407, "stale": True, "nth": 2,
    }  # fmt: skip
    assert ask(cloud, "POST", "behaviours", b'[{"status": {}}, {"status": {"code": 100}}]') == (
        400,
        {"message": "behaviours.1.status: `code` must be from 300 to 699, not 100"},
    )
    _, left = ask(cloud, "DELETE", f"behaviours/{first}")
    assert [each["id"] for each in left["behaviours"]] == [second]
    assert ask(cloud, "GET", f"behaviours/{first}")[0] == 404
    ask(cloud, "POST", "reset")
    assert ask(cloud, "GET", "behaviours") == (200, {"behaviours": []})
