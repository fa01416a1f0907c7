"""The page of SIP operations names tests that exist, and that ask for what they are said to prove."""

from __future__ import annotations

import importlib
import random
from functools import cache

import pytest

from sipdomain.runtime.sdk import in_process_client
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest import RestRequest, RestResponse
from sipdomain.twilio.rest.registry import RESOURCES
from sipdomain.twilio.rest.resource import VERSION
from sipdomain.twilio.rest.routes import Routes
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore
from tests.docs.operations import PROOFS, SipOperation, sip_operations
from tests.unit.twilio.contract import CheckedApi
from tests.unit.twilio.rest.conftest import ACCOUNT, NOW, TOKEN

ROUTES = Routes(RESOURCES)


def test_each_sip_resource_has_a_proof_and_each_proof_a_resource() -> None:
    known = [each.path.partition("/SIP/")[2] for each in RESOURCES if "/SIP/" in each.path]
    assert sorted(PROOFS) == sorted(known)


def test_the_page_has_all_forty_five_operations_once() -> None:
    told = [(each.method, each.path) for each in sip_operations()]
    assert (len(told), len(set(told))) == (45, 45)
    assert ("POST", "/2010-04-01/Accounts/{AC}/SIP/Domains/{SD}.json") in told
    assert ("DELETE", "/2010-04-01/Accounts/{AC}/SIP/CredentialLists/{CL}/Credentials/{CR}.json") in told


@pytest.mark.parametrize("operation", sip_operations(), ids=lambda each: f"{each.method}{each.path[25:-5]}")
def test_an_operation_is_asked_for_by_the_test_that_proves_it(operation: SipOperation) -> None:
    path = operation.path
    parts = path.removeprefix(f"/{VERSION}/").removesuffix(".json").split("/")
    found = ROUTES.find(parts)
    assert found is not None
    resource, _, sid = found
    assert operation.is_emulated
    assert (operation.method, resource.path, sid != "") in asked_by(operation.proof.test)


@cache
def asked_by(test: str) -> frozenset[tuple[str, str, bool]]:
    """Play a test, and return what it asked that was not refused: method, resource, whether one instance."""
    file, _, name = test.partition("::")
    module = importlib.import_module(f"tests.unit.twilio.rest.{file.removesuffix('.py')}")
    store = Store(Ids(random.Random(7)))
    store.accounts.create(sid=ACCOUNT, auth_token=TOKEN, now=NOW)
    api = CheckedApi(store, CallStore(), Ids(random.Random(8)))
    asked = set()

    def answer(request: RestRequest) -> RestResponse:
        response = api.handle(request, NOW)
        found = ROUTES.find(request.path.removeprefix(f"/{VERSION}/").removesuffix(".json").split("/"))
        if found is not None and response.status < 300:
            asked.add((request.method, found[0].path, found[2] != ""))
        return response

    getattr(module, name)(in_process_client(ACCOUNT, TOKEN, answer))
    return frozenset(asked)
