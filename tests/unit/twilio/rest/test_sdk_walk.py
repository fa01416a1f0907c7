"""The provider's SDK walks every SIP operation, and reads every property of the answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from sipdomain.twilio.store.call_records import CallRecord, CallStore

ACCOUNT = "AC00000000000000000000000000000001"
CREATED = datetime(2015, 7, 20, 17, 27, 10, tzinfo=UTC)


@pytest.mark.rule("sip-resources", "rest-manners")
def test_domains_are_created_read_changed_and_deleted(client: Any) -> None:
    made = client.sip.domains.create(
        domain_name="acme.sip.twilio.com",
        friendly_name="Acme",
        voice_url="https://app.example/voice",
        voice_method="GET",
        voice_fallback_url="https://app.example/sorry",
        voice_fallback_method="GET",
        voice_status_callback_url="https://app.example/status",
        voice_status_callback_method="GET",
        sip_registration=True,
        emergency_calling_enabled=True,
        secure=True,
        byoc_trunk_sid="BY" + "1" * 32,
        emergency_caller_sid="PN" + "2" * 32,
    )

    assert made.sid.startswith("SD")
    assert made.account_sid == ACCOUNT
    assert made.domain_name == "acme.sip.twilio.com"
    assert made.friendly_name == "Acme"
    assert made.auth_type == ""
    assert made.api_version == "2010-04-01"
    assert (made.voice_url, made.voice_method) == ("https://app.example/voice", "GET")
    assert (made.voice_fallback_url, made.voice_fallback_method) == ("https://app.example/sorry", "GET")
    assert made.voice_status_callback_url == "https://app.example/status"
    assert made.voice_status_callback_method == "GET"
    assert (made.sip_registration, made.emergency_calling_enabled, made.secure) == (True, True, True)
    assert made.byoc_trunk_sid == "BY" + "1" * 32
    assert made.emergency_caller_sid == "PN" + "2" * 32
    assert (made.date_created, made.date_updated) == (CREATED, CREATED)
    assert made.uri == f"/2010-04-01/Accounts/{ACCOUNT}/SIP/Domains/{made.sid}.json"
    assert made.subresource_uris == {
        "credential_list_mappings": made.uri[:-5] + "/CredentialListMappings.json",
        "ip_access_control_list_mappings": made.uri[:-5] + "/IpAccessControlListMappings.json",
    }

    changed = client.sip.domains(made.sid).update(secure=False, voice_url="", domain_name="b.sip.twilio.com")
    assert (changed.secure, changed.voice_url, changed.voice_method) == (False, None, "GET")
    assert client.sip.domains(made.sid).fetch().domain_name == "b.sip.twilio.com"
    assert [domain.sid for domain in client.sip.domains.list()] == [made.sid]
    assert client.sip.domains(made.sid).delete() is True
    assert client.sip.domains.list() == []


@pytest.mark.rule("domain-defaults")
def test_a_new_domain_has_the_defaults_of_the_cloud(client: Any) -> None:
    made = client.sip.domains.create("acme.sip.twilio.com")

    assert (made.voice_url, made.voice_fallback_url, made.voice_status_callback_url) == (None, None, None)
    assert (made.voice_method, made.voice_fallback_method) == ("POST", "POST")
    assert (made.sip_registration, made.emergency_calling_enabled, made.secure) == (False, False, False)
    assert (made.byoc_trunk_sid, made.emergency_caller_sid) == (None, None)


@pytest.mark.rule("sip-resources")
def test_credential_lists_and_credentials_live_their_lives(client: Any) -> None:
    made = client.sip.credential_lists.create(friendly_name="staff")
    assert (made.sid[:2], made.account_sid, made.friendly_name) == ("CL", ACCOUNT, "staff")
    assert (made.date_created, made.date_updated) == (CREATED, CREATED)
    assert made.subresource_uris == {"credentials": made.uri[:-5] + "/Credentials.json"}
    assert client.sip.credential_lists(made.sid).update(friendly_name="crew").friendly_name == "crew"
    assert client.sip.credential_lists(made.sid).fetch().friendly_name == "crew"
    assert [each.sid for each in client.sip.credential_lists.list()] == [made.sid]

    credentials = client.sip.credential_lists(made.sid).credentials
    alice = credentials.create(username="alice", password="Correct-Horse-42")
    assert (alice.sid[:2], alice.account_sid, alice.credential_list_sid) == ("CR", ACCOUNT, made.sid)
    assert alice.username == "alice"
    assert alice.uri == f"{made.uri[:-5]}/Credentials/{alice.sid}.json"
    assert (alice.date_created, alice.date_updated) == (CREATED, CREATED)
    assert credentials(alice.sid).fetch().username == "alice"
    assert credentials(alice.sid).update(password="Another-Horse-43").username == "alice"
    assert credentials(alice.sid).update().username == "alice"
    assert [each.username for each in credentials.list()] == ["alice"]
    assert credentials(alice.sid).delete() is True
    assert credentials.list() == []
    assert client.sip.credential_lists(made.sid).delete() is True
    assert client.sip.credential_lists.list() == []


@pytest.mark.rule("sip-resources", "whole-addresses")
def test_access_lists_and_addresses_live_their_lives(client: Any) -> None:
    made = client.sip.ip_access_control_lists.create(friendly_name="office")
    assert (made.sid[:2], made.account_sid, made.friendly_name) == ("AL", ACCOUNT, "office")
    assert (made.date_created, made.date_updated) == (CREATED, CREATED)
    assert made.subresource_uris == {"ip_addresses": made.uri[:-5] + "/IpAddresses.json"}
    assert client.sip.ip_access_control_lists(made.sid).update(friendly_name="home").friendly_name == "home"
    assert client.sip.ip_access_control_lists(made.sid).fetch().friendly_name == "home"
    assert [each.sid for each in client.sip.ip_access_control_lists.list()] == [made.sid]

    addresses = client.sip.ip_access_control_lists(made.sid).ip_addresses
    one = addresses.create(friendly_name="PBX", ip_address="127.0.0.10")
    assert (one.sid[:2], one.account_sid, one.ip_access_control_list_sid) == ("IP", ACCOUNT, made.sid)
    assert (one.friendly_name, one.ip_address, one.cidr_prefix_length) == ("PBX", "127.0.0.10", 32)
    assert one.uri == f"{made.uri[:-5]}/IpAddresses/{one.sid}.json"
    assert (one.date_created, one.date_updated) == (CREATED, CREATED)
    changed = addresses(one.sid).update(ip_address="10.0.0.0", friendly_name="Net", cidr_prefix_length=8)
    assert (changed.friendly_name, changed.ip_address, changed.cidr_prefix_length) == ("Net", "10.0.0.0", 8)
    assert addresses(one.sid).fetch().cidr_prefix_length == 8
    assert [each.sid for each in addresses.list()] == [one.sid]
    assert addresses(one.sid).delete() is True
    assert addresses.list() == []
    assert client.sip.ip_access_control_lists(made.sid).delete() is True


@pytest.mark.rule("mappings-of-calls", "auth-type", "mapping-sid")
def test_the_older_mappings_and_those_under_auth_calls_are_the_same(client: Any) -> None:
    domain = client.sip.domains.create("acme.sip.twilio.com")
    staff = client.sip.credential_lists.create(friendly_name="staff")
    office = client.sip.ip_access_control_lists.create(friendly_name="office")
    here = client.sip.domains(domain.sid)

    older = here.ip_access_control_list_mappings.create(ip_access_control_list_sid=office.sid)
    assert (older.sid, older.account_sid, older.domain_sid) == (office.sid, ACCOUNT, domain.sid)
    assert older.friendly_name == "office"
    assert older.uri == f"{domain.uri[:-5]}/IpAccessControlListMappings/{office.sid}.json"
    assert (older.date_created, older.date_updated) == (CREATED, CREATED)
    assert here.fetch().auth_type == "IP_ACL"
    with pytest.raises(TwilioRestException) as refused:
        here.auth.calls.ip_access_control_list_mappings.create(office.sid)
    assert (refused.value.status, refused.value.code) == (400, 21231)
    assert "IpAccessControlList already associated with this domain" in refused.value.msg

    newer = here.auth.calls.credential_list_mappings.create(staff.sid)
    assert (newer.sid, newer.account_sid, newer.friendly_name) == (staff.sid, ACCOUNT, "staff")
    assert (newer.date_created, newer.date_updated) == (CREATED, CREATED)
    assert here.fetch().auth_type == "CREDENTIAL_LIST,IP_ACL"
    with pytest.raises(TwilioRestException, match="CredentialList already associated with this domain"):
        here.credential_list_mappings.create(staff.sid)

    assert [each.sid for each in here.ip_access_control_list_mappings.list()] == [office.sid]
    assert [each.sid for each in here.auth.calls.ip_access_control_list_mappings.list()] == [office.sid]
    assert [each.sid for each in here.credential_list_mappings.list()] == [staff.sid]
    assert [each.sid for each in here.auth.calls.credential_list_mappings.list()] == [staff.sid]
    assert here.ip_access_control_list_mappings(office.sid).fetch().friendly_name == "office"
    assert here.auth.calls.ip_access_control_list_mappings(office.sid).fetch().friendly_name == "office"
    assert here.credential_list_mappings(staff.sid).fetch().domain_sid == domain.sid
    assert here.auth.calls.credential_list_mappings(staff.sid).fetch().friendly_name == "staff"

    assert here.credential_list_mappings(staff.sid).delete() is True
    assert here.auth.calls.credential_list_mappings.list() == []
    assert here.auth.calls.ip_access_control_list_mappings(office.sid).delete() is True
    assert here.ip_access_control_list_mappings.list() == []
    assert here.credential_list_mappings.create(staff.sid).domain_sid == domain.sid
    assert here.auth.calls.ip_access_control_list_mappings.create(office.sid).friendly_name == "office"
    assert here.auth.calls.credential_list_mappings(staff.sid).delete() is True
    assert here.ip_access_control_list_mappings(office.sid).delete() is True
    assert here.fetch().auth_type == ""


@pytest.mark.rule("mappings-of-registrations", "registrations-and-auth-type")
def test_mappings_for_registrations_stand_apart(client: Any) -> None:
    domain = client.sip.domains.create("acme.sip.twilio.com")
    staff = client.sip.credential_lists.create(friendly_name="staff")
    here = client.sip.domains(domain.sid)
    registrations = here.auth.registrations.credential_list_mappings

    made = registrations.create(staff.sid)
    assert (made.sid, made.account_sid, made.friendly_name) == (staff.sid, ACCOUNT, "staff")
    assert (made.date_created, made.date_updated) == (CREATED, CREATED)
    assert here.fetch().auth_type == ""
    assert here.auth.calls.credential_list_mappings.list() == []
    assert here.auth.calls.credential_list_mappings.create(staff.sid).sid == staff.sid
    assert registrations(staff.sid).fetch().sid == staff.sid
    assert [each.sid for each in registrations.list()] == [staff.sid]
    assert registrations(staff.sid).delete() is True
    assert registrations.list() == []
    assert [each.sid for each in here.auth.calls.credential_list_mappings.list()] == [staff.sid]


def test_the_sdk_reads_page_after_page(client: Any) -> None:
    for number in range(7):
        client.sip.domains.create(f"d{number}.sip.twilio.com")

    names = [domain.domain_name.partition(".")[0] for domain in client.sip.domains.stream(page_size=3)]
    assert names == ["d0", "d1", "d2", "d3", "d4", "d5", "d6"]
    assert len(client.sip.domains.list(limit=4)) == 4
    first = client.sip.domains.page(page_size=3)
    second = first.next_page()
    assert [domain.domain_name[:2] for domain in second] == ["d3", "d4", "d5"]
    assert [domain.domain_name[:2] for domain in second.previous_page()] == ["d0", "d1", "d2"]


def test_a_domain_deleted_between_two_pages_loses_nobodys_place(client: Any) -> None:
    for number in range(5):
        client.sip.domains.create(f"d{number}.sip.twilio.com")

    seen = []
    for domain in client.sip.domains.stream(page_size=2):
        seen.append(domain.domain_name[:2])
        domain.delete()

    assert seen == ["d0", "d1", "d2", "d3", "d4"]
    assert client.sip.domains.list() == []


@pytest.mark.rule("calls-resource", "call-of-the-past")
def test_calls_are_listed_filtered_and_read(client: Any, calls: CallStore) -> None:
    for number, caller in enumerate(["alice", "bob", "alice"], start=1):
        calls.add(
            CallRecord(
                sid=f"CA{number:032}",
                account_sid=ACCOUNT,
                domain_sid="",
                to="sip:100@acme.sip.twilio.com",
                from_=f"sip:{caller}@acme.sip.twilio.com",
                sip_call_id=f"call-{number}",
                created_at=CREATED.timestamp(),
                answered_at=CREATED.timestamp() + 1,
            )
        )
    calls.finish(f"CA{1:032}", "completed", CREATED.timestamp() + 11.5)

    assert [call.sid[-1] for call in client.calls.list()] == ["3", "2", "1"]
    assert [call.sid[-1] for call in client.calls.list(from_="sip:alice@acme.sip.twilio.com")] == ["3", "1"]
    assert [call.sid[-1] for call in client.calls.list(status="completed")] == ["1"]
    assert client.calls.list(to="sip:nobody@acme.sip.twilio.com") == []
    assert client.calls.list(start_time_before=CREATED) == []
    assert len(client.calls.list(start_time_after=CREATED)) == 3
    assert len(client.calls.list(start_time=datetime(2015, 7, 20, tzinfo=UTC))) == 3
    assert [call.sid[-1] for call in client.calls.list(end_time_after=CREATED)] == ["1"]
    assert [call.sid[-1] for call in client.calls.stream(page_size=1)] == ["3", "2", "1"]

    done = client.calls(f"CA{1:032}").fetch()
    assert (done.status, done.direction, done.duration) == ("completed", "inbound", "11")
    assert (done.to, done._from) == ("sip:100@acme.sip.twilio.com", "sip:alice@acme.sip.twilio.com")
    assert done.start_time == CREATED
    assert done.end_time == datetime(2015, 7, 20, 17, 27, 21, tzinfo=UTC)
    going_on = client.calls(f"CA{2:032}").fetch()
    assert (going_on.status, going_on.end_time, going_on.duration) == ("ringing", None, None)

    with pytest.raises(TwilioRestException) as refused:
        client.calls(f"CA{2:032}").delete()
    assert (refused.value.status, refused.value.code) == (409, 20009)
    assert client.calls(f"CA{1:032}").delete() is True
    assert len(client.calls.list()) == 2


@pytest.mark.rule("subaccounts")
def test_accounts_are_read_and_subaccounts_made(client: Any) -> None:
    main = client.api.accounts(ACCOUNT).fetch()
    assert (main.sid, main.owner_account_sid, main.status, main.type) == (ACCOUNT, ACCOUNT, "active", "Full")
    assert (main.auth_token, main.friendly_name) == ("0123456789abcdef0123456789abcdef", "Main")

    sub = client.api.accounts.create(friendly_name="Branch")
    assert (sub.owner_account_sid, sub.friendly_name) == (ACCOUNT, "Branch")
    assert [each.sid for each in client.api.accounts.list()] == [ACCOUNT, sub.sid]
    assert [each.sid for each in client.api.accounts.list(friendly_name="Branch")] == [sub.sid]
    client.sip.domains.create("acme.sip.twilio.com")
    below = client.api.accounts(sub.sid).sip.domains.create("berlin.acme.sip.twilio.com")
    assert below.account_sid == sub.sid
    assert client.api.accounts(sub.sid).update(status="suspended").status == "suspended"
    assert client.api.accounts(sub.sid).update(friendly_name="Shop").friendly_name == "Shop"
    with pytest.raises(TwilioRestException) as refused:
        client.api.accounts(sub.sid).update(status="asleep")
    assert (refused.value.status, refused.value.code) == (400, 21475)


def test_a_refusal_reaches_the_sdk_with_code_and_words(client: Any) -> None:
    client.sip.domains.create("acme.sip.twilio.com")

    with pytest.raises(TwilioRestException) as refused:
        client.sip.domains.create("Acme.sip.twilio.com")

    assert (refused.value.status, refused.value.code) == (400, 21232)
    assert "Domain Acme.sip.twilio.com already exists." in refused.value.msg
