"""The common manners of the API: methods, paths, bodies, parameters, and who is turned away how."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from sipdomain.twilio.rest import RestApi, RestRequest, RestResponse
from sipdomain.twilio.store import Store

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "0123456789abcdef0123456789abcdef"
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
FORM = "application/x-www-form-urlencoded"
LOGIN = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
Ask = Callable[..., RestResponse]


def read(response: RestResponse) -> Any:
    return json.loads(response.body)


# --- methods -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "allow"),
    [
        (".json", "GET, POST, HEAD, OPTIONS"),
        ("/Calls.json", "GET, POST, HEAD, OPTIONS"),
        ("/Calls/CA1.json", "GET, POST, DELETE, HEAD, OPTIONS"),
        ("/Queues.json", "GET, POST, HEAD, OPTIONS"),
        ("/Queues/QU1.json", "GET, POST, DELETE, HEAD, OPTIONS"),
        ("/Queues/QU1/Members.json", "GET, HEAD, OPTIONS"),
        ("/Queues/QU1/Members/Front.json", "GET, POST, HEAD, OPTIONS"),
        ("/SIP/Domains/SD1/CredentialListMappings/CL1.json", "GET, DELETE, HEAD, OPTIONS"),
        ("/IncomingPhoneNumbers/Local.json", "GET, POST, HEAD, OPTIONS"),
    ],
)
def test_a_resource_names_its_methods(ask: Ask, path: str, allow: str) -> None:
    told = ask("OPTIONS", path)
    assert (told.status, told.body, told.header("Allow")) == (204, b"", allow)
    for method in ("PUT", "PATCH", "TRACE", "BREW", "get"):
        refused = ask(method, path)
        assert (refused.status, refused.header("Allow")) == (405, allow)
        assert (read(refused)["code"], read(refused)["message"]) == (20004, "Method not allowed")


def test_head_is_answered_as_get_and_changes_nothing(ask: Ask, store: Store) -> None:
    queue = store.queues.create(ACCOUNT, "support", now=0.0).sid
    for path, status in {"/Queues.json": 200, f"/Queues/{queue}.json": 200, "/Queues/QU1.json": 404}.items():
        got, told = ask("GET", path), ask("HEAD", path)
        assert (told.status, told.body) == (status, got.body)
        assert told.header("Content-Type") == "application/json"


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "PUT"])
def test_no_method_is_answered_without_credentials(api: RestApi, method: str) -> None:
    response = api.handle(RestRequest(method, f"{BASE}/Queues.json"), 0.0)
    assert (response.status, response.header("Allow")) == (401, None)


# --- paths ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{BASE}/Queues.json", 200),
        (f"{BASE}/Queues", 200),
        (f"{BASE}/Queues/", 404),
        (f"{BASE}/Queues.json/", 404),
        (f"{BASE}/Queues.json.json", 404),
        (f"{BASE}/Queues.JSON", 404),
        (f"{BASE}/queues.json", 404),
        (f"{BASE.lower()}/Queues.json", 404),
        (f"{BASE.upper()}/Queues.json", 404),
        (f"/{BASE}/Queues.json", 404),
        (f"{BASE}//Queues.json", 404),
        (f"{BASE}/./Queues.json", 404),
        (f"{BASE}/SIP/../Queues.json", 404),
        (f"{BASE}/Queues.xml", 501),
        (f"{BASE}/Queues.csv", 501),
        (f"{BASE}/IncomingPhoneNumbers/Local.json", 200),
        (f"{BASE}/IncomingPhoneNumbers/local.json", 404),
        (f"{BASE}/IncomingPhoneNumbers/Local/PN1.json", 404),
        (f"{BASE}/IncomingPhoneNumbers/PN1/AssignedAddOns.json", 501),
        (f"{BASE}/IncomingPhoneNumbers/PN1/Nonsense.json", 404),
        (f"{BASE}/Conferences/CF1/Participants/CA1/Nonsense.json", 404),
        ("/2010-04-01/Accounts/.json", 404),
        ("/2010-04-02/Accounts.json", 404),
        ("/v1/Accounts.json", 404),
    ],
)
def test_a_path_means_what_it_says_letter_by_letter(ask: Ask, path: str, status: int) -> None:
    assert ask("GET", path, whole=True).status == status


@pytest.mark.parametrize(
    "sid",
    [
        "QU" + "0" * 32,
        "QU1",
        "AC" + "0" * 32,
        "QU" + "g" * 32,
        "0",
        "*",
        "QU\x00",
        "schlange",
        "'; DROP TABLE records; --",
        "Q" * 10_000,
    ],
)
def test_a_sid_that_is_unknown_or_none_is_not_found(ask: Ask, sid: str) -> None:
    response = ask("GET", f"/Queues/{sid}.json")
    assert (response.status, read(response)["code"]) == (404, 20404)
    assert read(response)["message"] == f"The requested resource {BASE}/Queues/{sid}.json was not found"


def test_what_is_not_emulated_says_what_is(ask: Ask) -> None:
    told = read(ask("GET", "/Addresses.json"))
    assert told["message"] == (
        "sipdomain does not emulate Addresses; it emulates Accounts, Applications, Calls, Conferences, "
        "IncomingPhoneNumbers, Keys, Notifications, OutgoingCallerIds, Queues, Recordings, SIP, SigningKeys"
    )


# --- bodies and parameters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content_type", "status", "said"),
    [
        (FORM, 201, ""),
        ("APPLICATION/X-WWW-FORM-URLENCODED", 201, ""),
        (f"{FORM};charset=utf-8", 201, ""),
        (f'{FORM}; charset="UTF-8"', 201, ""),
        (f"{FORM}; charset=us-ascii", 201, ""),
        (f"{FORM}; boundary=x; charset=utf8", 201, ""),
        (f"{FORM}; charset=iso-8859-1", 415, "The body must be in UTF-8 (got 'iso-8859-1')"),
        (f"{FORM}; charset=", 415, "The body must be in UTF-8 (got '')"),
        ("application/json", 415, f"The body must be {FORM} (got 'application/json')"),
        ("multipart/form-data; boundary=x", 415, f"The body must be {FORM} (got 'multipart/form-data')"),
        ("nonsense", 415, f"The body must be {FORM} (got 'nonsense')"),
        ("", 201, ""),
    ],
)
def test_a_body_must_be_a_form_in_utf_8(api: RestApi, content_type: str, status: int, said: str) -> None:
    request = RestRequest(
        "POST",
        f"{BASE}/Queues.json",
        form=(("FriendlyName", "support"),),
        authorization=LOGIN,
        content_type=content_type,
    )
    response = api.handle(request, 0.0)
    assert response.status == status
    assert read(response).get("message", "") == said


def test_a_body_that_is_too_large_changes_nothing(api: RestApi, store: Store) -> None:
    queue = store.queues.create(ACCOUNT, "support", now=0.0)
    for path in ("/Queues.json", f"/Queues/{queue.sid}.json"):
        request = RestRequest("POST", f"{BASE}{path}", authorization=LOGIN, body_too_large=True)
        response = api.handle(request, 0.0)
        assert (response.status, read(response)["code"]) == (413, 20413)
    assert store.queues.of(ACCOUNT) == [queue]


@pytest.mark.parametrize(
    ("pairs", "kept"),
    [
        ([("FriendlyName", "a"), ("FriendlyName", "b")], ("b", 1000)),
        ([("FriendlyName", "a"), ("FriendlyNames", "b"), ("friendlyname", "c")], ("a", 1000)),
        ([("FriendlyName", "a"), ("MaxSize", "")], ("a", 1000)),
        ([("FriendlyName", "a"), ("MaxSize", "7"), ("MaxSize", "")], ("a", 1000)),
        ([("FriendlyName", "Ünïcödé \N{SNOWMAN}")], ("Ünïcödé \N{SNOWMAN}", 1000)),
        ([("FriendlyName", "<a> & 'b'")], ("<a> & 'b'", 1000)),
    ],
)
def test_the_last_of_a_doubled_parameter_counts_and_an_unknown_one_does_not(
    api: RestApi, pairs: list[tuple[str, str]], kept: tuple[str, int]
) -> None:
    request = RestRequest("POST", f"{BASE}/Queues.json", form=tuple(pairs), authorization=LOGIN)
    made = read(api.handle(request, 0.0))
    assert (made["friendly_name"], made["max_size"]) == kept
    assert set(made) == {
        "sid",
        "account_sid",
        "friendly_name",
        "current_size",
        "max_size",
        "average_wait_time",
        "date_created",
        "date_updated",
        "uri",
    }


def test_the_query_of_a_post_is_not_looked_at(ask: Ask) -> None:
    refused = ask("POST", "/Queues.json?FriendlyName=support")
    assert (refused.status, read(refused)["code"]) == (400, 20002)


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("PageSize=1", 200, None),
        ("PageSize=1000", 200, None),
        ("PageSize=", 200, None),
        ("PageSize=0", 400, 20422),
        ("PageSize=-1", 400, 20422),
        ("PageSize=1.5", 400, 20422),
        ("PageSize=many", 400, 20422),
        ("PageSize=%D9%A1", 400, 20422),
        ("PageSize=1001", 400, 20007),
        ("PageSize=99999999999", 400, 20007),
        ("PageSize=" + "9" * 5000, 400, 20422),
        ("Page=0", 200, None),
        ("Page=7", 200, None),
        ("Page=", 200, None),
        ("Page=-1", 400, 20422),
        ("Page=first", 400, 20422),
        ("PageToken=", 200, None),
        ("PageToken=PA1", 200, None),
        ("PageToken=PB999999999999999999", 200, None),
        ("PageToken=nonsense", 400, 21481),
        ("PageToken=PA-1", 400, 21481),
        ("PageToken=PA" + "9" * 5000, 400, 21481),
        ("Nonsense=1", 200, None),
    ],
)
def test_a_page_is_asked_for_in_whole_numbers(ask: Ask, query: str, status: int, code: int | None) -> None:
    response = ask("GET", f"/Queues.json?{query}")
    assert (response.status, read(response).get("code")) == (status, code)


def test_a_page_past_the_end_is_empty(ask: Ask, store: Store) -> None:
    store.queues.create(ACCOUNT, "support", now=0.0)
    page = read(ask("GET", "/Queues.json?Page=7&PageSize=10"))
    assert (page["queues"], page["page"], page["start"], page["end"]) == ([], 7, 70, 70)
    assert page["next_page_uri"] is None
    assert page["previous_page_uri"] == f"{BASE}/Queues.json?PageSize=10&Page=6"


def test_an_empty_list_has_one_page_that_keeps_its_filters(ask: Ask) -> None:
    """https://github.com/twilio/twilio-oai, spec twilio_api_v2010, the example readEmpty of ListConference."""
    page = read(ask("GET", "/Conferences.json?Status=init&DateCreated%3C=2008-01-01&DateCreated>=2008-01-02"))
    place = (
        f"{BASE}/Conferences.json?Status=init&DateCreated%3C=2008-01-01&DateCreated%3E=2008-01-02"
        "&PageSize=50&Page=0"
    )
    assert page == {
        "conferences": [],
        "uri": place,
        "first_page_uri": place,
        "next_page_uri": None,
        "previous_page_uri": None,
        "page": 0,
        "page_size": 50,
        "start": 0,
        "end": 0,
    }


