"""Faults of the REST API: which requests they strike, how often, and what is no fault."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from sipdomain.errors import SetupError
from sipdomain.twilio.rest import RestApi
from sipdomain.twilio.rest.faults import LONGEST_DELAY, MOST_FAULTS, RestFault, RestFaults, parse_faults

CALLS = "/2010-04-01/Accounts/AC1/Calls.json"


def struck(faults: RestFaults, times: int, method: str = "GET", path: str = CALLS) -> list[bool]:
    return [faults.strike(method, path) is not None for _ in range(times)]


def test_a_fault_strikes_by_path_and_method() -> None:
    faults = RestFaults()
    faults.set(0, (RestFault(path="/2010-04-01/Accounts/*/Calls*", method="POST", status=429),))
    assert struck(faults, 2, "POST") == [True, True]
    assert struck(faults, 1, "POST", "/2010-04-01/Accounts/AC1/Calls/CA1/Recordings.json") == [True]
    assert struck(faults, 1, "GET") == [False]
    assert struck(faults, 1, "POST", "/2010-04-01/Accounts/AC1/Queues.json") == [False]


def test_a_fault_strikes_so_often_and_then_no_more() -> None:
    faults = RestFaults()
    faults.set(0, (RestFault(status=503, times=2), RestFault(path="*/Calls.json", status=429)))
    found = [faults.strike("GET", CALLS) for _ in range(3)]
    assert [each.status if each else None for each in found] == [503, 503, 429]
    assert [each["struck"] for each in faults.shown()["faults"]] == [2, 1]


def test_the_same_seed_strikes_the_same_requests_whatever_befalls_others() -> None:
    half, other = (
        RestFault(path="*/Calls.json", probability=0.5, delay=1.0),
        RestFault(path="*/Queues.json", cut="before"),
    )
    one, two, three = RestFaults(), RestFaults(), RestFaults()
    one.set(7, (half,))
    two.set(7, (half, other))
    three.set(8, (half,))
    first = struck(one, 60)
    second = []
    for _ in range(60):
        second += struck(two, 1)
        struck(two, 1, path="/2010-04-01/Accounts/AC1/Queues.json")
    assert first == second
    assert 15 < sum(first) < 45
    assert struck(three, 60) != first


def test_no_faults_strike_nothing() -> None:
    faults = RestFaults()
    faults.set(0, (RestFault(status=429, probability=0.0),))
    assert struck(faults, 20) == [False] * 20
    faults.clear()
    assert faults.shown() == {"seed": 0, "faults": []}


def test_plain_values_are_read() -> None:
    seed, (fault,) = parse_faults(
        {"seed": 3, "faults": [{"path": "*", "status": 429, "retry_after": 2, "times": 1}]}
    )
    assert (seed, fault) == (3, RestFault(path="*", status=429, retry_after=2, times=1))
    assert parse_faults({}) == (0, ())


def test_the_example_of_the_page_is_read() -> None:
    page = (Path(__file__).parents[4] / "docs" / "reference" / "control-api.md").read_text("utf-8")
    (body,) = re.findall(r"rest-faults -d '(\{.*?\})'", page, re.DOTALL)
    seed, faults = parse_faults(json.loads(body))
    assert (seed, [each.status for each in faults]) == (1, [429, None, None])
    assert [(each.delay, each.cut, each.probability) for each in faults[1:]] == [
        (5.0, None, 0.2),
        (0.0, "after", 0.05),
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([], 'a mapping with "seed" and "faults" is needed'),
        ({"fault": []}, 'a mapping with "seed" and "faults" is needed'),
        ({"seed": "7"}, "seed must be a whole number"),
        ({"faults": {}}, "faults.: a list is needed here"),
        ({"faults": [{"status": 404}]}, "faults.0.status: `this` is not known here: needed is 429, 500 or 503"),
        ({"faults": [{"colour": "red", "status": 429}]}, "faults.0.colour: unknown key `colour`"),
        ({"faults": [{}]}, "faults.0: status, delay or cut is needed"),
        ({"faults": [{"status": 429, "cut": "after"}]}, "faults.0: status and cut exclude each other"),
        ({"faults": [{"status": 429, "probability": 1.5}]}, "faults.0: probability must be from 0 to 1 (got 1.5)"),
        ({"faults": [{"delay": LONGEST_DELAY + 1}]}, "faults.0: delay must be from 0 to 60 seconds (got 61.0)"),
        ({"faults": [{"delay": float("nan")}]}, "faults.0: delay must be from 0 to 60 seconds (got nan)"),
        ({"faults": [{"cut": "sideways"}]}, "faults.0.cut: `sideways` is not known here: needed is 'before' or 'after'"),
        ({"faults": [{"cut": "after", "times": 0}]}, "faults.0: times must be at least 1 (got 0)"),
        ({"faults": [{"cut": "after", "retry_after": 1}]}, "faults.0: retry_after needs a status, and must be at least 0"),
        ({"faults": [{"path": "x" * 501, "status": 429}]}, "faults.0: path must have at most 500 characters"),
        ({"faults": [{"status": 429}] * (MOST_FAULTS + 1)}, "there may be 32 faults at most (got 33)"),
    ],
)  # fmt: skip
def test_what_is_not_a_fault_is_refused(value: Any, said: str) -> None:
    with pytest.raises(SetupError) as refused:
        parse_faults(value)
    assert str(refused.value) == said


@pytest.mark.parametrize(("status", "code"), [(429, 20429), (500, 20500), (503, 20503)])
def test_a_refusal_is_the_provider_s(api: RestApi, status: int, code: int) -> None:
    told = api.refused(status, retry_after=7)
    body = json.loads(told.body)
    assert (told.status, told.header("Retry-After"), told.header("X-Twilio-Error-Code")) == (
        status,
        "7",
        str(code),
    )
    assert (body["code"], body["status"], body["more_info"]) == (
        code, status, f"https://www.twilio.com/docs/errors/{code}",
    )  # fmt: skip
    assert api.refused(status, retry_after=None).header("Retry-After") is None
