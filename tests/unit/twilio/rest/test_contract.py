"""The schemas of the API: one a resource, and able to find an answer wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from sipdomain.twilio.rest import RestApi, RestRequest, RestResponse
from sipdomain.twilio.rest.registry import MONITOR_RESOURCES, RESOURCES, VOICE_RESOURCES
from sipdomain.twilio.store import Store
from tests.unit.twilio.bench import ACCOUNT, Bench
from tests.unit.twilio.contract import FOLDER, SCHEMAS, BrokenContractError, check
from tests.unit.twilio.rest.conftest import NOW

DOMAINS = f"/2010-04-01/Accounts/{ACCOUNT}/SIP/Domains"
TYPES = ("Content-Type", "application/json")
LISTED = RestRequest("GET", f"{DOMAINS}.json")
FETCHED = RestRequest("GET", f"{DOMAINS}/SD{'0' * 32}.json")


def test_each_resource_has_a_schema_and_each_schema_a_resource() -> None:
    assert sorted(SCHEMAS) == sorted(each.path for each in (*RESOURCES, *MONITOR_RESOURCES, *VOICE_RESOURCES))


@pytest.mark.parametrize("file", sorted(FOLDER.iterdir()), ids=lambda file: file.stem)
def test_a_schema_is_a_schema_and_lets_nothing_more_in(file: Any) -> None:
    document = yaml.safe_load(file.read_text("utf-8"))
    Draft202012Validator.check_schema(document)
    for name, part in document["$defs"].items():
        Draft202012Validator.check_schema(part)
        if "properties" in part and not (file.stem == "common" and name.endswith("page")):
            closed = part.get("additionalProperties", part.get("unevaluatedProperties"))
            assert closed is False, f"{name} lets other properties in"


def test_the_schema_of_a_resource_has_what_its_operations_answer() -> None:
    for each in (*RESOURCES, *MONITOR_RESOURCES, *VOICE_RESOURCES):
        parts = yaml.safe_load((FOLDER / SCHEMAS[each.path]).read_text("utf-8"))["$defs"]
        assert ("page" in parts) == (each.list is not None), each.path
        assert ("instance" in parts) == each.has_instances, each.path
        assert parts.get("page", {"required": [""]})["required"] == [each.list_key], each.path


@pytest.fixture
def domain(api: RestApi, store: Store, ask: Callable[..., RestResponse]) -> dict[str, Any]:
    """A domain as it is told."""
    sid = store.domains.create(ACCOUNT, "acme.sip.twilio.com", now=NOW).sid
    told: dict[str, Any] = json.loads(ask("GET", f"/SIP/Domains/{sid}.json").body)
    return told


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"sid": "CL" + "0" * 32}, "$.sid: "),
        ({"sid": None}, "$.sid: None is not of type 'string'"),
        ({"secure": "false"}, "$.secure: 'false' is not of type 'boolean'"),
        ({"date_created": "2015-07-20T17:27:10Z"}, "$.date_created: "),
        ({"date_created": "Mon, 20 Jul 2015 17:27:10 GMT"}, "$.date_created: "),
        ({"uri": "http://127.0.0.1/2010-04-01/Accounts.json"}, "$.uri: "),
        ({"voice_url": "voice"}, "$.voice_url: "),
        ({"voice_method": "PUT"}, "$.voice_method: "),
        ({"auth_type": "IP_ACL,CREDENTIAL_LIST"}, "$.auth_type: "),
        ({"subresource_uris": {}}, "'credential_list_mappings' is a required property"),
        ({"region": "us1"}, "('region' was unexpected)"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_instance_is_found(domain: dict[str, Any], change: dict[str, Any], complaint: str) -> None:
    check(FETCHED, RestResponse(200, (TYPES,), json.dumps(domain).encode()))
    wrong = json.dumps({**domain, **change}).encode()
    with pytest.raises(BrokenContractError) as found:
        check(FETCHED, RestResponse(200, (TYPES,), wrong))
    assert complaint in str(found.value)
    assert str(found.value).startswith(f"GET {FETCHED.path}: domains.yaml: ")


def test_a_property_that_is_left_out_is_found(domain: dict[str, Any]) -> None:
    del domain["byoc_trunk_sid"]
    with pytest.raises(BrokenContractError, match="'byoc_trunk_sid' is a required property"):
        check(FETCHED, RestResponse(200, (TYPES,), json.dumps(domain).encode()))


@pytest.mark.parametrize("change", [{"end": None}, {"next_page_uri": ""}, {"meta": {}}, {"domains": [{}]}])
def test_a_wrong_page_is_found(ask: Callable[..., RestResponse], change: dict[str, Any]) -> None:
    told = ask("GET", "/SIP/Domains.json")
    wrong = json.dumps({**json.loads(told.body), **change}).encode()
    with pytest.raises(BrokenContractError, match=r"domains\.yaml"):
        check(LISTED, replace(told, body=wrong))


@pytest.mark.parametrize(
    "change",
    [{"code": 0}, {"code": 404}, {"status": 400}, {"message": ""}, {"more_info": None}, {"details": {}}],
    ids=str,
)
def test_a_wrong_refusal_is_found(ask: Callable[..., RestResponse], change: dict[str, Any]) -> None:
    told = ask("GET", f"/SIP/Domains/SD{'0' * 32}.json")
    assert told.status == 404
    wrong = json.dumps({**json.loads(told.body), **change}).encode()
    with pytest.raises(BrokenContractError):
        check(FETCHED, replace(told, body=wrong))


def test_a_status_that_the_operation_does_not_have_is_found(domain: dict[str, Any]) -> None:
    with pytest.raises(BrokenContractError, match="201"):
        check(FETCHED, RestResponse(201, (TYPES,), json.dumps(domain).encode()))


@pytest.mark.parametrize(
    "answer",
    [
        RestResponse(204, (TYPES,)),
        RestResponse(204, (), b"{}"),
        RestResponse(200, (("Content-Type", "audio/x-wav"),), b"RIFF"),
        RestResponse(200, (("Content-Type", "text/html"),), late=bytes),
        RestResponse(200, (("Content-Type", "text/html"),), b"<html>"),
    ],
    ids=["typed-204", "full-204", "audio-at-once", "late-text", "text"],
)
def test_only_audio_and_204_have_no_schema(answer: RestResponse) -> None:
    with pytest.raises(BrokenContractError):
        check(FETCHED, answer)


def test_an_answer_where_no_resource_is_is_found() -> None:
    with pytest.raises(BrokenContractError, match="no resource answers this"):
        check(RestRequest("GET", "/2010-04-01/Nothing.json"), RestResponse(200, (TYPES,), b"{}"))


def test_the_bench_asks_the_checked_api(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RestApi, "handle", lambda *_: RestResponse(201, (TYPES,), b"{}"))
    with pytest.raises(BrokenContractError, match=r"calls\.yaml"):
        bench.post("/Calls.json", 201)
