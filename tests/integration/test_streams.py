"""Media streams over real WebSockets, which simple-websocket serves: each way in which a server goes wrong, and TLS."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise

import pytest

from sipdomain.entries import Alert, VerbStarted
from sipdomain.runtime.worlds.live import LiveWorld
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.socket_entries import SocketMessage, StreamEnded
from sipdomain.twilio.configuration.model import parse
from tests.patience import PATIENCE

FAULTS = {
    "binary": 31950, "not-json": 31951, "wrong-stream-sid": 31951, "fragment": 31924, "break": 31921, "close": 31921,
    "status": 31920,
}  # fmt: skip
GOES_ON = {31950, 31951}


@pytest.fixture
def world() -> Iterator[LiveWorld]:
    document = '<Response><Connect><Stream url="/bot/{}"/></Connect><Pause length="1"/></Response>'
    spec = WorldSpec(
        configuration=parse(
            {
                "access_lists": {"here": ["127.0.0.1"]},
                "domains": {
                    each: {"calls": ["here"], "voice": f"/voice/{each}"} for each in (*FAULTS, "talks")
                },
            }
        ),
        replies={f"/voice/{each}": {"twiml": document.format(each)} for each in (*FAULTS, "talks")},
        bots={
            **{f"/bot/{each}": {"kind": "bad", "fault": each, "signed": True} for each in FAULTS},
            "/bot/talks": {"kind": "talking", "lines": ["One two three"] * 5, "signed": True, "chunk": 777},
        },
        phones={"alice": PhoneSpec("alice", "")},
        speech=False,
    )
    world = LiveWorld(spec)
    yield world
    world.close()


def test_each_fault_of_a_server_has_its_alert_and_the_call_goes_on_or_to_the_next_verb(
    world: LiveWorld,
) -> None:
    alice = world.phone("alice")
    calls = {each: alice.dial(f"sip:100@{each}.sip.twilio.com") for each in FAULTS}

    def codes() -> dict[str, list[int]]:
        found: dict[str, list[int]] = {each: [] for each in FAULTS}
        names = {call.call_id: each for each, call in calls.items()}
        for alert in world.journal.select(Alert):
            found[names[alert.call_id]].append(alert.code)
        return found

    def script() -> Script[None]:
        assert (yield Until(lambda: all(codes().values()), PATIENCE)), codes()

    world.run(script())
    assert codes() == {name: [code] for name, code in FAULTS.items()}
    paused = {each.call_id for each in world.journal.select(VerbStarted) if each.verb == "Pause"}
    assert paused == {calls[name].call_id for name, code in FAULTS.items() if code not in GOES_ON}


def test_marks_come_back_when_the_audio_before_them_has_left(world: LiveWorld) -> None:
    call = world.phone("alice").dial("sip:100@talks.sip.twilio.com")

    def marks() -> list[float]:
        return [
            each.at
            for each in world.journal.select(SocketMessage)
            if each.lane == "out" and json.loads(each.text)["event"] == "mark"
        ]

    def script() -> Script[None]:
        assert (yield Until(lambda: len(marks()) == 5, PATIENCE)), marks()
        world.phone("alice").hang_up(call)
        assert (yield Until(lambda: any(world.journal.select(StreamEnded)), PATIENCE))

    world.run(script())
    (ended,) = world.journal.select(StreamEnded)
    line = ended.played / 5
    found = marks()
    assert ended.played == ended.queued
    # However late a busy machine is, no mark comes before its audio has left.
    assert all(after - before >= line - 0.02 for before, after in pairwise(found))
