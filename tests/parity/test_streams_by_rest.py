"""Streams of a call in progress that the REST API begins and stops."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sipdomain.runtime.worlds.sim import SimWorld
from tests.parity.streaming import alerts, ended, events, messages, spoken, streamed, verbs

WAITS = '<Response><Say>Hello</Say><Pause length="5"/></Response>'


class Api:
    """Asks the REST API about the streams of the one call, and keeps the answers."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, Any]]] = []

    def ask(self, stream: str = "", **form: str) -> Any:
        """Return a step that asks; `stream` is the SID or the name of one, or "" to begin one."""

        def step(world: SimWorld) -> None:
            _, calls = world.rest("GET", "Calls", {})
            sid = calls["calls"][0]["sid"]
            below = f"/{stream or self.sid}" if "Status" in form else ""
            named = {name.replace("_", "."): value for name, value in form.items()}
            self.answers.append(world.rest("POST", f"Calls/{sid}/Streams{below}", named))

        return step

    @property
    def sid(self) -> str:
        return str(self.answers[0][1]["sid"])


@pytest.mark.rule("stream-by-rest")
def test_a_stream_is_begun_and_stopped_by_its_sid() -> None:
    api = Api()
    begun = api.ask(
        Url="ws://127.0.0.1:5000/bot",
        Name="copy",
        Track="both_tracks",
        Parameter1_Name="who",
        Parameter1_Value="Ann",
    )
    found = streamed(document=WAITS, steps=[1.0, begun, 1.0, api.ask(Status="stopped"), 1.0])
    (status, made), (again, stopped) = api.answers
    assert (status, again) == (200, 200)
    assert re.fullmatch("MZ[0-9a-f]{32}", made["sid"])
    assert (made["name"], made["status"], stopped["status"]) == ("copy", "in-progress", "stopped")
    assert made["uri"].endswith(f"/Streams/{made['sid']}.json")
    assert events(found) == ["connected", "start", "stop"]
    start = messages(found)[1]["start"]
    assert (start["streamSid"], start["tracks"]) == (made["sid"], ["inbound", "outbound"])
    assert start["customParameters"] == {"who": "Ann"}
    assert 48 <= ended(found).frames <= 50
    assert verbs(found) == ["Say", "Pause"]


@pytest.mark.rule("stream-by-rest")
def test_a_stream_of_a_document_is_stopped_by_its_name_and_connect_goes_on() -> None:
    api = Api()
    document = '<Response><Connect><Stream url="/bot" name="talk"/></Connect><Say>After</Say></Response>'
    found = streamed(document=document, steps=[1.0, api.ask("talk", Status="stopped"), 2.0])
    assert api.answers[0][0] == 200
    assert events(found) == ["connected", "start", "stop"]
    assert (spoken(found), alerts(found)) == (["After"], [])


@pytest.mark.rule("stream-by-rest")
@pytest.mark.parametrize(
    ("form", "status", "code"),
    [
        ({}, 400, 21205),
        ({"Url": "ws://bot.example/stream"}, 400, 31922),
        ({"Url": "ws://127.0.0.1:5000/bot", "Track": "both"}, 400, 20422),
        (
            {"Url": "ws://127.0.0.1:5000/bot", "Parameter1_Name": "who", "Parameter1_Value": "A" * 497},
            400,
            20422,
        ),
        ({"Status": "stopped"}, 404, 20404),
    ],
)
def test_what_cannot_be_done_is_refused(form: dict[str, str], status: int, code: int) -> None:
    api = Api()
    found = streamed(document=WAITS, steps=[1.0, api.ask("nothing", **form), 1.0])
    assert [(each[0], each[1]["code"]) for each in api.answers] == [(status, code)]
    assert events(found) == []


@pytest.mark.rule("stream-by-rest")
def test_a_stream_ends_with_its_call() -> None:
    api = Api()
    found = streamed(document=WAITS, steps=[1.0, api.ask(Url="ws://127.0.0.1:5000/bot"), 1.0])
    assert events(found) == ["connected", "start", "stop"]
