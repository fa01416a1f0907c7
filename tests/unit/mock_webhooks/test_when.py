"""A reply may be for certain requests: the first whose `when` is met is the answer."""

from __future__ import annotations

from typing import Any

import pytest

from mock_webhooks import create_app
from mock_webhooks.replies import ReplyError


def asked(replies: list[dict[str, Any]], *requests: tuple[str, dict[str, str], dict[str, str]]) -> list[str]:
    client = create_app(replies={"/v": replies}).test_client()
    return [
        client.open("/v", method=method, data=data if method == "POST" else None,
                    query_string=data if method == "GET" else None, headers=headers).get_data(as_text=True)
        for method, data, headers in requests
    ]  # fmt: skip


def test_the_first_that_is_met_is_the_answer_and_the_others_take_turns() -> None:
    replies: list[dict[str, Any]] = [
        {"body": "first"},
        {"when": {"parameters": {"Digits": "1"}}, "body": "one"},
        {"when": {"parameters": {"Digits": "1"}, "method": "GET"}, "body": "never"},
        {"when": {"method": "GET"}, "body": "get"},
        {"when": {"headers": {"x-b": "2"}}, "body": "header"},
        {"body": "last"},
    ]
    assert asked(
        replies,
        ("POST", {"Digits": "1"}, {}),
        ("POST", {"Digits": "2"}, {}),
        ("GET", {"Digits": "1"}, {}),
        ("GET", {}, {"X-B": "2"}),
        ("POST", {}, {"X-B": "2"}),
        ("POST", {"Digits": "12"}, {"X-B": "3"}),
        ("POST", {}, {}),
    ) == ["one", "first", "one", "get", "header", "last", "last"]


def test_a_function_says_whether_a_value_will_do() -> None:
    replies: list[dict[str, Any]] = [
        {"when": {"parameters": {"Digits": str.isdecimal}}, "body": "digits"},
        {"when": {"headers": {"X-B": str.isalpha}}, "body": "letters"},
        {"body": "neither"},
    ]
    assert asked(
        replies,
        ("POST", {"Digits": "12"}, {}),
        ("GET", {"Digits": "*"}, {"X-B": "b"}),
        ("GET", {}, {"X-B": "2"}),
    ) == ["digits", "letters", "neither"]


def test_a_request_that_no_reply_is_for_is_named() -> None:
    replies = [{"when": {"parameters": {"Digits": "1"}, "headers": {"X-B": "2"}}, "body": "one"}]
    client = create_app(replies={"/v": replies}).test_client()
    answer = client.post("/v", data={"Digits": "9\r\nä"})
    assert answer.status_code == 500
    assert answer.headers["X-Mock-Unmatched"] == "POST /v with Digits=9???, X-B: (none)"
    assert answer.get_data(as_text=True) == "No reply is for POST /v with Digits=9???, X-B: (none)\n"


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ({}, "when is a mapping of method, parameters and headers"),
        ("GET", "when is a mapping of method, parameters and headers"),
        ({"digits": "1"}, "when is a mapping of method, parameters and headers"),
        ({"method": "PUT"}, "when has the method 'PUT', which is neither GET nor POST"),
        ({"parameters": {"Digits": 1}}, "when has parameters that are not names and texts"),
        ({"headers": ["X"]}, "when has headers that are not names and texts"),
    ],
)
def test_a_condition_that_is_written_wrongly_is_refused(when: object, problem: str) -> None:
    with pytest.raises(ReplyError) as caught:
        create_app(replies={"/v": {"when": when, "say": "Hello"}})
    assert caught.value.problem == problem
