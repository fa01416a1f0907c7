"""A call of alice, in virtual time, that has legs to bob and carol, as a verb that dials will make them."""

from __future__ import annotations

from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.runtime.worlds.world import PhoneSpec, WorldSpec
from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.call_webhooks import CallWebhooks
from sipdomain.twilio.calls.family import child_record
from sipdomain.twilio.calls.orders import CallOrder
from sipdomain.twilio.configuration.model import Configuration
from sipdomain.twilio.engine.turn import Turn

CONFIGURATION = Configuration.model_validate(
    {
        "access_lists": {"office": ["127.0.0.10"]},
        "domains": {"acme": {"calls": ["office"], "voice": "/voice", "status": "/status"}},
    }
)
BOB, CAROL, NOBODY = "sip:bob@127.0.0.20:5071", "sip:carol@127.0.0.30:5072", "sip:dave@nowhere.example"


def family_world() -> SimWorld:
    return SimWorld(
        WorldSpec(
            CONFIGURATION,
            phones={
                "alice": PhoneSpec("alice", "", address="127.0.0.10"),
                "bob": PhoneSpec("bob", "", address="127.0.0.20"),
                "carol": PhoneSpec("carol", "", address="127.0.0.30"),
            },
            replies={
                "/voice": {"twiml": '<Response><Say>One moment</Say><Pause length="60"/></Response>'},
                "/leg": {"say": "A call for you"},
                "/status": {"status": 204, "body": ""},
            },
        )
    )


def dial_leg(world: SimWorld, call_id: str, to: str) -> None:
    """Let the call of a SIP Call-ID dial."""
    engine = world.emulator._engine
    parents = engine.records.newest_first(world._account.sid)
    parent = next(each for each in parents if each.sip_call_id == call_id)
    webhooks = CallWebhooks(
        url=f"{world.app_url}/leg",
        status_callback=f"{world.app_url}/status",
        events=("initiated", "completed"),
    )
    order = CallOrder(to=Uri.parse(to), from_="+15551230000", webhooks=webhooks)
    record = child_record(engine, parent, order, Turn(world.now()))
    world._pump.feed(lambda: world.emulator.dial(record, order, world.now()))
