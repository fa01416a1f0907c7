"""Recording sessions of a call in progress that the REST API begins and stops."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sipdomain.runtime.worlds.sim import SimWorld
from tests.parity.recording_elsewhere import alerts, callbacks, recorded

WAITS = '<Response><Say>Welcome to Acme</Say><Pause length="20"/></Response>'


class Api:
    """Asks the REST API about the recording sessions of the one call, and keeps the answers."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, Any]]] = []

    def ask(self, below: str = "", **form: str) -> Any:
        """Return a step that asks; `below` is the SID or the name of a session, "sid" for the one that was begun."""

        def step(world: SimWorld) -> None:
            _, calls = world.rest("GET", "Calls", {})
            path = f"Calls/{calls['calls'][0]['sid']}/Siprec"
            if below:
                path += "/" + (str(self.answers[0][1]["sid"]) if below == "sid" else below)
            named = {name.replace("_", "."): value for name, value in form.items()}
            self.answers.append(world.rest("POST", path, named))

        return step


@pytest.mark.rule("siprec-by-rest")
@pytest.mark.parametrize("below", ["sid", "copy"])
def test_a_session_is_begun_and_stopped(below: str) -> None:
    api = Api()
    begun = api.ask(
        ConnectorName="archive",
        Name="copy",
        Track="inbound_track",
        StatusCallback="http://127.0.0.1:5000/siprec",
        Parameter1_Name="table",
        Parameter1_Value="4",
    )
    found = recorded(WAITS, [1.0, begun, 1.0, api.ask(below, Status="stopped"), 1.0])
    (status, made), (again, stopped) = api.answers
    assert (status, again) == (200, 200)
    assert re.fullmatch("SR[0-9a-f]{32}", made["sid"])
    assert (made["name"], made["status"], stopped["status"]) == ("copy", "in-progress", "stopped")
    assert made["uri"].endswith(f"/Siprec/{made['sid']}.json")
    (copy,) = found.copies
    assert (len(copy.tracks), copy.ended_by) == (1, "them")
    assert [(each["SiprecEvent"], each["SiprecSid"]) for each in callbacks(found)] == [
        ("siprec-started", made["sid"]),
        ("siprec-stopped", made["sid"]),
    ]
    assert found.census == (0, 0, 0, 0, 0, 0, 0)


@pytest.mark.rule("siprec-by-rest")
def test_a_session_of_a_document_is_stopped_by_its_name() -> None:
    api = Api()
    noun = '<Start><Siprec name="copy" connectorName="archive" statusCallback="/siprec"/></Start>'
    document = f'<Response>{noun}<Pause length="9"/></Response>'
    found = recorded(document, [1.0, api.ask("copy", Status="stopped"), 1.0])
    assert api.answers[0][0] == 200
    assert [each["SiprecEvent"] for each in callbacks(found)] == ["siprec-started", "siprec-stopped"]
    assert alerts(found) == []


@pytest.mark.rule("siprec-by-rest")
@pytest.mark.parametrize(
    ("below", "form", "status", "code"),
    [
        ("", {}, 400, 31940),
        ("", {"ConnectorName": "other"}, 400, 31940),
        ("", {"ConnectorName": "archive", "Track": "both"}, 400, 20422),
        ("nothing", {"Status": "stopped"}, 404, 20404),
    ],
)
def test_what_cannot_be_done_is_refused(below: str, form: dict[str, str], status: int, code: int) -> None:
    api = Api()
    found = recorded(WAITS, [1.0, api.ask(below, **form), 1.0])
    assert [(each[0], each[1]["code"]) for each in api.answers] == [(status, code)]
    assert found.copies == []
