"""One account, an empty store, and three ways to ask: the API itself, a short form of it, and the SDK."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest

from sipdomain.runtime.sdk import in_process_client
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest import RestApi, RestRequest, RestResponse
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallStore
from tests.unit.twilio.contract import CheckedApi

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "0123456789abcdef0123456789abcdef"
NOW = 1437413230.0  # Mon, 20 Jul 2015 17:27:10 +0000


@pytest.fixture
def store() -> Store:
    store = Store(Ids(random.Random(7)))
    store.accounts.create(sid=ACCOUNT, auth_token=TOKEN, friendly_name="Main", now=NOW)
    return store


@pytest.fixture
def calls() -> CallStore:
    return CallStore()


@pytest.fixture
def api(store: Store, calls: CallStore) -> RestApi:
    return CheckedApi(store, calls, Ids(random.Random(8)))


@pytest.fixture
def client(api: RestApi) -> Any:
    return in_process_client(ACCOUNT, TOKEN, lambda request: api.handle(request, NOW))


@pytest.fixture
def ask(api: RestApi) -> Callable[..., RestResponse]:
    """Ask with the right credentials: `ask("GET", "/SIP/Domains.json?PageSize=2")`, below the account."""

    def ask(method: str, path: str, /, *, whole: bool = False, **form: str) -> RestResponse:
        target, _, query = path.partition("?")
        request = RestRequest(
            method,
            target if whole else f"/2010-04-01/Accounts/{ACCOUNT}{target}",
            query=tuple(parse_qsl(query, keep_blank_values=True)),
            form=tuple(form.items()),
            authorization="Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode(),
            content_type="application/x-www-form-urlencoded" if method == "POST" else "",
        )
        return api.handle(request, NOW)

    return ask


@pytest.fixture
def log_in(api: RestApi) -> Callable[[str, str], Any]:
    """Return a client that has other credentials."""
    return lambda user, password: in_process_client(user, password, lambda asked: api.handle(asked, NOW))
