"""What holds for every request: who asks, for what, how, and how a refusal reads."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from sipdomain.twilio.rest import RestApi, RestRequest, RestResponse
from sipdomain.twilio.rest.registry import RESOURCES
from sipdomain.twilio.store import Store

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "0123456789abcdef0123456789abcdef"
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
Ask = Callable[..., RestResponse]


def basic(sid: str, token: str) -> str:
    return "Basic " + base64.b64encode(f"{sid}:{token}".encode()).decode()


def read(response: RestResponse) -> Any:
    return json.loads(response.body)


@pytest.mark.rule("rest-headers", "rest-manners")
def test_an_answer_bears_the_headers_of_the_cloud(ask: Ask) -> None:
    response = ask("POST", "/SIP/Domains.json", DomainName="acme.sip.twilio.com")

    assert response.status == 201
    assert response.header("content-type") == "application/json"
    request_id = response.header("Twilio-Request-Id")
    assert request_id is not None
    assert (request_id[:2], len(request_id)) == ("RQ", 34)
    assert response.header("Twilio-Request-Duration") == "0.000"
    assert response.header("X-Twilio-Error-Code") is None


@pytest.mark.rule("rest-manners")
def test_a_deletion_is_answered_with_nothing(ask: Ask) -> None:
    sid = read(ask("POST", "/SIP/Domains.json", DomainName="acme.sip.twilio.com"))["sid"]
    response = ask("DELETE", f"/SIP/Domains/{sid}.json")

    assert (response.status, response.body, response.header("Content-Type")) == (204, b"", None)


@pytest.mark.rule("rest-login", "rest-unauthorized")
@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        (None, "Authentication Error - No credentials provided"),
        ("", "Authentication Error - No credentials provided"),
        (basic(ACCOUNT, "wrong"), "Authenticate"),
        (basic("AC" + "9" * 32, TOKEN), "Authenticate"),
        (basic("", ""), "Authenticate"),
        ("Basic !!!", "Authenticate"),
        ("Basic //8=", "Authenticate"),
        ("Basic", "Authenticate"),
        (basic(ACCOUNT, TOKEN).replace("Basic", "Bearer"), "Authenticate"),
    ],
)
def test_without_the_right_credentials_nothing_is_shown(
    api: RestApi, authorization: str | None, message: str
) -> None:
    response = api.handle(RestRequest("GET", f"{BASE}.json", authorization=authorization), 0.0)

    assert response.status == 401
    assert response.header("WWW-Authenticate") == 'Basic realm="Twilio API"'
    assert response.header("X-Twilio-Error-Code") == "20003"
    assert read(response) == {
        "code": 20003,
        "message": message,
        "more_info": "https://www.twilio.com/docs/errors/20003",
        "status": 401,
    }


@pytest.mark.rule("rest-inactive-account")
def test_a_suspended_account_is_turned_away(ask: Ask, store: Store) -> None:
    store.accounts.update(ACCOUNT, status="suspended", now=0.0)

    response = ask("GET", "/SIP/Domains.json")
    assert (response.status, read(response)["code"]) == (403, 20005)


def test_a_subaccount_uses_its_own_credentials_or_its_parents(api: RestApi, store: Store, ask: Ask) -> None:
    sub = store.accounts.create(owner_sid=ACCOUNT, auth_token="sub-token", now=0.0)
    stranger = store.accounts.create(auth_token="stranger-token", now=0.0)

    def status(owner: str, sid: str, token: str) -> int:
        path = f"/2010-04-01/Accounts/{owner}/SIP/Domains.json"
        return api.handle(RestRequest("GET", path, authorization=basic(sid, token)), 0.0).status

    assert status(sub.sid, sub.sid, "sub-token") == 200
    assert status(sub.sid, ACCOUNT, TOKEN) == 200
    assert status(ACCOUNT, sub.sid, "sub-token") == 404
    assert status(sub.sid, stranger.sid, "stranger-token") == 404
    assert ask("GET", f"/2010-04-01/Accounts/{stranger.sid}.json", whole=True).status == 404
    assert ask("POST", f"/2010-04-01/Accounts/{sub.sid}.json", whole=True, Status="closed").status == 200
    own = ask("POST", ".json", Status="closed")
    assert (own.status, read(own)["code"]) == (400, 21477)


@pytest.mark.rule("rest-errors")
@pytest.mark.parametrize(
    "path",
    [
        "/SIP/Domains/SD00000000000000000000000000000009.json",
        "/SIP/Domains/x.json",
        "/SIP/Domains/SD1/Auth/Calls/CredentialListMappings.json",
        "/SIP/CredentialLists/CL1/Credentials.json",
        "/SIP/IpAccessControlLists/AL1/IpAddresses/IP1.json",
        "/SIP/Domains/SD1/Auth/Calls.json",
        "/SIP.json",
        "/Nonsense.json",
        "/Calls/CA1.json",
        "//Domains.json",
        "/SIP/Domains/",
    ],
)
def test_what_is_not_there_is_reported_by_its_path(ask: Ask, path: str) -> None:
    response = ask("GET", path)

    assert response.status == 404
    assert read(response) == {
        "code": 20404,
        "message": f"The requested resource {BASE}{path} was not found",
        "more_info": "https://www.twilio.com/docs/errors/20404",
        "status": 404,
    }


@pytest.mark.parametrize("path", ["/", "/2010-04-01", "/2010-04-01/", "/2008-08-01/Accounts.json", ""])
def test_outside_the_version_there_is_nothing(ask: Ask, path: str) -> None:
    assert ask("GET", path, whole=True).status == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PUT", "/SIP/Domains.json"),
        ("DELETE", "/SIP/Domains.json"),
        ("PATCH", "/SIP/Domains/SD1.json"),
        ("POST", "/SIP/Domains/SD1/CredentialListMappings/CL1.json"),
        ("DELETE", ".json"),
    ],
)
def test_a_method_that_a_resource_has_not_is_refused(ask: Ask, method: str, path: str) -> None:
    response = ask(method, path)

    assert (response.status, read(response)["code"], read(response)["message"]) == (
        405,
        20004,
        "Method not allowed",
    )


@pytest.mark.parametrize(
    ("method", "path", "message"),
    [
        ("GET", "/Messages.json", "sipdomain does not emulate Messages"),
        ("GET", "/Calls/CA1/Payments.json", "sipdomain does not emulate Payments"),
        ("GET", "/Recordings/RE1/Transcriptions.json", "sipdomain does not emulate Transcriptions"),
        ("POST", "/Addresses.json", "sipdomain does not emulate Addresses"),
        ("GET", "/SIP/Domains.xml", "answers in JSON only"),
    ],
)
def test_what_the_cloud_has_and_the_emulator_has_not_is_named(
    ask: Ask, method: str, path: str, message: str
) -> None:
    response = ask(method, path)

    assert response.status == 501
    assert message in read(response)["message"]
    assert (read(response)["code"], read(response)["status"]) == (0, 501)
    assert response.header("X-Twilio-Error-Code") is None


@pytest.mark.rule("rest-manners")
def test_a_path_without_json_is_answered_in_json_too(ask: Ask) -> None:
    ask("POST", "/SIP/Domains", DomainName="acme.sip.twilio.com")
    page = read(ask("GET", "/SIP/Domains"))

    assert [domain["domain_name"] for domain in page["domains"]] == ["acme.sip.twilio.com"]
    assert page["uri"] == f"{BASE}/SIP/Domains.json?PageSize=50&Page=0"


def test_a_body_must_be_a_form_of_reasonable_size(api: RestApi) -> None:
    def status(**more: Any) -> tuple[int, int]:
        request = RestRequest("POST", f"{BASE}/SIP/Domains.json", authorization=basic(ACCOUNT, TOKEN), **more)
        response = api.handle(request, 0.0)
        return response.status, read(response)["code"]

    assert status(content_type="application/json") == (415, 0)
    assert status(body_too_large=True) == (413, 20413)
    assert status(content_type="application/x-www-form-urlencoded; charset=utf-8") == (400, 21231)


@pytest.mark.rule("rest-unknown-parameters")
def test_unknown_parameters_are_ignored_and_the_last_of_a_doubled_one_counts(api: RestApi) -> None:
    response = api.handle(
        RestRequest(
            "POST",
            f"{BASE}/SIP/Domains.json",
            form=(("DomainName", "a.sip.twilio.com"), ("Nonsense", "1"), ("DomainName", "b.sip.twilio.com")),
            authorization=basic(ACCOUNT, TOKEN),
        ),
        0.0,
    )

    assert (response.status, read(response)["domain_name"]) == (201, "b.sip.twilio.com")


@pytest.mark.rule("list-errors")
@pytest.mark.parametrize(
    ("path", "form", "code", "message"),
    [
        ("/SIP/Domains.json", {}, 21231, "DomainName is required"),
        (
            "/SIP/Domains.json",
            {"DomainName": "a.sip.twilio.com", "Secure": "si"},
            21231,
            "Secure must be true",
        ),
        ("/SIP/Domains.json", {"DomainName": "a.sip.twilio.com", "VoiceUrl": "x"}, 21205, "VoiceUrl is not"),
        ("/SIP/CredentialLists.json", {}, 21240, "FriendlyName is required"),
        ("/SIP/IpAccessControlLists.json", {}, 21235, "FriendlyName is required"),
        ("/SIP/CredentialLists/{CL}/Credentials.json", {}, 21243, "Username is required"),
        ("/SIP/CredentialLists/{CL}/Credentials.json", {"Username": "a"}, 21243, "Password needs"),
        ("/SIP/IpAccessControlLists/{AL}/IpAddresses.json", {}, 21238, "FriendlyName is required"),
        (
            "/SIP/IpAccessControlLists/{AL}/IpAddresses.json",
            {"FriendlyName": "a", "IpAddress": "1.2.3.4", "CidrPrefixLength": "-1"},
            21238,
            "CidrPrefixLength must be from 0 to 32 (got -1)",
        ),
        ("/SIP/Domains/{SD}/CredentialListMappings.json", {}, 21231, "CredentialListSid is required"),
        (
            "/SIP/Domains/{SD}/Auth/Calls/IpAccessControlListMappings.json",
            {"IpAccessControlListSid": "CL1"},
            21231,
            "There is no list 'CL1'",
        ),
    ],
)
def test_a_parameter_that_is_missing_or_wrong_is_named(
    ask: Ask, store: Store, path: str, form: dict[str, str], code: int, message: str
) -> None:
    sids = {
        "SD": store.domains.create(ACCOUNT, "there.sip.twilio.com", now=0.0).sid,
        "CL": store.credential_lists.create(ACCOUNT, "staff", now=0.0).sid,
        "AL": store.access_lists.create(ACCOUNT, "office", now=0.0).sid,
    }
    response = ask("POST", path.format(**sids), **form)

    assert (response.status, read(response)["code"]) == (400, code)
    assert message in read(response)["message"]
    assert read(response)["more_info"] == f"https://www.twilio.com/docs/errors/{code}"


@pytest.mark.rule("password-never-told")
def test_no_answer_ever_has_a_password_or_its_hash(ask: Ask, store: Store) -> None:
    staff = store.credential_lists.create(ACCOUNT, "staff", now=0.0).sid
    path = f"/SIP/CredentialLists/{staff}/Credentials"
    made = ask("POST", f"{path}.json", Username="alice", Password="Correct-Horse-42")
    answers = [made, ask("GET", f"{path}.json"), ask("GET", f"{path}/{read(made)['sid']}.json")]

    for answer in answers:
        assert b"Correct-Horse-42" not in answer.body
        assert b"5a49086a5b778a07a6eb73fbc8d5c8fe" not in answer.body


@pytest.mark.rule("sip-resources", "sip-list-keys")
def test_the_properties_are_those_of_the_providers_description(ask: Ask, store: Store) -> None:
    """https://github.com/twilio/twilio-oai, spec twilio_api_v2010, schemas api.v2010.account.sip.*."""
    domain = store.domains.create(ACCOUNT, "acme.sip.twilio.com", now=0.0).sid
    staff = store.credential_lists.create(ACCOUNT, "staff", now=0.0).sid
    office = store.access_lists.create(ACCOUNT, "office", now=0.0).sid
    store.credential_lists.add(ACCOUNT, staff, "alice", password="Correct-Horse-42", now=0.0)
    store.access_lists.add(ACCOUNT, office, "PBX", "127.0.0.1", now=0.0)
    for list_sid in (staff, office):
        store.map_list(ACCOUNT, domain, list_sid, "calls", now=0.0)

    def keys(path: str, list_key: str) -> set[str]:
        return set(read(ask("GET", path))[list_key][0])

    always = {"sid", "account_sid", "date_created", "date_updated"}
    named = always | {"friendly_name", "uri", "subresource_uris"}
    voice = {
        f"voice_{key}"
        for kind in ("", "fallback_", "status_callback_")
        for key in (f"{kind}url", f"{kind}method")
    }
    assert keys("/SIP/Domains.json", "domains") == named | voice | {
        "domain_name",
        "auth_type",
        "api_version",
        "sip_registration",
        "emergency_calling_enabled",
        "secure",
        "byoc_trunk_sid",
        "emergency_caller_sid",
    }
    assert keys("/SIP/CredentialLists.json", "credential_lists") == named
    assert keys("/SIP/IpAccessControlLists.json", "ip_access_control_lists") == named
    assert keys(f"/SIP/CredentialLists/{staff}/Credentials.json", "credentials") == always | {
        "credential_list_sid",
        "username",
        "uri",
    }
    assert keys(f"/SIP/IpAccessControlLists/{office}/IpAddresses.json", "ip_addresses") == always | {
        "ip_access_control_list_sid",
        "friendly_name",
        "ip_address",
        "cidr_prefix_length",
        "uri",
    }
    here = f"/SIP/Domains/{domain}"
    older = always | {"friendly_name", "domain_sid", "uri"}
    assert keys(f"{here}/CredentialListMappings.json", "credential_list_mappings") == older
    assert keys(f"{here}/IpAccessControlListMappings.json", "ip_access_control_list_mappings") == older
    newer = always | {"friendly_name"}
    assert keys(f"{here}/Auth/Calls/CredentialListMappings.json", "contents") == newer
    assert keys(f"{here}/Auth/Calls/IpAccessControlListMappings.json", "contents") == newer


@pytest.mark.rule("sip-resources")
def test_forty_five_sip_operations_are_on_offer() -> None:
    operations = [
        (resource.path, operation)
        for resource in RESOURCES
        for operation in ("list", "create", "fetch", "update", "delete")
        if "/SIP/" in resource.path and getattr(resource, operation) is not None
    ]

    assert len(operations) == 45