@pytest.mark.parametrize("name", ["DateCreated", "DateCreated<", "DateUpdated>"])
def test_a_filter_that_is_no_date_is_refused(ask: Ask, name: str) -> None:
    response = ask("GET", f"/Conferences.json?{name}=yesterday")
    assert (response.status, read(response)["code"]) == (400, 20422)


def test_an_empty_filter_is_none(ask: Ask, store: Store) -> None:
    store.queues.create(ACCOUNT, "support", now=0.0)
    store.numbers.buy(ACCOUNT, area_code="415", now=0.0)
    store.caller_ids.create(ACCOUNT, "+15005550010", now=0.0)
    for path, key in {
        "/IncomingPhoneNumbers.json?PhoneNumber=&FriendlyName=&Origin=": "incoming_phone_numbers",
        "/OutgoingCallerIds.json?PhoneNumber=&FriendlyName=": "outgoing_caller_ids",
    }.items():
        assert len(read(ask("GET", path))[key]) == 1
    accounts = read(ask("GET", "/2010-04-01/Accounts.json?FriendlyName=&Status=", whole=True))
    assert [each["sid"] for each in accounts["accounts"]] == [ACCOUNT]


# --- what an answer shows ------------------------------------------------------------------------------------


def test_a_secret_is_in_no_answer_but_the_one_that_makes_it(ask: Ask, store: Store) -> None:
    made = ask("POST", "/Keys.json", FriendlyName="app")
    sid, secret = read(made)["sid"], read(made)["secret"]
    kept = store.keys.fetch(ACCOUNT, sid)
    for answer in (
        ask("GET", "/Keys.json"),
        ask("GET", f"/Keys/{sid}.json"),
        ask("POST", f"/Keys/{sid}.json", FriendlyName="other"),
        ask("GET", "/SigningKeys.json"),
        ask("GET", f"/SigningKeys/{sid}.json"),
    ):
        assert answer.status == 200
        assert secret.encode() not in answer.body
        assert kept.secret_hash.encode() not in answer.body
        assert b"secret" not in answer.body
    assert kept.secret_hash.encode() not in made.body


