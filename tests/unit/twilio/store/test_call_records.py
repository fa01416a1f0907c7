"""Call records."""

from __future__ import annotations

import pytest

from sipdomain.twilio.store.call_records import CallRecord, CallStore


def record(number: int, account: str = "AC1") -> CallRecord:
    return CallRecord(
        sid=f"CA{number}",
        account_sid=account,
        domain_sid="SD1",
        to="sip:100@acme.sip.twilio.com",
        from_="sip:alice@acme.sip.twilio.com",
        sip_call_id=f"id-{number}",
        created_at=100.0,
    )


def test_a_call_is_found_while_it_goes_on_and_after_it() -> None:
    calls = CallStore()
    one = calls.add(record(1))
    assert calls.find("CA1") is one
    assert (calls.active, len(calls)) == (1, 1)

    assert calls.finish("CA1", "busy", 130.0) is one
    assert calls.find("CA1") is one
    assert (one.status, one.ended_at, one.updated_at) == ("busy", 130.0, 130.0)
    assert (calls.active, len(calls)) == (0, 1)
    assert calls.find("CA2") is None


@pytest.mark.rule("call-statuses")
def test_a_call_ends_once() -> None:
    calls = CallStore()
    calls.add(record(1))
    calls.finish("CA1", "completed", 130.0)

    assert calls.finish("CA1", "failed", 140.0) is None
    assert calls.finish("CA2", "failed", 140.0) is None
    found = calls.find("CA1")
    assert found is not None
    assert found.status == "completed"


@pytest.mark.parametrize(
    ("answered_at", "ended_at", "duration"),
    [
        (None, None, None),
        (101.0, None, None),
        (None, 130.0, 0),
        (101.0, 101.0, 0),
        (101.0, 101.2, 1),
        (101.0, 131.0, 30),
        (101.0, 131.1, 31),
        (131.0, 101.0, 0),
    ],
)
def test_a_begun_second_counts(
    answered_at: float | None, ended_at: float | None, duration: int | None
) -> None:
    call = record(1)
    call.answered_at, call.ended_at = answered_at, ended_at

    assert call.duration == duration


def test_the_call_that_finished_first_is_forgotten_first() -> None:
    calls = CallStore(capacity=2)
    for number in range(1, 5):
        calls.add(record(number))
    for number in (3, 1, 2):
        calls.finish(f"CA{number}", "completed", 130.0)

    assert [call.sid for call in calls.newest_first("AC1")] == ["CA4", "CA2", "CA1"]
    assert calls.find("CA3") is None
    assert calls.forgotten == 1


def test_calls_are_listed_by_account_with_the_latest_first() -> None:
    calls = CallStore()
    for number, account in enumerate(["AC1", "AC2", "AC1"], start=1):
        calls.add(record(number, account))
    calls.finish("CA1", "completed", 130.0)

    assert [call.sid for call in calls.newest_first("AC1")] == ["CA3", "CA1"]
    assert [call.number for call in calls.newest_first("AC1")] == [3, 1]


def test_only_a_finished_call_can_be_deleted() -> None:
    calls = CallStore()
    calls.add(record(1))
    assert calls.delete("CA1") is False
    calls.finish("CA1", "completed", 130.0)
    assert calls.delete("CA1") is True
    assert calls.find("CA1") is None
