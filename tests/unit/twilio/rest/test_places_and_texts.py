"""What is asked of a place that is not there, in bytes that are no text, or of a URL that may not be."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from sipdomain.twilio.rest import RestApi, RestRequest, RestResponse
from sipdomain.twilio.rest.registry import RESOURCES
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallRecord, CallStore

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "0123456789abcdef0123456789abcdef"
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
LOGIN = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
NESTED = [each for each in RESOURCES if each.path.count("{") > 1]
Ask = Callable[..., RestResponse]


def read(response: RestResponse) -> Any:
    return json.loads(response.body)


def placed(path: str, sid: str) -> str:
    """Return a resource's path with a SID in each place, the account's first."""
    parts = [
        ACCOUNT if part == "{AC}" else part.strip("{}") + sid if part[0] == "{" else part
        for part in path.split("/")
    ]
    return f"/2010-04-01/{'/'.join(parts)}"


@pytest.mark.parametrize("path", [each.path for each in NESTED])
@pytest.mark.parametrize(
    "form", [{}, {"Nonsense": "1", "Username": "", "CidrPrefixLength": "many", "Status": "?"}]
)
def test_below_what_is_not_there_nothing_is_found_or_made(ask: Ask, path: str, form: dict[str, str]) -> None:
    resource = next(each for each in NESTED if each.path == path)
    place = placed(path, "0" * 32)
    instance = f"{place}/{'CR' + '0' * 32}"
    asked = [
        ("GET", f"{place}.json", resource.list is not None),
        ("POST", f"{place}.json", resource.create is not None),
        ("GET", f"{instance}.json", resource.fetch is not None),
        ("POST", f"{instance}.json", resource.update is not None),
        ("DELETE", f"{instance}.json", resource.delete is not None),
    ]
    for method, target, there in asked:
        response = ask(method, target, whole=True, **(form if method == "POST" else {}))
        if there:
            assert (response.status, read(response)["code"]) == (404, 20404), (method, target)
            assert read(response)["message"] == f"The requested resource {target} was not found"


@pytest.mark.parametrize(
    "resource", [each for each in RESOURCES if each.update is not None], ids=lambda each: each.path
)
def test_what_is_not_there_is_not_found_whatever_it_was_to_become(ask: Ask, resource: Any) -> None:
    wrong = {
        "MaxSize": "many",
        "Secure": "perhaps",
        "VoiceUrl": "ftp://x",
        "Status": "?",
        "FriendlyName": " ",
        "TimeLimit": "-1",
    }
    response = ask("POST", f"{placed(resource.path, '0' * 32)}/XX{'0' * 32}.json", whole=True, **wrong)
    assert (response.status, read(response)["code"]) == (404, 20404)


# --- bytes that are no text ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "status", "said"),
    [
        (RestRequest("POST", f"{BASE}/Queues.json", form=(("FriendlyName", "a\udcff"),)), 415, "The body"),
        (RestRequest("POST", f"{BASE}/Queues.json", form=(("\udce9", "1"),)), 415, "The body"),
        (RestRequest("GET", f"{BASE}/Queues.json", query=(("PageSize", "\udcff"),)), 400, "The query"),
        (RestRequest("GET", f"{BASE}/Queues.json", query=(("\udcff", ""),)), 400, "The query"),
        (RestRequest("GET", f"{BASE}/Queues/\udcff.json"), 400, "The path"),
        (RestRequest("DELETE", f"{BASE}/Queues/\ud800.json"), 400, "The path"),
        (RestRequest("GET", "/\udcff"), 400, "The path"),
    ],
)
def test_bytes_that_are_no_utf_8_are_refused(
    api: RestApi, request_: RestRequest, status: int, said: str
) -> None:
    named = RestRequest(
        request_.method, request_.path, query=request_.query, form=request_.form, authorization=LOGIN
    )
    response = api.handle(named, 0.0)
    assert (response.status, read(response)["code"]) == (status, 0)
    assert read(response)["message"] == f"{said} must be in UTF-8"
    assert api.handle(request_, 0.0).status == 401


# --- texts ---------------------------------------------------------------------------------------------------

CALL = "/Calls.json To=sip:a@127.0.0.1&From=b&Url=http://a.test"


@pytest.mark.parametrize(
    ("asked", "code", "message"),
    [
        ("/Queues.json FriendlyName=q&MaxSize=-152", 20422, "MaxSize must be from 1 to 5000 (got -152)"),
        ("/Queues.json FriendlyName=q&MaxSize=0", 20422, "MaxSize must be from 1 to 5000 (got 0)"),
        ("/Queues.json FriendlyName=q&MaxSize=1.5", 20422, "MaxSize must be a whole number (got '1.5')"),
        ("/Queues.json FriendlyName=q&MaxSize=--1", 20422, "MaxSize must be a whole number (got '--1')"),
        ("/OutgoingCallerIds.json CallDelay=-1", 21454, "CallDelay must be from 0 to 60 seconds (got -1)"),
        (f"{CALL}&Timeout=-3", 21208, "Timeout must be from 1 to 600 seconds (got -3)"),
        (f"{CALL}&TimeLimit=-3", 20422, "TimeLimit must be at least 0 (got -3)"),
        ("/Queues.json?PageSize=-1", 20422, "PageSize must be at least 1 (got -1)"),
        ("/Queues.json?PageSize=0", 20422, "PageSize must be at least 1 (got 0)"),
        ("/Queues.json?Page=-7", 20422, "Page must be at least 0 (got -7)"),
        ("/Notifications.json?Log=-1", 20422, "Log must be at least 0 (got -1)"),
        (
            "/SIP/Domains.json DomainName=a.sip.twilio.com&FriendlyName=+",
            21231,
            "FriendlyName must not be blank",
        ),
        ("/SIP/CredentialLists.json FriendlyName=%09", 21240, "FriendlyName must not be blank"),
        ("/SIP/CredentialLists.json x=y", 21240, "FriendlyName is required"),
        ("/SIP/IpAccessControlLists.json FriendlyName=+", 21235, "FriendlyName must not be blank"),
        ("/Queues.json FriendlyName=+", 20002, "FriendlyName must not be blank"),
    ],
)
def test_a_text_names_what_is_wrong(ask: Ask, asked: str, code: int, message: str) -> None:
    path, posted, form = asked.partition(" ")
    response = ask("POST" if posted else "GET", path, **dict(parse_qsl(form)))
    assert (response.status, read(response)["code"], read(response)["message"]) == (400, code, message)


def test_a_blank_name_of_a_domain_is_refused_and_an_empty_one_takes_the_name_away(
    ask: Ask, store: Store
) -> None:
    domain = store.domains.create(ACCOUNT, "a.sip.twilio.com", friendly_name="A", now=0.0)
    path = f"/SIP/Domains/{domain.sid}.json"
    refused = ask("POST", path, FriendlyName=" ")
    assert (refused.status, read(refused)["code"], read(refused)["message"]) == (
        400,
        21231,
        "FriendlyName must not be blank",
    )
    assert read(ask("GET", path))["friendly_name"] == "A"
    assert read(ask("POST", path, FriendlyName=""))["friendly_name"] is None


# --- hosts with an underscore --------------------------------------------------------------------------------

BAD = "https://my_app.test/hook"


@pytest.mark.rule("no-underscore-in-hosts")
@pytest.mark.parametrize(
    ("path", "form", "name", "code"),
    [
        ("/SIP/Domains.json", {"DomainName": "a.sip.twilio.com"}, "VoiceUrl", 21205),
        ("/SIP/Domains.json", {"DomainName": "a.sip.twilio.com"}, "VoiceFallbackUrl", 21205),
        ("/SIP/Domains.json", {"DomainName": "a.sip.twilio.com"}, "VoiceStatusCallbackUrl", 21205),
        ("/Calls.json", {"To": "sip:a@127.0.0.1", "From": "b"}, "Url", 21205),
        ("/Calls.json", {"To": "sip:a@127.0.0.1", "From": "b", "Twiml": "<Response/>"}, "FallbackUrl", 21205),
        (
            "/Calls.json",
            {"To": "sip:a@127.0.0.1", "From": "b", "Twiml": "<Response/>"},
            "StatusCallback",
            21205,
        ),
        ("/Calls/{CA}.json", {"Status": "completed"}, "StatusCallback", 21205),
        ("/Calls/{CA}/Recordings.json", {}, "RecordingStatusCallback", 21205),
        ("/IncomingPhoneNumbers.json", {"AreaCode": "415"}, "VoiceUrl", 21402),
        ("/IncomingPhoneNumbers.json", {"AreaCode": "415"}, "SmsUrl", 21402),
        ("/OutgoingCallerIds.json", {"PhoneNumber": "+15005550010"}, "StatusCallback", 21456),
    ],
)
@pytest.mark.parametrize(
    "url", [BAD, "http://a.b_c.test:8080/", "http://user:pass@_dmarc.test/x#rt=500", "http://A%5FB.test/"]
)
def test_a_webhook_s_host_has_no_underscore(
    ask: Ask, calls: CallStore, path: str, form: dict[str, str], name: str, code: int, url: str
) -> None:
    """https://www.twilio.com/docs/voice/twiml: underscores are not permitted in the host names of callback URLs."""
    sid = "CA" + "1" * 32
    calls.add(
        CallRecord(
            sid=sid, account_sid=ACCOUNT, domain_sid="", to="sip:1@a", from_="sip:2@a", sip_call_id="x",
            created_at=0.0, status="in-progress",
        )
    )  # fmt: skip
    response = ask("POST", path.format(CA=sid), **form, **{name: url})
    assert (response.status, read(response)["code"]) == (400, code)
    assert read(response)["message"] == f"{name} must not have an underscore in its host name: {url!r}"


@pytest.mark.parametrize("url", ["http://app.test/my_hook?a_b=1", "http://my_user:p_w@app.test/"])
def test_an_underscore_elsewhere_in_a_url_is_fine(ask: Ask, url: str) -> None:
    made = ask("POST", "/SIP/Domains.json", DomainName="a.sip.twilio.com", VoiceUrl=url)
    assert (made.status, read(made)["voice_url"]) == (201, url)
