"""The provider's own SDK, unchanged, against a running emulator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.integration.served import ACCOUNT, PASSWORD, TOKEN, served


def test_the_sdk_makes_a_domain_that_can_be_called() -> None:
    with served("--no-speech") as emulator:
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = emulator.http
        domain = client.sip.domains.create(
            domain_name="sdk.sip.twilio.com", voice_url="http://127.0.0.1:9/voice", friendly_name="By SDK"
        )
        users = client.sip.credential_lists.create(friendly_name="users")
        alice = users.credentials.create(username="alice", password=PASSWORD)
        places = client.sip.ip_access_control_lists.create(friendly_name="office")
        address = places.ip_addresses.create(friendly_name="pbx", ip_address="127.0.0.10")
        domain.auth.calls.credential_list_mappings.create(credential_list_sid=users.sid)
        domain.auth.calls.ip_access_control_list_mappings.create(ip_access_control_list_sid=places.sid)
        fetched = client.sip.domains(domain.sid).fetch()
        assert fetched.domain_name == "sdk.sip.twilio.com"
        assert fetched.auth_type == "CREDENTIAL_LIST,IP_ACL"
        assert [each.sid for each in client.sip.credential_lists(users.sid).credentials.list()] == [alice.sid]
        assert (
            client.sip.ip_access_control_lists(places.sid).ip_addresses(address.sid).fetch().ip_address
            == "127.0.0.10"
        )
        mapped = client.sip.domains(domain.sid).auth.calls.credential_list_mappings.list()
        assert [each.sid for each in mapped] == [users.sid]


def test_trunks_and_applications_outlive_the_process(tmp_path: Path) -> None:
    flags = ("--no-speech", "--state", str(tmp_path / "state.db"))

    def shown(client: Any) -> list[list[str]]:
        voice = client.voice.v1
        (policy,) = voice.connection_policies.list()
        kinds = (
            voice.ip_records, voice.source_ip_mappings, voice.connection_policies, voice.byoc_trunks,
            voice.connection_policies(policy.sid).targets, client.applications,
        )  # fmt: skip
        return [[each.sid for each in kind.list()] for kind in kinds]

    with served(*flags) as emulator:
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = client.voice.base_url = emulator.http
        voice = client.voice.v1
        domain, record = client.sip.domains.create("a.sip.twilio.com"), voice.ip_records.create("192.0.2.7")
        voice.source_ip_mappings.create(ip_record_sid=record.sid, sip_domain_sid=domain.sid)
        policy = voice.connection_policies.create()
        voice.connection_policies(policy.sid).targets.create(target="sip:a.example.com")
        voice.byoc_trunks.create(connection_policy_sid=policy.sid, from_domain_sid=domain.sid)
        client.applications.create(friendly_name="app")
        before = shown(client)
        assert [len(each) for each in before] == [1] * 6
        assert emulator.stop() == 0
    with served(*flags) as emulator:
        client.api.base_url = client.voice.base_url = emulator.http
        assert shown(client) == before
        assert emulator.stop() == 0


def test_the_sdk_gets_the_provider_s_codes() -> None:
    with served("--no-speech") as emulator:
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = emulator.http
        client.sip.domains.create(domain_name="taken.sip.twilio.com")
        with pytest.raises(TwilioRestException) as refused:
            client.sip.domains.create(domain_name="taken.sip.twilio.com")
        assert (refused.value.status, refused.value.code) == (400, 21232)
        stranger = Client(ACCOUNT, "wrong")
        stranger.api.base_url = emulator.http
        with pytest.raises(TwilioRestException) as refused:
            stranger.sip.domains("SD" + "0" * 32).fetch()
        assert (refused.value.status, refused.value.code) == (401, 20003)


def test_the_sdk_reads_the_monitor_api_page_after_page() -> None:
    with served("--no-speech") as emulator:
        client = Client(ACCOUNT, TOKEN)
        client.api.base_url = client.monitor.base_url = emulator.http
        for name in ("one", "two", "three"):
            client.sip.domains.create(domain_name=f"{name}.sip.twilio.com")
        events = list(client.monitor.v1.events.stream(page_size=1))
        assert [each.event_type for each in events] == ["sip-domain.created"] * 3
        assert events[0].event_data["resource_properties"]["domain_name"]["updated"] == "three.sip.twilio.com"
        assert events[0].source_ip_address == "127.0.0.1"
        assert events[0].url.startswith(f"{emulator.http}/v1/Events/AE")
        assert client.monitor.v1.alerts.list() == []
