"""Guessing the tokens of the REST API and of the control API is slowed per source, whoever exists."""

from __future__ import annotations

import base64
import json
import random

import pytest

from sipdomain.runtime.http.gate import Asking, Gate
from sipdomain.twilio.admission.password_guesses import Guesses
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.rest import RestApi, RestRequest, RestResponse
from tests.unit.twilio.bench import ACCOUNT, EPOCH, TOKEN, Bench

STRANGER = "203.0.113.66"


def api() -> RestApi:
    bench = Bench()
    return RestApi(bench.store, bench.calls, Ids(random.Random(9)))


def ask(api: RestApi, sid: str, token: str, *, client: str = STRANGER, at: float = 0.0) -> RestResponse:
    """List domains with somebody's credentials."""
    given = "Basic " + base64.b64encode(f"{sid}:{token}".encode()).decode()
    path = f"/2010-04-01/Accounts/{ACCOUNT}/SIP/Domains.json"
    return api.handle(RestRequest("GET", path, authorization=given, client=client), EPOCH + at)


@pytest.mark.parametrize("sid", [ACCOUNT, f"AC{7:032x}", f"SK{7:032x}", "", "x" * 1_000])
def test_guessing_an_auth_token_is_slowed_after_fifty_failures_whoever_exists(sid: str) -> None:
    rest = api()
    told = [ask(rest, sid, f"wrong-{number}", at=0.5 * number) for number in range(400)]

    statuses = [each.status for each in told]
    assert statuses[:50] == [401] * 50
    assert statuses[50] == 429
    # Pauses of 1, 2, 4, 8, 16 and then 32 seconds: of 175 s that remain.
    assert statuses[50:].count(401) == 9
    assert json.loads(told[50].body)["code"] == 20429
    assert dict(told[50].headers)["Retry-After"] == "1"


def test_a_right_token_is_not_looked_at_meanwhile_and_other_sources_are_not_touched() -> None:
    rest = api()
    for number in range(50):
        ask(rest, ACCOUNT, f"wrong-{number}")

    assert ask(rest, ACCOUNT, TOKEN).status == 429
    assert ask(rest, ACCOUNT, TOKEN, client="192.0.2.7").status == 200
    assert ask(rest, ACCOUNT, TOKEN, at=1.0).status == 200


def test_who_is_wrong_five_times_and_then_right_goes_on() -> None:
    rest = api()
    for _ in range(20):
        assert [ask(rest, ACCOUNT, "wrong", client="127.0.0.1").status for _ in range(5)] == [401] * 5
        assert ask(rest, ACCOUNT, TOKEN, client="127.0.0.1").status == 200


def test_who_asks_without_credentials_guesses_nothing() -> None:
    rest = api()
    path = f"/2010-04-01/Accounts/{ACCOUNT}.json"
    for _ in range(300):
        assert rest.handle(RestRequest("GET", path, client=STRANGER), EPOCH).status == 401
    assert ask(rest, ACCOUNT, TOKEN).status == 200


def bearing(gate: Gate, token: str, client: str = STRANGER, at: float = 0.0) -> int:
    """Return how the control API's gate answers a token; 200 when it lets pass."""
    authorization = f"Bearer {token}" if token else ""
    asking = Asking("GET", "pbx.example", authorization=authorization, client=client, at=at)
    refusal = gate.refusal(asking, "control")
    return 200 if refusal is None else refusal.status


def test_guessing_the_control_token_is_slowed_and_others_are_not() -> None:
    gate = Gate("secret", "0.0.0.0")
    statuses = [bearing(gate, f"wrong-{number}", at=0.5 * number) for number in range(400)]

    assert statuses[:51] == [401] * 50 + [429]
    assert statuses[50:].count(401) == 9
    assert bearing(gate, "secret", at=199.6) == 429
    assert bearing(gate, "secret", "192.0.2.7", at=199.6) == 200
    assert bearing(gate, "secret", at=240.0) == 200
    assert [bearing(gate, "", at=240.0) for _ in range(200)] == [401] * 200
    assert bearing(gate, "secret", at=240.0) == 200


def test_long_names_are_remembered_in_few_bytes() -> None:
    guesses = Guesses()
    for number in range(50):
        guesses.failed(STRANGER, "x" * 60_000, float(number))

    assert guesses.pause(STRANGER, "x" * 60_000, 49.0) == 1.0
    assert guesses.pause(STRANGER, "x" * 60_001, 49.0) == 0.0
    assert max(len(name) for _, name in guesses._known) == 33
