"""Pages of a list."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from sipdomain.twilio.rest import RestResponse
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.call_records import CallRecord, CallStore

ACCOUNT = "AC00000000000000000000000000000001"
PATH = f"/2010-04-01/Accounts/{ACCOUNT}/SIP/Domains.json"
Ask = Callable[..., RestResponse]


def read(response: RestResponse) -> Any:
    return json.loads(response.body)


@pytest.mark.rule("rest-paging")
def test_an_empty_list_is_one_empty_page(ask: Ask) -> None:
    assert read(ask("GET", "/SIP/Domains.json")) == {
        "domains": [],
        "page": 0,
        "page_size": 50,
        "start": 0,
        "end": 0,
        "uri": f"{PATH}?PageSize=50&Page=0",
        "first_page_uri": f"{PATH}?PageSize=50&Page=0",
        "next_page_uri": None,
        "previous_page_uri": None,
    }


@pytest.mark.rule("rest-paging")
def test_a_page_in_the_middle_points_both_ways(ask: Ask, store: Store) -> None:
    for number in range(5):
        store.domains.create(ACCOUNT, f"d{number}.sip.twilio.com", now=0.0)

    first = read(ask("GET", "/SIP/Domains.json?PageSize=2"))
    assert first["next_page_uri"] == f"{PATH}?PageSize=2&Page=1&PageToken=PA2"
    assert first["previous_page_uri"] is None
    second = read(ask("GET", "/SIP/Domains.json?PageSize=2&Page=1&PageToken=PA2"))
    assert [domain["domain_name"][:2] for domain in second["domains"]] == ["d2", "d3"]
    del second["domains"]
    assert second == {
        "page": 1,
        "page_size": 2,
        "start": 2,
        "end": 3,
        "uri": f"{PATH}?PageSize=2&Page=1&PageToken=PA2",
        "first_page_uri": f"{PATH}?PageSize=2&Page=0",
        "next_page_uri": f"{PATH}?PageSize=2&Page=2&PageToken=PA4",
        "previous_page_uri": f"{PATH}?PageSize=2&Page=0&PageToken=PB3",
    }
    last = read(ask("GET", "/SIP/Domains.json?PageSize=2&Page=2&PageToken=PA4"))
    assert (last["start"], last["end"], last["next_page_uri"]) == (4, 4, None)


def test_a_page_number_alone_counts_from_the_beginning(ask: Ask, store: Store) -> None:
    for number in range(5):
        store.domains.create(ACCOUNT, f"d{number}.sip.twilio.com", now=0.0)

    page = read(ask("GET", "/SIP/Domains.json?PageSize=2&Page=1"))
    assert [domain["domain_name"][:2] for domain in page["domains"]] == ["d2", "d3"]
    beyond = read(ask("GET", "/SIP/Domains.json?PageSize=2&Page=9"))
    assert (beyond["domains"], beyond["next_page_uri"]) == ([], None)


def test_filters_go_along_from_page_to_page(ask: Ask, calls: CallStore) -> None:
    for number in range(3):
        calls.add(
            CallRecord(
                sid=f"CA{number:032}",
                account_sid=ACCOUNT,
                domain_sid="",
                to="sip:a b@acme.sip.twilio.com",
                from_="",
                sip_call_id="",
                created_at=0.0,
            )
        )

    page = read(ask("GET", "/Calls.json?To=sip:a+b%40acme.sip.twilio.com&PageSize=2"))
    assert [call["sid"][-1] for call in page["calls"]] == ["2", "1"]
    query = page["next_page_uri"].partition("?")[2]
    assert query == "To=sip%3Aa+b%40acme.sip.twilio.com&PageSize=2&Page=1&PageToken=PA2"
    assert [call["sid"][-1] for call in read(ask("GET", f"/Calls.json?{query}"))["calls"]] == ["0"]


def test_the_last_call_is_shown_though_those_before_it_were_deleted(ask: Ask, calls: CallStore) -> None:
    for number in range(2):
        calls.add(
            CallRecord(
                sid=f"CA{number:032}",
                account_sid=ACCOUNT,
                domain_sid="",
                to="",
                from_="",
                sip_call_id="",
                created_at=0.0,
            )
        )
    token = read(ask("GET", "/Calls.json?PageSize=1"))["next_page_uri"].partition("?")[2]
    calls.finish(f"CA{1:032}", "completed", 1.0)
    calls.delete(f"CA{1:032}")

    assert [call["sid"][-1] for call in read(ask("GET", f"/Calls.json?{token}"))["calls"]] == ["0"]


@pytest.mark.rule("rest-page-token", "rest-paging")
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("PageSize=1001", 20007),
        ("PageSize=0", 20422),
        ("PageSize=-1", 20422),
        ("PageSize=many", 20422),
        ("Page=x", 20422),
        ("PageToken=nonsense", 21481),
        ("PageToken=PA", 21481),
        ("PageToken=PC1", 21481),
    ],
)
def test_a_wrong_page_is_refused(ask: Ask, query: str, code: int) -> None:
    response = ask("GET", f"/SIP/Domains.json?{query}")

    assert (response.status, read(response)["code"]) == (400, code)


@pytest.mark.rule("rest-paging")
def test_the_largest_page_holds_a_thousand(ask: Ask) -> None:
    assert read(ask("GET", "/SIP/Domains.json?PageSize=1000"))["page_size"] == 1000
