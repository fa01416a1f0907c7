"""A world in virtual time that is closed: calls end, what is under way arrives, and an end comes in any case."""

from __future__ import annotations

import pytest

from sipdomain.entries import CallChanged, HttpAnswered, HttpRequested, Note
from sipdomain.faults.drop import Drop
from sipdomain.report.ladder import ladders
from sipdomain.runtime.sim.network import SimClock
from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.runtime.worlds.unfinished import note_unfinished
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.twilio.configuration.model import Configuration

CONFIGURATION = Configuration.model_validate(
    {
        "access_lists": {"office": ["127.0.0.10"]},
        "domains": {"acme": {"calls": ["office"], "voice": "/voice", "status": "/status"}},
    }
)


def world_with(*faults: Drop, delay: float = 0.0) -> SimWorld:
    status: dict[str, object] = {"status": 204, "body": ""}
    return SimWorld(
        WorldSpec(
            CONFIGURATION,
            phones={"pbx": PhoneSpec("pbx", "", address="127.0.0.10")},
            replies={
                "/voice": {"twiml": '<Response><Say>Hello</Say><Pause length="3600"/></Response>'},
                "/status": status | ({"delay": delay} if delay else {}),
            },
            faults=faults,
        )
    )


def dialled(world: SimWorld, *, hang_up: bool = False) -> SimWorld:
    def script() -> Script[None]:
        phone = world.phone("pbx")
        call = phone.dial("sip:100@acme.sip.twilio.com")
        yield Until(lambda: call.answered_at is not None and world.under_way == 0, 2.0)
        if hang_up:
            phone.hang_up(call)

    world.run(script())
    return world


def statuses(world: SimWorld) -> list[str]:
    return [each.status for each in world.journal.select(CallChanged)]


def lost(world: SimWorld) -> list[str]:
    return [row.text for each in ladders(world.journal) for row in each.rows if not row.arrived]


@pytest.mark.parametrize("delay", [0.0, 4.0])
def test_a_call_that_the_phone_ended_at_the_last_moment_is_completed_and_its_callback_answered(
    delay: float,
) -> None:
    world = dialled(world_with(delay=delay), hang_up=True)
    assert statuses(world) == ["ringing", "in-progress"]
    world.close()
    assert statuses(world) == ["ringing", "in-progress", "completed"]
    assert len(world.journal.select(HttpAnswered)) == len(world.journal.select(HttpRequested)) == 5
    assert lost(world) == []


def test_a_call_that_stands_is_ended_by_a_bye_that_is_answered() -> None:
    world = dialled(world_with())
    world.close()
    assert statuses(world) == ["ringing", "in-progress", "completed"]
    assert world.is_idle
    assert lost(world) == []


def test_only_what_a_fault_took_is_lost() -> None:
    world = dialled(world_with(Drop(of=frozenset({"200 BYE"}))))
    world.close()
    assert lost(world) == ["200 OK (BYE)"]
    assert statuses(world)[-1] == "completed"
    # The BYE was sent again until nobody waited for its answer any more: 64 * T1.
    assert 32.0 <= world.now() <= 33.0


@pytest.mark.parametrize("action", ["at once", "each second"])
def test_an_end_comes_though_things_go_on_for_ever(action: str) -> None:
    clock, rung = SimClock(), []

    def ring() -> None:
        rung.append(clock.now())
        clock.call_at(clock.now() + (0.0 if action == "at once" else 1.0), ring)

    ring()
    assert not clock.run_until(lambda: False, within=5.0, steps=100)
    assert (len(rung), clock.now()) == ((101, 0.0) if action == "at once" else (6, 5.0))


def test_what_does_not_come_to_its_end_is_named_in_the_journal() -> None:
    world = dialled(world_with(delay=4.0))
    (sid,) = {each.call_sid for each in world.journal.select(CallChanged)}
    note_unfinished(world.journal, world.emulator, 2, world.now())
    assert [each.text for each in world.journal.select(Note)] == [
        f"closed before its end: call {sid}, in-progress",
        f"closed before its end: POST http://127.0.0.1:5000/status (status) of call {sid}",
        "closed before its end: SIP messages on their way, 2",
    ]


def test_a_world_that_came_to_its_end_names_nothing() -> None:
    world = dialled(world_with(), hang_up=True)
    world.close()
    assert world.journal.select(Note) == []


def test_a_world_may_be_closed_twice() -> None:
    world = dialled(world_with())
    world.close()
    world.close()
    assert statuses(world) == ["ringing", "in-progress", "completed"]
