"""What the REST API changes counts at the same virtual moment: for the next INVITE, and from within a webhook."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from sipdomain.entries import SipMessage
from sipdomain.runtime.sim.network import LATENCY
from sipdomain.runtime.worlds.sim import SimWorld
from sipdomain.runtime.worlds.world import PhoneSpec, Script, Until, WorldSpec
from sipdomain.twilio.configuration.model import parse

PASSWORD = "Correct-Horse-42"
HANGUP = '<?xml version="1.0"?><Response><Hangup/></Response>'
TO = "sip:100@acme.sip.twilio.com"


def world(application: Flask | None = None, replies: dict[str, Any] | None = None) -> SimWorld:
    """Return a world with a domain that alice may call from 127.0.0.10."""
    configuration = parse(
        {
            "credential_lists": {"staff": {"alice": PASSWORD}},
            "access_lists": {"office": ["127.0.0.10"]},
            "domains": {"acme": {"calls": ["staff", "office"], "voice": "/voice"}},
        }
    )
    phones = {"alice": PhoneSpec("alice", PASSWORD, address="127.0.0.10")}
    return SimWorld(
        WorldSpec(configuration, phones=phones, application=application, replies=replies or {"/voice": {"reject": "busy"}})
    )  # fmt: skip


def over(call: Any) -> Script[None]:
    yield Until(lambda: call.is_over, 60.0)


def sid(sim: SimWorld, path: str, key: str) -> str:
    _, page = sim.rest("GET", path, {})
    found: str = page[key][0]["sid"]
    return found


def call(sim: SimWorld) -> tuple[list[int], float]:
    """Let alice call at once; return the responses, and how long after `now` the INVITE was there."""
    at = sim.now()
    made = sim.phone("alice").dial(TO)
    sim.run(over(made))
    arrived = next(
        each.at for each in sim.journal.select(SipMessage)
        if each.owner == "cloud" and each.lane == "in" and each.at >= at and each.data.startswith(b"INVITE")
    )  # fmt: skip
    return made.responses, arrived - at


def test_a_credential_that_was_deleted_lets_nobody_in_at_the_same_moment() -> None:
    sim = world()
    users = sid(sim, "SIP/CredentialLists", "credential_lists")
    alice = sid(sim, f"SIP/CredentialLists/{users}/Credentials", "credentials")
    before = call(sim)
    assert sim.rest("DELETE", f"SIP/CredentialLists/{users}/Credentials/{alice}", {})[0] == 204
    after = call(sim)
    assert (before[0], after[0]) == ([100, 407, 100, 180, 486], [100, 407, 100, 403])
    assert before[1] == LATENCY
    assert after[1] == pytest.approx(LATENCY)


def test_an_address_that_was_deleted_is_dropped_and_one_that_is_added_gets_in() -> None:
    sim = world()
    office = sid(sim, "SIP/IpAccessControlLists", "ip_access_control_lists")
    path = f"SIP/IpAccessControlLists/{office}/IpAddresses"
    assert sim.rest("DELETE", f"{path}/{sid(sim, path, 'ip_addresses')}", {})[0] == 204
    # An INVITE that is dropped is given up after 32 seconds.
    assert call(sim)[0] == []
    form = {"FriendlyName": "net", "IpAddress": "127.0.0.0", "CidrPrefixLength": "24"}
    assert sim.rest("POST", path, form)[0] == 201
    assert call(sim)[0] == [100, 407, 100, 180, 486]


def test_another_voice_url_is_asked_at_the_same_moment() -> None:
    sim = world(replies={"/voice": {"reject": "busy"}, "/other": {"reject": "rejected"}})
    domain = sid(sim, "SIP/Domains", "domains")
    assert sim.rest("POST", f"SIP/Domains/{domain}", {"VoiceUrl": f"{sim.app_url}/other"})[0] == 200
    assert call(sim)[0] == [100, 407, 100, 180, 603]
    assert [each.path for each in sim.app_requests()] == ["/other"]


def test_a_webhook_may_change_what_the_next_call_meets_before_it_answers() -> None:
    application = Flask("test")
    asked: list[str] = []

    @application.post("/voice")
    def voice() -> tuple[str, dict[str, str]]:
        asked.append("voice")
        users = sid(sim, "SIP/CredentialLists", "credential_lists")
        alice = sid(sim, f"SIP/CredentialLists/{users}/Credentials", "credentials")
        sim.rest("DELETE", f"SIP/CredentialLists/{users}/Credentials/{alice}", {})
        return HANGUP, {"Content-Type": "text/xml"}

    sim = world(application)
    assert call(sim)[0] == [100, 407, 100, 180, 200]
    assert call(sim)[0] == [100, 407, 100, 403]
    assert asked == ["voice"]


def test_a_webhook_may_end_its_own_call_before_it_answers() -> None:
    application = Flask("test")

    @application.post("/voice")
    def voice() -> tuple[str, dict[str, str]]:
        calls = sid(sim, "Calls", "calls")
        status, _ = sim.rest("POST", f"Calls/{calls}", {"Status": "canceled"})
        assert status == 200
        return HANGUP, {"Content-Type": "text/xml"}

    sim = world(application)
    # Canceled when the webhook had been asked, and before its answer was there.
    assert call(sim)[0] == [100, 407, 100, 180, 480]
    assert sim.rest("GET", "Calls", {})[1]["calls"][0]["status"] == "canceled"
