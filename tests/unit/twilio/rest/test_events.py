"""Each change made through the REST API is an event of the Monitor API."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from sipdomain.runtime.sdk import in_process_client
from sipdomain.twilio.rest import RestApi, RestRequest, RestResponse
from sipdomain.twilio.rest.registry import RESOURCES
from sipdomain.twilio.rest.resource import Resource
from sipdomain.twilio.store.call_records import CallRecord, CallStore
from tests.unit.twilio.rest.conftest import ACCOUNT, NOW, TOKEN

BASE = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}"


def seen(client: Any, **filters: Any) -> list[tuple[str, str]]:
    """Return type and resource of the events, oldest first."""
    return [(each.event_type, each.resource_sid) for each in client.monitor.v1.events.list(**filters)][::-1]


def properties(client: Any) -> dict[str, dict[str, Any]]:
    """Return what the latest event says of the resource."""
    found: dict[str, dict[str, Any]] = client.monitor.v1.events.list(limit=1)[0].event_data[
        "resource_properties"
    ]
    return found


def test_every_change_of_a_domain_and_its_lists_is_an_event(client: Any) -> None:
    domain = client.sip.domains.create("acme.sip.twilio.com").sid
    users = client.sip.credential_lists.create(friendly_name="staff").sid
    alice = client.sip.credential_lists(users).credentials.create("alice", "Correct-Horse-42").sid
    office = client.sip.ip_access_control_lists.create(friendly_name="office").sid
    address = client.sip.ip_access_control_lists(office).ip_addresses.create("pbx", "127.0.0.10").sid
    client.sip.domains(domain).auth.calls.credential_list_mappings.create(users)
    client.sip.domains(domain).ip_access_control_list_mappings.create(office)
    client.sip.domains(domain).update(voice_url="https://app.example/voice")
    client.sip.credential_lists(users).credentials(alice).update(password="Another-Horse-43")
    client.sip.domains(domain).credential_list_mappings(users).delete()
    client.sip.credential_lists(users).credentials(alice).delete()
    client.sip.credential_lists(users).delete()
    client.sip.ip_access_control_lists(office).ip_addresses(address).update(friendly_name="gate")
    client.sip.ip_access_control_lists(office).update(friendly_name="house")
    client.sip.domains(domain).delete()
    client.sip.ip_access_control_lists(office).delete()
    assert seen(client) == [
        ("sip-domain.created", domain),
        ("sip-credential-list.created", users),
        ("sip-credential-list.updated", users),
        ("sip-ip-access-control-list.created", office),
        ("sip-ip-access-control-list.updated", office),
        ("sip-domain.updated", domain),
        ("sip-domain.updated", domain),
        ("sip-domain.updated", domain),
        ("sip-credential-list.updated", users),
        ("sip-domain.updated", domain),
        ("sip-credential-list.updated", users),
        ("sip-credential-list.deleted", users),
        ("sip-ip-access-control-list.updated", office),
        ("sip-ip-access-control-list.updated", office),
        ("sip-domain.deleted", domain),
        ("sip-ip-access-control-list.deleted", office),
    ]
    told = repr([each.event_data for each in client.monitor.v1.events.list()])
    assert "alice" not in told
    assert "Horse" not in told


def test_an_event_says_who_changed_what_from_where(api: RestApi) -> None:
    def answer(request: RestRequest) -> RestResponse:
        return api.handle(RestRequest(**{**_fields(request), "client": "127.0.0.9"}), NOW)

    client = in_process_client(ACCOUNT, TOKEN, answer)
    domain = client.sip.domains.create("acme.sip.twilio.com", friendly_name="Acme")
    client.sip.domains(domain.sid).update(friendly_name="Acme Corporation", secure=True)
    event = client.monitor.v1.events.list()[0]
    assert (event.sid[:2], event.account_sid, event.resource_sid) == ("AE", ACCOUNT, domain.sid)
    assert (event.actor_sid, event.actor_type, event.source) == (ACCOUNT, "account", "api")
    assert (event.event_type, event.resource_type, event.description) == (
        "sip-domain.updated",
        "sip-domain",
        None,
    )
    assert event.source_ip_address == "127.0.0.9"
    assert event.event_date.timestamp() == NOW
    assert event.event_data == {
        "resource_properties": {
            "friendly_name": {"previous": "Acme", "updated": "Acme Corporation"},
            "secure": {"previous": False, "updated": True},
        }
    }
    assert event.url == f"https://monitor.twilio.com/v1/Events/{event.sid}"
    assert event.links == {"actor": BASE, "resource": f"{BASE}/SIP/Domains/{domain.sid}"}
    assert client.monitor.v1.events(event.sid).fetch().event_data == event.event_data
    assert len(client.monitor.v1.events.list(source_ip_address="127.0.0.9")) == 2
    assert client.monitor.v1.events.list(source_ip_address="127.0.0.8") == []


def _fields(request: RestRequest) -> dict[str, Any]:
    return {name: getattr(request, name) for name in request.__slots__}


def test_events_are_filtered_and_paged(client: Any) -> None:
    one = client.sip.domains.create("one.sip.twilio.com").sid
    two = client.sip.domains.create("two.sip.twilio.com").sid
    client.sip.domains(one).update(friendly_name="First")
    everything = [("sip-domain.created", one), ("sip-domain.created", two), ("sip-domain.updated", one)]
    assert seen(client) == everything
    assert seen(client, event_type="sip-domain.created") == everything[:2]
    assert seen(client, resource_sid=two) == [everything[1]]
    assert seen(client, actor_sid=ACCOUNT) == everything
    assert seen(client, actor_sid="US" + "0" * 32) == []
    assert seen(client, start_date=datetime(2015, 7, 20, 17, 27, 10, tzinfo=UTC)) == everything
    assert seen(client, start_date=datetime(2015, 7, 20, 17, 27, 11, tzinfo=UTC)) == []
    assert seen(client, end_date=datetime(2015, 7, 20, 17, 27, 10, tzinfo=UTC)) == everything
    assert seen(client, end_date=datetime(2015, 7, 20, 17, 27, 9, tzinfo=UTC)) == []
    assert seen(client, page_size=2) == everything
    second = client.monitor.v1.events.page(page_size=2).next_page()
    assert [each.resource_sid for each in second] == [one]
    assert [each.resource_sid for each in second.previous_page()] == [one, two]


def test_what_was_created_and_deleted_is_reported_in_full(client: Any) -> None:
    users = client.sip.credential_lists.create(friendly_name="staff").sid
    assert properties(client)["friendly_name"] == {"previous": None, "updated": "staff"}
    alice = client.sip.credential_lists(users).credentials.create("alice", "Correct-Horse-42").sid
    assert properties(client) == {"credentials": {"previous": None, "updated": alice}}
    client.sip.credential_lists(users).credentials(alice).delete()
    assert properties(client) == {"credentials": {"previous": alice, "updated": None}}
    client.sip.credential_lists(users).delete()
    assert properties(client)["friendly_name"] == {"previous": "staff", "updated": None}
    assert not {"uri", "date_created", "date_updated", "subresource_uris"} & properties(client).keys()


def test_the_token_of_an_account_and_the_password_of_a_url_are_never_shown(client: Any) -> None:
    branch = client.api.accounts.create(friendly_name="Branch")
    client.api.accounts(branch.sid).update(status="suspended")
    assert seen(client) == [("account.created", branch.sid), ("account.updated", branch.sid)]
    assert properties(client) == {"status": {"previous": "active", "updated": "suspended"}}
    client.sip.domains.create("acme.sip.twilio.com", voice_url="https://bob:hidden@app.example/voice")
    assert properties(client)["voice_url"] == {"previous": None, "updated": "https://app.example/voice"}
    events = client.monitor.v1.events.list()
    assert events[0].links["resource"].startswith(f"{BASE}/SIP/Domains/SD")
    assert events[1].links["resource"] == f"https://api.twilio.com/2010-04-01/Accounts/{branch.sid}"
    assert branch.auth_token not in repr([each.event_data for each in events])


def test_what_changes_nothing_is_no_event(client: Any, ask: Callable[..., RestResponse]) -> None:
    domain = client.sip.domains.create("acme.sip.twilio.com")
    client.sip.domains(domain.sid).update(friendly_name=domain.friendly_name)
    client.sip.domains(domain.sid).fetch()
    assert ask("POST", "/SIP/Domains.json", DomainName="acme.sip.twilio.com").status == 400
    assert ask("POST", f"/SIP/Domains/SD{'0' * 32}.json", FriendlyName="x").status == 404
    assert ask("DELETE", f"/SIP/CredentialLists/CL{'0' * 32}.json").status == 404
    assert seen(client) == [("sip-domain.created", domain.sid)]


def test_a_subaccounts_events_are_its_own(client: Any, api: RestApi) -> None:
    branch = client.api.accounts.create(friendly_name="Branch")
    users = client.api.accounts(branch.sid).sip.credential_lists.create(friendly_name="staff")
    own = in_process_client(branch.sid, branch.auth_token, lambda request: api.handle(request, NOW))
    (event,) = own.monitor.v1.events.list()
    assert (event.event_type, event.account_sid, event.actor_sid) == (
        "sip-credential-list.created",
        branch.sid,
        ACCOUNT,
    )
    assert event.resource_sid == users.sid
    assert seen(client) == [("account.created", branch.sid)]


def test_a_call_that_is_deleted_is_an_event(client: Any, calls: CallStore) -> None:
    calls.add(
        CallRecord(
            sid=f"CA{1:032}", account_sid=ACCOUNT, domain_sid="", to="", from_="", sip_call_id="", created_at=NOW
        )
    )  # fmt: skip
    calls.finish(f"CA{1:032}", "completed", NOW)
    client.calls(f"CA{1:032}").delete()
    assert seen(client) == [("call.deleted", f"CA{1:032}")]


def test_the_links_of_an_event_lead_to_where_it_was_read(
    ask: Callable[..., RestResponse], api: RestApi
) -> None:
    ask("POST", "/SIP/CredentialLists.json", FriendlyName="staff")
    basic = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    request = RestRequest("GET", "/v1/Events", authorization=basic, base_url="http://127.0.0.1:8080")
    body = api.handle(request, NOW).body.decode()
    assert f'"actor": "http://127.0.0.1:8080/2010-04-01/Accounts/{ACCOUNT}"' in body
    assert "twilio.com" not in body


@pytest.mark.parametrize(
    "resource",
    [each for each in RESOURCES if each.path.startswith("Accounts/{AC}/SIP")],
    ids=lambda each: each.path,
)
def test_no_change_of_a_sip_resource_goes_unreported(resource: Resource[Any]) -> None:
    assert resource.event
    assert not resource.part_of or f"{{{resource.part_of}}}" in resource.path
