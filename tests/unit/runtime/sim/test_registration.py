"""Hours of registration in virtual time: the phone keeps itself registered, and bindings end without it."""

from __future__ import annotations

from sipdomain.entries import Registered, SipMessage, Unregistered
from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.twilio.configuration.model import parse

PASSWORD = "Correct-Horse-42"


def world() -> SimWorld:
    configuration = parse(
        {
            "credential_lists": {"phones": {"alice": PASSWORD}},
            "domains": {"acme": {"registrations": ["phones"]}},
        }
    )
    return SimWorld(WorldSpec(configuration, phones={"alice": PhoneSpec("alice", PASSWORD)}))


def pause(seconds: float) -> Script[None]:
    yield Until(lambda: False, seconds)


def test_a_phone_stays_registered_for_a_day_by_refreshing_every_54_minutes() -> None:
    sim = world()
    sim.phone("alice").register()
    sim.run(pause(86_400.0))
    assert len(sim.emulator.bindings) == 1
    # Once at the start and then every 3,240 seconds.
    assert len(sim.journal.select(Registered)) == 27
    assert sim.journal.select(Unregistered) == []
    refreshes = [
        each for each in sim.journal.select(SipMessage) if each.owner == "alice" and each.lane == "out"
    ]
    assert len(refreshes) == 54


def test_a_binding_that_nobody_refreshes_ends_after_its_hour() -> None:
    sim = world()
    record = sim.phone("alice").request(
        "REGISTER", "sip:alice@acme.sip.twilio.com", headers=[("Expires", "3600")]
    )
    sim.run(pause(1.0))
    assert record.responses == [407, 200]
    sim.run(pause(3598.0))
    assert len(sim.emulator.bindings) == 1
    sim.run(pause(2.0))
    assert sim.emulator.bindings == []
    assert [each.cause for each in sim.journal.select(Unregistered)] == ["expired"]
