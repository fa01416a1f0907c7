"""The provider's own SDK for Python works on queues and conferences, and reads lists page after page."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from tests.unit.twilio.rest.sdk import ACCOUNT, BASE, CREATED, NOBODY, refusal


@pytest.mark.rule("queues")
def test_queues_live_their_lives(client: Any) -> None:
    made = client.queues.create(friendly_name="support")

    assert (made.sid[:2], made.account_sid, made.friendly_name) == ("QU", ACCOUNT, "support")
    assert (made.max_size, made.current_size, made.average_wait_time) == (1000, 0, 0)
    assert (made.date_created, made.date_updated) == (CREATED, CREATED)
    assert made.uri == f"{BASE}/Queues/{made.sid}.json"
    here = client.queues(made.sid)
    assert here.update(max_size=5000).max_size == 5000
    assert here.update(friendly_name="sales").friendly_name == "sales"
    assert here.update(friendly_name="sales").max_size == 5000
    assert here.fetch().friendly_name == "sales"
    # The name that was given up is free.
    second = client.queues.create(friendly_name="support", max_size=1)
    assert [(each.sid, each.max_size) for each in client.queues.list()] == [(made.sid, 5000), (second.sid, 1)]
    assert refusal(lambda: here.update(friendly_name="support")) == (400, 22003)
    assert here.delete() is True
    for late in (here.fetch, lambda: here.update(max_size=2), here.delete):
        assert refusal(late) == (404, 20404)


@pytest.mark.rule("queues")
@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"friendly_name": ""}, 20002),
        ({"friendly_name": "x" * 65}, 20002),
        ({"friendly_name": "support"}, 22003),
        ({"friendly_name": "sales", "max_size": 0}, 20422),
        ({"friendly_name": "sales", "max_size": 5001}, 20422),
        ({"friendly_name": "sales", "max_size": "many"}, 20422),
    ],
)
def test_a_queue_that_cannot_be_is_refused(client: Any, form: dict[str, Any], code: int) -> None:
    first = client.queues.create(friendly_name="support")

    assert refusal(lambda: client.queues.create(**form)) == (400, code)
    assert [each.sid for each in client.queues.list()] == [first.sid]
    if code == 20422:
        assert refusal(lambda: client.queues(first.sid).update(max_size=form["max_size"])) == (400, code)


def test_two_accounts_may_have_queues_of_one_name(client: Any) -> None:
    sub = client.api.v2010.accounts.create(friendly_name="Branch")
    names = [
        each.queues.create(friendly_name="support").friendly_name
        for each in (client, client.api.v2010.accounts(sub.sid))
    ]
    assert names == ["support", "support"]
    other = "Support"
    assert client.queues.create(friendly_name=other).friendly_name == other


def test_nobody_waits_in_a_queue(client: Any) -> None:
    members = client.queues(client.queues.create(friendly_name="support").sid).members

    assert members.list() == []
    assert members.page(page_size=2).next_page_url is None
    for who in ("Front", "CA" + NOBODY):
        assert refusal(members(who).fetch) == (404, 20404)
        assert refusal(partial(members(who).update, url="http://app.example/")) == (404, 20404)
    of_nothing = client.queues("QU" + NOBODY).members
    assert refusal(of_nothing.list) == (404, 20404)
    assert refusal(lambda: of_nothing("Front").fetch()) == (404, 20404)


def test_there_are_no_conferences(client: Any) -> None:
    assert client.conferences.list() == []
    assert (
        client.conferences.list(
            status="in-progress",
            friendly_name="room",
            date_created=datetime(2026, 1, 1, tzinfo=UTC).date(),
            date_updated_before=datetime(2026, 1, 1, tzinfo=UTC).date(),
        )
        == []
    )
    here = client.conferences("CF" + NOBODY)
    someone = here.participants("CA" + NOBODY)
    recording = here.recordings("RE" + NOBODY)
    for unknown in (
        here.fetch,
        lambda: here.update(status="completed"),
        here.participants.list,
        someone.fetch,
        lambda: someone.update(muted=True),
        someone.delete,
        here.recordings.list,
        recording.fetch,
        lambda: recording.update(status="stopped"),
        recording.delete,
        lambda: here.participants.create(from_="+15005550006", to="+15005550010"),
    ):
        assert refusal(unknown) == (404, 20404)
    # One of a new name could be made, if somebody made calls.
    room = client.conferences("room")
    assert refusal(lambda: room.participants.create(from_="+15005550006", to="+15005550010"))[0] == 501


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("keys", lambda client, number: client.api.v2010.account.new_keys.create(friendly_name=str(number))),
        (
            "incoming_phone_numbers",
            lambda client, number: client.incoming_phone_numbers.create(
                area_code="415", friendly_name=str(number)
            ),
        ),
        (
            "outgoing_caller_ids",
            lambda client, number: client.validation_requests.create(
                phone_number=f"+1500555000{number}", friendly_name=str(number)
            ),
        ),
        ("queues", lambda client, number: client.queues.create(friendly_name=str(number))),
    ],
)
def test_a_list_of_five_is_read_in_pages_of_two(client: Any, name: str, make: Any) -> None:
    for number in range(1, 6):
        make(client, number)
    resource = getattr(client, name)

    assert [each.friendly_name for each in resource.stream(page_size=2)] == ["1", "2", "3", "4", "5"]
    first = resource.page(page_size=2)
    second = first.next_page()
    third = second.next_page()
    assert [each.friendly_name for each in second] == ["3", "4"]
    assert [each.friendly_name for each in third] == ["5"]
    assert third.next_page() is None
    assert [each.friendly_name for each in third.previous_page()] == ["3", "4"]
    assert first.previous_page() is None
