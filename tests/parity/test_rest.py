"""The REST API as applications see it, and the limits that the provider publishes."""

from __future__ import annotations

import base64
import json

import pytest

from sipdomain.twilio.fidelity.profile import OBSERVED, Profile
from sipdomain.twilio.rest import RestRequest
from sipdomain.twilio.store import Limits
from tests.unit.twilio.bench import ACCOUNT, ACME, BOTH, EPOCH, PASSWORD, TOKEN, flow
from tests.unit.twilio.caller import Caller, Make

LOGIN = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


@pytest.mark.rule(
    "most-domains", "most-credentials", "most-mappings", "most-mappings-of-calls", "most-addresses"
)
def test_the_published_limits_hold_by_default() -> None:
    limits = Limits()
    assert (limits.domains, limits.credential_lists, limits.credentials) == (100, 100, 1000)
    assert (limits.access_lists, limits.addresses, limits.mapped_lists) == (1000, 100, 100)


@pytest.mark.rule("most-domains")
@BOTH
def test_the_hundred_and_first_domain_is_refused(make: Make, profile: Profile) -> None:
    bench = make(profile)
    for number in range(100):
        bench.store.domains.create(ACCOUNT, f"d{number}.sip.twilio.com", now=EPOCH)
    assert bench.post("/SIP/Domains.json", 400, DomainName=ACME)["code"] == 21230


@pytest.mark.rule("sid-prefixes", "rest-dates", "rest-manners", "mapping-sid")
def test_each_kind_has_its_letters_and_the_dates_of_mail(make: Make) -> None:
    bench = make(OBSERVED)
    domain = bench.post("/SIP/Domains.json", 201, DomainName=ACME, VoiceUrl="http://app.test/voice")
    staff = bench.post("/SIP/CredentialLists.json", 201, FriendlyName="staff")
    office = bench.post("/SIP/IpAccessControlLists.json", 201, FriendlyName="office")
    alice = bench.post(
        f"/SIP/CredentialLists/{staff['sid']}/Credentials.json", 201, Username="alice", Password=PASSWORD
    )
    desk = bench.post(
        f"/SIP/IpAccessControlLists/{office['sid']}/IpAddresses.json",
        201,
        FriendlyName="d",
        IpAddress="10.0.0.1",
    )
    path = f"/SIP/Domains/{domain['sid']}/Auth/Calls/CredentialListMappings.json"
    mapped = bench.post(path, 201, CredentialListSid=staff["sid"])
    queue = bench.post("/Queues.json", 201, FriendlyName="q")
    caller = Caller(bench, flow())
    caller.talk()
    recording = bench.post(f"/Calls/{bench.record.sid}/Recordings.json", 201)
    found = [domain, staff, office, alice, desk, queue, recording]
    assert [each["sid"][:2] for each in found] == ["SD", "CL", "AL", "CR", "IP", "QU", "RE"]
    assert {len(each["sid"]) for each in found} == {34}
    assert bench.record.sid[:2] == "CA"
    assert mapped["sid"] == staff["sid"]
    assert domain["date_created"] == domain["date_updated"] == "Thu, 01 Jan 2026 00:00:00 +0000"
    assert bench.read("/SIP/Domains")["domains"] == [
        {**domain, "auth_type": "CREDENTIAL_LIST"},
    ]


@pytest.mark.rule("rest-headers", "rest-errors")
def test_an_error_stands_in_the_body_and_in_a_header_field(make: Make) -> None:
    bench = make()
    path = f"/2010-04-01/Accounts/{ACCOUNT}/SIP/Domains/SD{'0' * 32}.json"
    response = bench.api.handle(RestRequest("GET", path, authorization=LOGIN), EPOCH)
    assert (response.status, json.loads(response.body)) == (
        404,
        {
            "code": 20404,
            "message": f"The requested resource {path} was not found",
            "more_info": "https://www.twilio.com/docs/errors/20404",
            "status": 404,
        },
    )
    names = ("X-Twilio-Error-Code", "X-Home-Region", "X-API-Domain", "Twilio-Request-Duration")
    assert [response.header(name) for name in names] == ["20404", "us1", "api.twilio.com", "0.000"]
    assert (response.header("Twilio-Request-Id") or "")[:2] == "RQ"


@pytest.mark.rule("registrations-and-auth-type")
def test_a_list_for_registrations_leaves_auth_type_alone(make: Make) -> None:
    bench = make()
    domain = bench.domain(users=None, sip_registration=True)
    staff = bench.post("/SIP/CredentialLists.json", 201, FriendlyName="staff")
    here = f"/SIP/Domains/{domain.sid}"
    bench.post(f"{here}/Auth/Registrations/CredentialListMappings.json", 201, CredentialListSid=staff["sid"])
    assert bench.read(f"{here}.json")["auth_type"] == ""


@pytest.mark.rule("domain-taken", "domain-refused")
@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("ACME.sip.twilio.com", 21232, "Domain ACME.sip.twilio.com already exists."),
        ("acme.example.com", 21231, "Invalid Domain Name"),
        ("a.b.sip.twilio.com", 21232, "Cannot create subdomain because the parent domain does not exist"),
    ],
)
def test_a_domain_that_cannot_be_is_refused_in_the_services_words(
    make: Make, name: str, code: int, message: str
) -> None:
    bench = make()
    bench.domain()
    refused = bench.post("/SIP/Domains.json", 400, DomainName=name)
    assert (refused["code"], refused["message"][: len(message)]) == (code, message)


@pytest.mark.rule("rest-unknown-parameters", "any-prefix", "whole-addresses", "prefixes")
@pytest.mark.parametrize(("given", "kept"), [({}, 32), ({"CidrPrefixLength": "0"}, 0), ({"Cidr": "8"}, 32)])
def test_an_address_stands_for_itself_unless_a_prefix_is_given(
    make: Make, given: dict[str, str], kept: int
) -> None:
    bench = make()
    office = bench.post("/SIP/IpAccessControlLists.json", 201, FriendlyName="office")
    path = f"/SIP/IpAccessControlLists/{office['sid']}/IpAddresses.json"
    made = bench.post(path, 201, FriendlyName="d", IpAddress="10.0.0.1", **given)
    assert (made["ip_address"], made["cidr_prefix_length"]) == ("10.0.0.1", kept)
    assert bench.post(path, 400, FriendlyName="d", IpAddress="10.0.0.*")["code"] == 21238
