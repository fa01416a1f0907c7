"""The Voice API through the provider's SDK: IP records and their mappings, connection policies, BYOC trunks."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
from twilio.base.exceptions import TwilioRestException

from sipdomain.twilio.rest import RestApi, RestRequest, RestResponse
from sipdomain.twilio.store import Store

ACCOUNT = "AC00000000000000000000000000000001"
CREATED = datetime(2015, 7, 20, 17, 27, 10, tzinfo=UTC)
V1 = "https://voice.twilio.com/v1"
Ask = Callable[..., RestResponse]


def refused(action: Callable[[], Any]) -> tuple[int, int, str]:
    """Return how something is refused: status, code and text."""
    with pytest.raises(TwilioRestException) as caught:
        action()
    return caught.value.status, caught.value.code, str(caught.value.msg).partition(": ")[2]


def test_ip_records_live_their_lives(client: Any) -> None:
    records = client.voice.v1.ip_records
    made = records.create(ip_address="192.0.2.7", friendly_name="carrier", cidr_prefix_length=24)
    assert (made.sid[:2], made.account_sid, made.url) == ("IL", ACCOUNT, f"{V1}/IpRecords/{made.sid}")
    assert (made.ip_address, made.cidr_prefix_length, made.friendly_name) == ("192.0.2.7", 24, "carrier")
    assert (made.date_created, made.date_updated) == (CREATED, CREATED)
    other = records.create(ip_address="192.0.2.8")
    assert (other.cidr_prefix_length, other.friendly_name) == (32, None)
    assert [each.sid for each in records.list(page_size=1)] == [made.sid, other.sid]
    assert records(made.sid).update(friendly_name="renamed").friendly_name == "renamed"
    assert records(made.sid).fetch().friendly_name == "renamed"
    assert records(made.sid).delete() is True
    assert refused(records(made.sid).fetch)[:2] == (404, 20404)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"ip_address": "192.0.2"}, "IpAddress must be a full IPv4 address such as 203.0.113.7 (got '192.0.2')"),
        ({"ip_address": "192.0.2.7", "cidr_prefix_length": 33}, "CidrPrefixLength must be from 0 to 32 (got 33)"),
        ({"ip_address": ""}, "IpAddress is required"),
        ({"ip_address": "192.0.2.7", "friendly_name": "x" * 256}, "FriendlyName must not be longer than 255 characters"),
    ],
)  # fmt: skip
def test_a_wrong_ip_record_is_refused(client: Any, form: dict[str, Any], said: str) -> None:
    assert refused(lambda: client.voice.v1.ip_records.create(**form)) == (400, 20422, said)


def test_an_ip_record_is_mapped_to_a_domain_and_stays_while_it_is(client: Any) -> None:
    voice, domains = client.voice.v1, client.sip.domains
    record = voice.ip_records.create(ip_address="192.0.2.7")
    first, second = (domains.create(f"{name}.sip.twilio.com") for name in ("one", "two"))
    made = voice.source_ip_mappings.create(ip_record_sid=record.sid, sip_domain_sid=first.sid)
    assert (made.sid[:2], made.ip_record_sid, made.sip_domain_sid) == ("IB", record.sid, first.sid)
    assert (made.url, made.date_created) == (f"{V1}/SourceIpMappings/{made.sid}", CREATED)
    assert voice.source_ip_mappings(made.sid).update(sip_domain_sid=second.sid).sip_domain_sid == second.sid
    assert [each.sip_domain_sid for each in voice.source_ip_mappings.list()] == [second.sid]
    assert refused(voice.ip_records(record.sid).delete)[:2] == (409, 20409)
    assert domains(second.sid).delete() is True
    assert voice.source_ip_mappings.list() == []
    assert voice.ip_records(record.sid).delete() is True


def test_what_a_mapping_needs_must_be_there(client: Any) -> None:
    voice = client.voice.v1
    record, domain = (
        voice.ip_records.create(ip_address="192.0.2.7"),
        client.sip.domains.create("a.sip.twilio.com"),
    )
    make, none = voice.source_ip_mappings.create, "IL" + "0" * 32
    said = (400, 20422, f"IpRecordSid is not one of this account (got {none!r})")
    assert refused(lambda: make(ip_record_sid=none, sip_domain_sid=domain.sid)) == said
    said = (400, 20422, f"SipDomainSid is not one of this account (got {none!r})")
    assert refused(lambda: make(ip_record_sid=record.sid, sip_domain_sid=none)) == said
    made = make(ip_record_sid=record.sid, sip_domain_sid=domain.sid)
    assert refused(lambda: voice.source_ip_mappings(made.sid).update(sip_domain_sid=none)) == said
    assert voice.source_ip_mappings(made.sid).delete() is True
    assert refused(voice.source_ip_mappings(made.sid).delete)[:2] == (404, 20404)


def test_connection_policies_and_their_targets_live_their_lives(client: Any) -> None:
    policies = client.voice.v1.connection_policies
    made = policies.create(friendly_name="gateways")
    assert (made.sid[:2], made.account_sid, made.friendly_name) == ("NY", ACCOUNT, "gateways")
    assert (made.url, made.links) == (
        f"{V1}/ConnectionPolicies/{made.sid}", {"targets": f"{V1}/ConnectionPolicies/{made.sid}/Targets"},
    )  # fmt: skip
    assert policies.create().friendly_name is None
    assert policies(made.sid).update(friendly_name="edge").friendly_name == "edge"
    targets = policies(made.sid).targets
    first = targets.create(target="sip:one.example.com:5060;transport=tcp")
    assert (first.sid[:2], first.connection_policy_sid, first.account_sid) == ("NE", made.sid, ACCOUNT)
    assert (first.priority, first.weight, first.enabled, first.friendly_name) == (10, 10, True, None)
    assert first.url == f"{made.links['targets']}/{first.sid}"
    second = targets.create(
        target="sip:two.example.com", friendly_name="two", priority=0, weight=65535, enabled=False
    )
    assert (second.priority, second.weight, second.enabled, second.friendly_name) == (0, 65535, False, "two")
    assert [each.sid for each in targets.list(page_size=1)] == [first.sid, second.sid]
    changed = targets(first.sid).update(priority=20, enabled=False, target="sip:three.example.com")
    assert (changed.priority, changed.weight, changed.enabled) == (20, 10, False)
    assert targets(first.sid).fetch().target == "sip:three.example.com"
    assert targets(first.sid).delete() is True
    assert refused(targets(first.sid).fetch)[:2] == (404, 20404)
    assert policies(made.sid).delete() is True
    assert refused(lambda: targets.create(target="nonsense"))[:2] == (404, 20404)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"target": "sips:a.example.com"}, "Target must be a SIP URI that begins with sip: (got 'sips:a.example.com')"),
        ({"target": "a.example.com"}, "Target must be a SIP URI that begins with sip: (got 'a.example.com')"),
        ({"target": "tel:+15551230000"}, "Target must be a SIP URI that begins with sip: (got 'tel:+15551230000')"),
        ({"target": ""}, "Target is required"),
        ({"target": "sip:a", "priority": -1}, "Priority must be from 0 to 65535 (got -1)"),
        ({"target": "sip:a", "priority": 65536}, "Priority must be from 0 to 65535 (got 65536)"),
        ({"target": "sip:a", "weight": 0}, "Weight must be from 1 to 65535 (got 0)"),
        ({"target": "sip:a", "weight": "many"}, "Weight must be a whole number (got 'many')"),
        ({"target": "sip:a", "enabled": "perhaps"}, "Enabled must be true or false (got 'perhaps')"),
    ],
)  # fmt: skip
def test_a_wrong_target_is_refused(client: Any, form: dict[str, Any], said: str) -> None:
    policy = client.voice.v1.connection_policies.create()
    make = client.voice.v1.connection_policies(policy.sid).targets.create
    assert refused(lambda: make(**form)) == (400, 20422, said)


def test_byoc_trunks_live_their_lives(client: Any) -> None:
    trunks, domain = client.voice.v1.byoc_trunks, client.sip.domains.create("a.sip.twilio.com")
    policy = client.voice.v1.connection_policies.create(friendly_name="gateways")
    plain = trunks.create()
    assert (plain.sid[:2], plain.friendly_name, plain.voice_url, plain.voice_method) == (
        "BY",
        None,
        None,
        "POST",
    )
    assert (plain.cnam_lookup_enabled, plain.connection_policy_sid, plain.from_domain_sid) == (
        False,
        None,
        None,
    )
    made = trunks.create(
        friendly_name="carrier", voice_url="http://app.test/voice", voice_method="get",
        voice_fallback_url="http://app.test/sorry", voice_fallback_method="GET",
        status_callback_url="http://app.test/status", status_callback_method="GET", cnam_lookup_enabled=True,
        connection_policy_sid=policy.sid, from_domain_sid=domain.sid,
    )  # fmt: skip
    assert (made.url, made.date_created) == (f"{V1}/ByocTrunks/{made.sid}", CREATED)
    assert (made.voice_url, made.voice_method, made.cnam_lookup_enabled) == (
        "http://app.test/voice",
        "GET",
        True,
    )
    assert (made.voice_fallback_url, made.voice_fallback_method) == ("http://app.test/sorry", "GET")
    assert (made.status_callback_url, made.status_callback_method) == ("http://app.test/status", "GET")
    assert (made.connection_policy_sid, made.from_domain_sid) == (policy.sid, domain.sid)
    assert [each.sid for each in trunks.list()] == [plain.sid, made.sid]
    assert refused(client.voice.v1.connection_policies(policy.sid).delete)[:2] == (409, 20409)
    assert client.sip.domains(domain.sid).delete() is True
    assert trunks(made.sid).fetch().from_domain_sid is None
    changed = trunks(made.sid).update(voice_url="", connection_policy_sid="", friendly_name="other")
    assert (changed.voice_url, changed.connection_policy_sid, changed.friendly_name) == (None, None, "other")
    assert client.voice.v1.connection_policies(policy.sid).delete() is True
    assert trunks(made.sid).delete() is True
    assert refused(trunks(made.sid).fetch)[:2] == (404, 20404)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"voice_url": "ftp://a"}, "VoiceUrl is not a valid http or https URL: 'ftp://a'"),
        ({"status_callback_url": "http://a_b/"}, "StatusCallbackUrl must not have an underscore in its host name: 'http://a_b/'"),
        ({"voice_fallback_method": "PUT"}, "VoiceFallbackMethod must be GET or POST (got 'PUT')"),
        ({"connection_policy_sid": "NY1"}, "ConnectionPolicySid is not one of this account (got 'NY1')"),
        ({"from_domain_sid": "SD1"}, "FromDomainSid is not one of this account (got 'SD1')"),
        ({"cnam_lookup_enabled": "perhaps"}, "CnamLookupEnabled must be true or false (got 'perhaps')"),
    ],
)  # fmt: skip
def test_a_wrong_trunk_is_refused(client: Any, form: dict[str, Any], said: str) -> None:
    assert refused(lambda: client.voice.v1.byoc_trunks.create(**form)) == (400, 20422, said)


def test_another_account_has_its_own(client: Any, api: RestApi, store: Store) -> None:
    below = store.accounts.create(now=0.0, friendly_name="below", owner_sid=ACCOUNT)
    made = client.voice.v1.ip_records.create(ip_address="192.0.2.7")
    login = "Basic " + base64.b64encode(f"{below.sid}:{below.auth_token}".encode()).decode()
    listed = api.handle(RestRequest("GET", "/v1/IpRecords", authorization=login), 0.0)
    assert json.loads(listed.body)["ip_records"] == []
    found = api.handle(RestRequest("GET", f"/v1/IpRecords/{made.sid}", authorization=login), 0.0)
    assert (found.status, found.header("X-API-Domain")) == (404, "voice.twilio.com")


def test_one_too_many_is_refused(client: Any, store: Store) -> None:
    policy = client.voice.v1.connection_policies.create()
    for number in range(100):
        store.trunks.add_target(ACCOUNT, policy.sid, target=f"sip:{number}.example.com", now=0.0)
    make = client.voice.v1.connection_policies(policy.sid).targets.create
    said = (400, 0, "sipdomain keeps at most 100 targets of an account")
    assert refused(lambda: make(target="sip:a.example.com")) == said


# --- applications --------------------------------------------------------------------------------------------


def test_applications_live_their_lives(client: Any) -> None:
    applications = client.applications
    made = applications.create(
        friendly_name="App", voice_url="http://app.test/voice", voice_method="GET", status_callback="http://app.test/status",
        sms_url="http://app.test/sms", message_status_callback="http://app.test/told", voice_caller_id_lookup=True,
        public_application_connect_enabled=True,
    )  # fmt: skip
    assert (made.sid[:2], made.account_sid, made.friendly_name) == ("AP", ACCOUNT, "App")
    assert (made.voice_url, made.voice_method, made.voice_fallback_url) == (
        "http://app.test/voice",
        "GET",
        None,
    )
    assert (made.sms_url, made.message_status_callback) == ("http://app.test/sms", "http://app.test/told")
    assert (made.voice_caller_id_lookup, made.public_application_connect_enabled) == (True, True)
    assert (made.api_version, made.date_created, made.uri) == (
        "2010-04-01", CREATED, f"/2010-04-01/Accounts/{ACCOUNT}/Applications/{made.sid}.json",
    )  # fmt: skip
    other = applications.create()
    assert (other.friendly_name, other.voice_method, other.voice_caller_id_lookup) == (None, "POST", False)
    assert [each.sid for each in applications.list(page_size=1)] == [made.sid, other.sid]
    assert [each.sid for each in applications.list(friendly_name="App")] == [made.sid]
    assert applications(made.sid).update(voice_url="", friendly_name="New").voice_url is None
    assert applications(made.sid).fetch().friendly_name == "New"
    assert applications(made.sid).delete() is True
    assert refused(applications(made.sid).fetch)[:2] == (404, 20404)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"friendly_name": "x" * 65}, 20002), ({"friendly_name": " "}, 20002), ({"voice_url": "voice"}, 21402),
        ({"sms_status_callback": "http://a_b/"}, 21402), ({"sms_method": "PUT"}, 21403),
        ({"api_version": "2011-01-01"}, 20422), ({"voice_caller_id_lookup": "perhaps"}, 20422),
    ],
)  # fmt: skip
def test_a_wrong_application_is_refused(client: Any, form: dict[str, Any], code: int) -> None:
    assert refused(lambda: client.applications.create(**form))[:2] == (400, code)


# --- the other APIs ------------------------------------------------------------------------------------------

EMULATED = (
    "it emulates 2010-04-01, Monitor v1 (Alerts, Events) and "
    "Voice v1 (ByocTrunks, ConnectionPolicies, IpRecords, SourceIpMappings)"
)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/v1/Trunks", "v1/Trunks of the trunking API"),
        ("/v1/Trunks/TK1/OriginationUrls", "v1/Trunks of the trunking API"),
        ("/v1/DialingPermissions/Countries", "v1/DialingPermissions of the voice API"),
        ("/v1/Settings", "v1/Settings of the voice API"),
        ("/v1/Voice/CA1/Summary", "v1/Voice of the insights or pricing API"),
        ("/v1/Keys.json", "v1/Keys of the iam API"),
        ("/v2/SipDomains/acme.sip.twilio.com", "v2/SipDomains of the routes API"),
        ("/v2/Trunks/acme", "v2/Trunks of the routes API"),
        ("/v1/PhoneNumbers/+15551230000", "v1/PhoneNumbers of the lookups or pricing API"),
        ("/v2/PhoneNumbers/+15551230000", "v2/PhoneNumbers of the routes or lookups API"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_another_api_of_the_provider_is_501_by_its_path(ask: Ask, method: str, path: str, asked: str) -> None:
    response = ask(method, path, whole=True)
    told = json.loads(response.body)
    assert (response.status, told["code"]) == (501, 0)
    assert told["message"] == f"sipdomain does not emulate {asked}; {EMULATED}"


@pytest.mark.parametrize(
    "path", ["/v1/Nonsense", "/v1/Accounts.json", "/v2/Domains", "/v9/Trunks", "/Trunks", "/v1"]
)
def test_what_no_api_has_is_404(ask: Ask, path: str) -> None:
    response = ask("GET", path, whole=True)
    assert (response.status, json.loads(response.body)["code"]) == (404, 20404)


def test_another_api_of_the_provider_is_501_by_its_host(client: Any) -> None:
    for action in (
        client.trunking.v1.trunks("TK1").fetch,
        client.insights.v1.calls("CA1").summary().fetch,
        client.iam.v1.api_key("SK1").fetch,
        client.routes.v2.sip_domains("acme").fetch,
        client.lookups.v2.phone_numbers("+15551230000").fetch,
        client.voice.v1.dialing_permissions.countries("US").fetch,
        client.studio.v2.flows("FW1").fetch,
        client.messaging.v1.services("MG1").fetch,
    ):
        status, code, said = refused(action)
        assert (status, code) == (501, 0)
        assert said.startswith("sipdomain does not emulate ")
        assert said.endswith(EMULATED)


def test_a_host_names_the_api_whatever_the_path(api: RestApi) -> None:
    login = "Basic " + base64.b64encode(f"{ACCOUNT}:0123456789abcdef0123456789abcdef".encode()).decode()
    for host, path in (("trunking.dublin.ie1.twilio.com", "/v1/Alerts"), ("video.twilio.com", "/nonsense")):
        response = api.handle(RestRequest("GET", path, authorization=login, base_url=f"https://{host}"), 0.0)
        assert (response.status, host.partition(".")[0] in json.loads(response.body)["message"]) == (
            501,
            True,
        )
    own = api.handle(
        RestRequest("GET", "/v1/Alerts", authorization=login, base_url="https://monitor.twilio.com"), 0.0
    )
    assert own.status == 200


def test_a_query_of_the_voice_api_pages_by_absolute_urls(ask: Ask, store: Store) -> None:
    for last in range(3):
        store.trunks.add_ip_record(ACCOUNT, f"192.0.2.{last}", now=0.0)
    meta = json.loads(ask("GET", "/v1/IpRecords?PageSize=2", whole=True).body)["meta"]
    assert (meta["key"], meta["page"], meta["page_size"]) == ("ip_records", 0, 2)
    path, _, query = meta["next_page_url"].partition("?")
    assert (path, dict(parse_qsl(query))) == (
        "https://api.twilio.com/v1/IpRecords", {"PageSize": "2", "Page": "1", "PageToken": "PA2"},
    )  # fmt: skip
