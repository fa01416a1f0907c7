"""Each SIP operation by itself: what it answers, and what is there afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sipdomain.twilio.rest import RestResponse
from sipdomain.twilio.rest.registry import RESOURCES
from sipdomain.twilio.rest.resource import Resource

Ask = Callable[..., RestResponse]

# Of each resource: what makes one, what changes it, and which property shows the change.
FORMS: dict[str, tuple[dict[str, str], dict[str, str], dict[str, Any]]] = {
    "Domains": (
        {"DomainName": "acme.sip.twilio.com"},
        {"VoiceUrl": "https://app.example/voice"},
        {"voice_url": "https://app.example/voice"},
    ),
    "CredentialLists": ({"FriendlyName": "staff"}, {"FriendlyName": "crew"}, {"friendly_name": "crew"}),
    "Credentials": (
        {"Username": "alice", "Password": "Correct-Horse-42"},
        {"Password": "Another-Horse-43"},
        {},
    ),
    "IpAccessControlLists": ({"FriendlyName": "office"}, {"FriendlyName": "home"}, {"friendly_name": "home"}),
    "IpAddresses": (
        {"FriendlyName": "PBX", "IpAddress": "127.0.0.10"},
        {"CidrPrefixLength": "8"},
        {"cidr_prefix_length": 8},
    ),
    "IpAccessControlListMappings": ({"IpAccessControlListSid": "{AL}"}, {}, {}),
    "CredentialListMappings": ({"CredentialListSid": "{CL}"}, {}, {}),
}
OPERATIONS = [
    pytest.param(resource, operation, id=f"{operation} {resource.path.partition('/SIP/')[2]}")
    for resource in RESOURCES
    if "/SIP/" in resource.path
    for operation in ("list", "create", "fetch", "update", "delete")
    if getattr(resource, operation) is not None
]


def read(response: RestResponse) -> Any:
    return json.loads(response.body)


@pytest.mark.parametrize(("resource", "operation"), OPERATIONS)
def test_an_operation_does_what_it_says(ask: Ask, resource: Resource[Any], operation: str) -> None:
    sids: dict[str, str] = {}
    for kind, path in (("SD", "Domains"), ("CL", "CredentialLists"), ("AL", "IpAccessControlLists")):
        # A resource that is not the one in question has another name.
        form = {"DomainName": "other.sip.twilio.com"} if kind == "SD" else {"FriendlyName": "other"}
        sids[kind] = read(ask("POST", f"/SIP/{path}.json", **form))["sid"]
    below, name = resource.path.partition("{AC}")[2].format(**sids), resource.path.rpartition("/")[2]
    create, update, changed = FORMS[name]
    before = read(ask("GET", f"{below}.json"))[resource.list_key]
    response = ask("POST", f"{below}.json", **{key: value.format(**sids) for key, value in create.items()})
    made = read(response)
    here = f"{below}/{made['sid']}.json"

    if operation == "create":
        assert response.status == 201
        assert read(ask("GET", here)) == made
    elif operation == "list":
        listed = ask("GET", f"{below}.json")
        assert (listed.status, read(listed)[resource.list_key]) == (200, [*before, made])
    elif operation == "fetch":
        fetched = ask("GET", here)
        assert (fetched.status, read(fetched)) == (200, made)
    elif operation == "update":
        updated = ask("POST", here, **update)
        assert (updated.status, read(updated)) == (200, {**made, **changed})
        assert read(ask("GET", here)) == {**made, **changed}
    else:
        assert (ask("DELETE", here).status, ask("GET", here).status) == (204, 404)
        assert read(ask("GET", f"{below}.json"))[resource.list_key] == before