def test_the_properties_are_those_of_the_providers_description(ask: Ask, store: Store) -> None:
    """https://github.com/twilio/twilio-oai, spec twilio_api_v2010, schemas api.v2010.account.*."""
    store.queues.create(ACCOUNT, "support", now=0.0)
    store.numbers.buy(ACCOUNT, area_code="415", now=0.0)
    store.caller_ids.create(ACCOUNT, "+15005550010", now=0.0)
    store.keys.create(ACCOUNT, now=0.0)

    def keys(path: str, list_key: str) -> str:
        return " ".join(sorted(read(ask("GET", path))[list_key][0]))

    assert keys("/Keys.json", "keys") == "date_created date_updated friendly_name sid"
    assert keys("/SigningKeys.json", "signing_keys") == "date_created date_updated friendly_name sid"
    assert keys("/Queues.json", "queues") == (
        "account_sid average_wait_time current_size date_created date_updated friendly_name max_size sid uri"
    )
    assert keys("/OutgoingCallerIds.json", "outgoing_caller_ids") == (
        "account_sid date_created date_updated friendly_name phone_number sid uri"
    )
    assert keys("/IncomingPhoneNumbers.json", "incoming_phone_numbers") == (
        "account_sid address_requirements address_sid api_version beta bundle_sid capabilities date_created "
        "date_updated emergency_address_sid emergency_address_status emergency_status friendly_name identity_sid "
        "origin phone_number sid sms_application_sid sms_fallback_method sms_fallback_url sms_method sms_url "
        "status status_callback status_callback_method trunk_sid type uri voice_application_sid "
        "voice_caller_id_lookup voice_fallback_method voice_fallback_url voice_method voice_receive_mode voice_url"
    )
    account = read(ask("GET", ".json"))
    assert " ".join(sorted(account)) == (
        "auth_token date_created date_updated friendly_name owner_account_sid sid status subresource_uris type uri"
    )


def test_a_server_says_how_long_an_answer_took(ask: Ask) -> None:
    told = ask("GET", "/Queues.json")
    assert told.header("Twilio-Request-Duration") == "0.000"
    timed = told.timed(0.01249)
    assert timed.header("Twilio-Request-Duration") == "0.012"
    assert [name for name, _ in timed.headers] == [name for name, _ in told.headers]
    assert (timed.status, timed.body) == (told.status, told.body)
