"""The provider's own SDK for Python works on the resources round calls, and reads their lists page after page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException

from sipdomain.runtime.sdk import in_process_client
from sipdomain.twilio.rest import RestApi
from sipdomain.twilio.store import Store

ACCOUNT = "AC00000000000000000000000000000001"
TOKEN = "0123456789abcdef0123456789abcdef"
BASE = f"/2010-04-01/Accounts/{ACCOUNT}"
CREATED = datetime(2015, 7, 20, 17, 27, 10, tzinfo=UTC)
NOW = CREATED.timestamp()
NOBODY = "0" * 32


def refusal(action: Callable[[], object]) -> tuple[int, int]:
    """Return status and code of a refusal; that of a list bears the whole response."""
    with pytest.raises(TwilioException) as refused:
        action()
    error = refused.value
    if isinstance(error, TwilioRestException):
        return error.status, error.code
    return error.args[1].status_code, json.loads(error.args[1].text)["code"]


@pytest.fixture
def log_in(api: RestApi) -> Callable[[str, str], Any]:
    """Return a client that has other credentials."""
    return lambda user, password: in_process_client(user, password, lambda asked: api.handle(asked, NOW))


# --- API keys ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["key", "signing_key"])
def test_keys_live_their_lives_and_tell_their_secret_once(client: Any, name: str) -> None:
    account = client.api.v2010.account
    keys, new_keys = getattr(account, f"{name}s"), getattr(account, f"new_{name}s")
    made = new_keys.create(friendly_name="app")

    assert (made.sid[:2], len(made.sid), made.friendly_name) == ("SK", 34, "app")
    assert len(made.secret) == 32
    assert (made.date_created, made.date_updated) == (CREATED, CREATED)
    assert keys(made.sid).fetch().friendly_name == "app"
    assert not hasattr(keys(made.sid).fetch(), "secret")
    assert keys(made.sid).update(friendly_name="other").friendly_name == "other"
    assert keys(made.sid).update().friendly_name == "other"
    assert keys(made.sid).update(friendly_name="").friendly_name == ""
    assert [each.sid for each in keys.list()] == [made.sid]
    assert refusal(lambda: keys(made.sid).update(friendly_name="x" * 65)) == (400, 20002)
    assert keys(made.sid).delete() is True
    assert keys.list() == []
    assert refusal(lambda: keys(made.sid).fetch()) == (404, 20404)
    assert refusal(lambda: keys(made.sid).update(friendly_name="late")) == (404, 20404)
    assert refusal(lambda: keys(made.sid).delete()) == (404, 20404)
    assert new_keys.create().friendly_name == ""
    assert refusal(lambda: new_keys.create(friendly_name="x" * 65)) == (400, 20002)


def test_keys_and_signing_keys_are_the_same(client: Any) -> None:
    made = client.api.v2010.account.new_signing_keys.create(friendly_name="app")
    assert [each.sid for each in client.keys.list()] == [made.sid]
    assert client.signing_keys(made.sid).delete() is True
    assert client.keys.list() == []


@pytest.mark.rule("rest-login")
def test_a_key_works_as_the_account_but_not_on_accounts_and_keys(
    client: Any, log_in: Callable[[str, str], Any]
) -> None:
    made = client.api.v2010.account.new_keys.create(friendly_name="app")
    by_key = log_in(made.sid, made.secret)
    below = by_key.api.v2010.accounts(ACCOUNT)

    assert below.sip.domains.create("acme.sip.twilio.com").account_sid == ACCOUNT
    assert [each.domain_name for each in below.sip.domains.list()] == ["acme.sip.twilio.com"]
    for forbidden in (
        lambda: by_key.api.v2010.accounts(ACCOUNT).fetch(),
        by_key.api.v2010.accounts.list,
        by_key.api.v2010.accounts.create,
        lambda: by_key.api.v2010.accounts(ACCOUNT).update(friendly_name="mine"),
        below.keys.list,
        lambda: below.keys(made.sid).fetch(),
        lambda: below.keys(made.sid).delete(),
        below.new_keys.create,
        below.signing_keys.list,
    ):
        assert refusal(forbidden) == (401, 20003)
    with pytest.raises(TwilioRestException, match="Authentication Error - invalid username"):
        below.keys(made.sid).fetch()


def test_a_key_that_was_taken_back_or_guessed_opens_nothing(
    client: Any, log_in: Callable[[str, str], Any]
) -> None:
    made = client.api.v2010.account.new_keys.create()

    def asked(user: str, password: str) -> tuple[int, int]:
        below = log_in(user, password).api.v2010.accounts(ACCOUNT)
        return refusal(below.queues.list)

    assert asked(made.sid, made.secret[:-1]) == (401, 20003)
    assert asked(made.sid, TOKEN) == (401, 20003)
    assert asked("SK" + NOBODY, made.secret) == (401, 20003)
    assert asked(ACCOUNT, made.secret) == (401, 20003)
    client.keys(made.sid).delete()
    assert asked(made.sid, made.secret) == (401, 20003)


def test_a_key_works_for_its_own_account_only(
    client: Any, log_in: Callable[[str, str], Any], store: Store
) -> None:
    sub = client.api.v2010.accounts.create(friendly_name="Branch")
    stranger = store.accounts.create(now=NOW)
    main_key = client.api.v2010.account.new_keys.create()
    sub_key = client.api.v2010.accounts(sub.sid).new_keys.create()

    def queues(key: Any, account: str) -> Any:
        return log_in(key.sid, key.secret).api.v2010.accounts(account).queues

    assert queues(sub_key, sub.sid).list() == []
    assert queues(main_key, ACCOUNT).list() == []
    assert refusal(lambda: queues(main_key, sub.sid).list()) == (401, 20003)
    assert refusal(lambda: queues(sub_key, ACCOUNT).list()) == (404, 20404)
    assert refusal(lambda: queues(main_key, stranger.sid).list()) == (404, 20404)
    assert [each.sid for each in client.keys.list()] == [main_key.sid]


# --- phone numbers -------------------------------------------------------------------------------------------


def test_numbers_are_bought_read_changed_and_given_back(client: Any) -> None:
    settings = {
        "friendly_name": "Front desk",
        "api_version": "2010-04-01",
        "voice_url": "https://app.example/voice",
        "voice_method": "GET",
        "voice_fallback_url": "https://app.example/sorry",
        "voice_fallback_method": "GET",
        "voice_caller_id_lookup": True,
        "voice_receive_mode": "fax",
        "status_callback": "https://app.example/status",
        "status_callback_method": "GET",
        "sms_url": "https://app.example/sms",
        "sms_method": "GET",
        "sms_fallback_url": "https://app.example/sms-sorry",
        "sms_fallback_method": "GET",
        "sms_application_sid": "AP" + "1" * 32,
        "trunk_sid": "TK" + "2" * 32,
        "emergency_status": "Active",
        "emergency_address_sid": "AD" + "3" * 32,
        "identity_sid": "RI" + "4" * 32,
        "address_sid": "AD" + "5" * 32,
        "bundle_sid": "BU" + "6" * 32,
    }
    made = client.incoming_phone_numbers.create(phone_number="+15005550006", **settings)

    assert {name: getattr(made, name) for name in settings} == settings
    assert (made.sid[:2], made.account_sid, made.phone_number) == ("PN", ACCOUNT, "+15005550006")
    assert (made.type, made.status, made.origin, made.beta) == ("local", "in-use", "twilio", False)
    assert made.capabilities == {"voice": True, "sms": False, "mms": False, "fax": False}
    assert (made.date_created, made.date_updated) == (CREATED, CREATED)
    assert made.uri == f"{BASE}/IncomingPhoneNumbers/{made.sid}.json"
    here = client.incoming_phone_numbers(made.sid)
    changed = here.update(friendly_name="Back door", voice_fallback_url="", voice_caller_id_lookup=False)
    assert (changed.friendly_name, changed.voice_fallback_url) == ("Back door", None)
    assert (changed.voice_caller_id_lookup, changed.voice_url) == (False, "https://app.example/voice")
    assert here.update(friendly_name="").friendly_name == "Back door"
    assert here.fetch().friendly_name == "Back door"
    assert refusal(lambda: here.update(voice_url="nonsense")) == (400, 21402)
    assert refusal(lambda: client.incoming_phone_numbers.create(phone_number="+15005550006")) == (400, 21422)
    assert here.delete() is True
    assert client.incoming_phone_numbers.list() == []
    for late in (here.fetch, here.update, here.delete):
        assert refusal(late) == (404, 20404)


def test_a_number_has_the_defaults_of_the_cloud(client: Any) -> None:
    made = client.incoming_phone_numbers.create(area_code="415")

    assert (made.phone_number, made.friendly_name) == ("+14155550100", "(415) 555-0100")
    assert (made.voice_url, made.voice_fallback_url, made.trunk_sid) == (None, None, None)
    assert (made.sms_url, made.sms_fallback_url, made.status_callback) == ("", "", "")
    assert (made.voice_application_sid, made.sms_application_sid) == ("", "")
    assert (made.voice_method, made.voice_fallback_method, made.sms_method) == ("POST", "POST", "POST")
    assert (made.voice_receive_mode, made.emergency_status) == ("voice", "Inactive")
    assert (made.address_requirements, made.emergency_address_status) == ("none", "unregistered")
    assert client.incoming_phone_numbers.create(phone_number="+442079460000").friendly_name == "+442079460000"


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({}, 21421),
        ({"phone_number": "12"}, 21421),
        ({"area_code": "1"}, 21451),
        ({"phone_number": "+15005550006", "friendly_name": "x" * 65}, 20002),
        ({"phone_number": "+15005550006", "voice_method": "PUT"}, 21403),
        ({"phone_number": "+15005550006", "voice_fallback_url": "http://app.example/"}, 21405),
        ({"phone_number": "+15005550006", "sms_fallback_url": "http://app.example/"}, 21406),
        ({"phone_number": "+15005550006", "bundle_sid": "BU1"}, 20422),
        ({"phone_number": "+15005550006", "voice_caller_id_lookup": "perhaps"}, 20422),
    ],
)
def test_a_number_that_cannot_be_had_is_refused(client: Any, form: dict[str, str], code: int) -> None:
    assert refusal(lambda: client.incoming_phone_numbers.create(**form)) == (400, code)
    assert client.incoming_phone_numbers.list() == []


NUMBERS = ["+14155550100", "+14155550101", "+15105550100", "+18005550100", "+442079460000"]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"phone_number": "+14155550100"}, [0]),
        ({"phone_number": "415"}, [0, 1]),
        ({"phone_number": "55501"}, [0, 1, 2, 3]),
        ({"phone_number": "+1*105550100"}, [2]),
        ({"phone_number": "+18**5550100"}, [3]),
        ({"phone_number": "+1.155550100"}, []),
        ({"friendly_name": "(800) 555-0100"}, [3]),
        ({"friendly_name": "800"}, []),
        ({"beta": True}, [0, 1, 2, 3, 4]),
        ({"beta": False}, [0, 1, 2, 3, 4]),
        ({"origin": "twilio"}, [0, 1, 2, 3, 4]),
        ({"origin": "hosted"}, []),
    ],
)
def test_numbers_are_found_by_a_part_of_them_and_by_name(
    client: Any, query: dict[str, Any], places: list[int]
) -> None:
    for number in NUMBERS:
        client.incoming_phone_numbers.create(phone_number=number)
    found = [each.phone_number for each in client.incoming_phone_numbers.list(**query)]
    assert found == [NUMBERS[place] for place in places]


def test_numbers_of_one_kind_have_lists_of_their_own(client: Any) -> None:
    numbers = client.incoming_phone_numbers
    local = numbers.local.create(phone_number="+14155550100", friendly_name="Local")
    mobile = numbers.mobile.create(phone_number="+447700900000")
    toll_free = numbers.toll_free.create(phone_number="+18335550100")

    assert (local.friendly_name, local.account_sid) == ("Local", ACCOUNT)
    assert [each.sid for each in numbers.local.list()] == [local.sid]
    assert [each.sid for each in numbers.mobile.list()] == [mobile.sid]
    assert [each.sid for each in numbers.toll_free.list(phone_number="833")] == [toll_free.sid]
    assert numbers.toll_free.list(phone_number="415") == []
    assert [each.type for each in numbers.list()] == ["local", "mobile", "toll-free"]
    for of_another_kind in (
        lambda: numbers.local.create(phone_number="+18005550100"),
        lambda: numbers.mobile.create(phone_number="+18005550100"),
        lambda: numbers.toll_free.create(phone_number="+14155550101"),
    ):
        assert refusal(of_another_kind) == (400, 21458)


def test_a_number_moves_between_a_parent_and_its_subaccounts(client: Any, store: Store) -> None:
    sub = client.api.v2010.accounts.create(friendly_name="Branch")
    stranger = store.accounts.create(now=NOW)
    made = client.incoming_phone_numbers.create(phone_number="+15005550006")
    here = client.incoming_phone_numbers(made.sid)

    assert refusal(lambda: here.update(account_sid=stranger.sid)) == (400, 21473)
    assert here.update(account_sid=ACCOUNT).account_sid == ACCOUNT
    moved = here.update(account_sid=sub.sid)
    assert (moved.account_sid, moved.sid) == (sub.sid, made.sid)
    assert refusal(here.fetch) == (404, 20404)
    below = client.api.v2010.accounts(sub.sid).incoming_phone_numbers(made.sid)
    assert below.fetch().phone_number == "+15005550006"
    back = below.update(account_sid=ACCOUNT)
    assert back.account_sid == ACCOUNT
    client.api.v2010.accounts(sub.sid).update(status="suspended")
    assert refusal(lambda: here.update(account_sid=sub.sid)) == (400, 21472)


# --- caller IDs ----------------------------------------------------------------------------------------------


def test_a_caller_id_counts_as_verified_as_soon_as_it_is_asked_for(client: Any, store: Store) -> None:
    asked = client.validation_requests.create(phone_number="+15005550010", friendly_name="Home")

    assert (asked.account_sid, asked.call_sid, asked.friendly_name) == (ACCOUNT, None, "Home")
    assert asked.phone_number == "+15005550010"
    assert len(asked.validation_code) == 6
    assert asked.validation_code.isdecimal()
    (made,) = client.outgoing_caller_ids.list()
    assert (made.sid[:2], made.account_sid) == ("PN", ACCOUNT)
    assert (made.phone_number, made.friendly_name) == ("+15005550010", "Home")
    assert (made.date_created, made.date_updated) == (CREATED, CREATED)
    assert made.uri == f"{BASE}/OutgoingCallerIds/{made.sid}.json"
    assert store.numbers.owned(ACCOUNT, "+15005550010") is not None
    here = client.outgoing_caller_ids(made.sid)
    assert here.fetch().friendly_name == "Home"
    assert here.update(friendly_name="Office").friendly_name == "Office"
    assert here.update().friendly_name == "Office"
    assert refusal(lambda: here.update(friendly_name="x" * 65)) == (400, 20002)
    assert refusal(lambda: here.update(friendly_name="")) == (400, 20002)
    assert here.delete() is True
    assert store.numbers.owned(ACCOUNT, "+15005550010") is None
    for late in (here.fetch, lambda: here.update(friendly_name="late"), here.delete):
        assert refusal(late) == (404, 20404)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"phone_number": ""}, 21217),
        ({"phone_number": "555-0010"}, 21217),
        ({"phone_number": "+15005550001"}, 21450),
        ({"phone_number": "+15005550002"}, 21449),
        ({"phone_number": "+15005550010", "friendly_name": "x" * 65}, 20002),
        ({"phone_number": "+15005550010", "call_delay": 61}, 21454),
        ({"phone_number": "+15005550010", "call_delay": -1}, 21454),
        ({"phone_number": "+15005550010", "status_callback": "nonsense"}, 21456),
        ({"phone_number": "+15005550010", "status_callback_method": "PUT"}, 21209),
    ],
)
def test_a_caller_id_that_cannot_be_is_refused(client: Any, form: dict[str, Any], code: int) -> None:
    client.validation_requests.create(phone_number="+15005550001")
    client.incoming_phone_numbers.create(phone_number="+15005550002")

    assert refusal(lambda: client.validation_requests.create(**form)) == (400, code)
    assert len(client.outgoing_caller_ids.list()) == 1


def test_caller_ids_are_found_by_number_and_name(client: Any) -> None:
    for last in "123":
        client.validation_requests.create(phone_number=f"+1500555000{last}", call_delay=60)
    client.validation_requests.create(phone_number="+15005550004", friendly_name="(500) 555-0001")

    def found(**query: str) -> list[str]:
        return [each.phone_number[-1] for each in client.outgoing_caller_ids.list(**query)]

    assert found() == ["1", "2", "3", "4"]
    assert found(phone_number="+15005550002") == ["2"]
    assert found(phone_number="0002") == []
    assert found(friendly_name="(500) 555-0001") == ["1", "4"]
    assert found(friendly_name="(500) 555-0001", phone_number="+15005550004") == ["4"]


# --- queues --------------------------------------------------------------------------------------------------


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


# --- conferences ---------------------------------------------------------------------------------------------


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
    ):
        assert refusal(unknown) == (404, 20404)
    # To call somebody into one is another thing, and not emulated.
    assert refusal(lambda: here.participants.create(from_="+15005550006", to="+15005550010"))[0] == 501


# --- accounts ------------------------------------------------------------------------------------------------


@pytest.mark.rule("subaccounts")
def test_a_subaccount_is_made_read_by_its_parent_suspended_and_closed(client: Any) -> None:
    sub = client.api.v2010.accounts.create()
    here = client.api.v2010.accounts(sub.sid)

    assert sub.friendly_name == "SubAccount Created at 2015-07-20 05:27 PM"
    assert (sub.status, sub.type, sub.owner_account_sid) == ("active", "Full", ACCOUNT)
    assert len(sub.auth_token) == 32
    assert here.fetch().sid == sub.sid
    assert here.update(friendly_name="Branch", status="suspended").status == "suspended"
    assert here.update(status="active").status == "active"
    assert [each.sid for each in client.api.v2010.accounts.list(status="suspended")] == []
    assert here.update(status="closed").status == "closed"
    assert [each.sid for each in client.api.v2010.accounts.list(status="closed")] == [sub.sid]
    assert here.fetch().friendly_name == "Branch"
    for status in ("active", "suspended"):
        assert refusal(partial(here.update, status=status)) == (400, 21479)
    assert here.update(status="closed").status == "closed"
    assert refusal(lambda: client.api.v2010.accounts("AC" + NOBODY).fetch()) == (404, 20404)


def test_the_status_of_a_main_account_is_nobodys_to_change(
    client: Any, log_in: Callable[[str, str], Any]
) -> None:
    sub = client.api.v2010.accounts.create()
    by_sub = log_in(sub.sid, sub.auth_token)

    for status in ("active", "suspended", "closed"):
        main = client.api.v2010.accounts(ACCOUNT)
        assert refusal(partial(main.update, status=status)) == (400, 21477)
        own = by_sub.api.v2010.accounts(sub.sid)
        assert refusal(partial(own.update, status=status)) == (403, 20006)
    assert refusal(lambda: client.api.v2010.accounts(ACCOUNT).update(status="asleep")) == (400, 21475)
    assert refusal(by_sub.api.v2010.accounts.create) == (400, 21471)
    assert refusal(lambda: by_sub.api.v2010.accounts(ACCOUNT).fetch()) == (404, 20404)
    assert [each.sid for each in by_sub.api.v2010.accounts.list()] == [sub.sid]


def test_an_account_names_all_that_stands_below_it(client: Any) -> None:
    uris = client.api.v2010.accounts(ACCOUNT).fetch().subresource_uris

    # https://github.com/twilio/twilio-oai, spec twilio_api_v2010, the example of FetchAccount.
    assert uris == {
        "addresses": f"{BASE}/Addresses.json",
        "applications": f"{BASE}/Applications.json",
        "authorized_connect_apps": f"{BASE}/AuthorizedConnectApps.json",
        "available_phone_numbers": f"{BASE}/AvailablePhoneNumbers.json",
        "balance": f"{BASE}/Balance.json",
        "calls": f"{BASE}/Calls.json",
        "conferences": f"{BASE}/Conferences.json",
        "connect_apps": f"{BASE}/ConnectApps.json",
        "incoming_phone_numbers": f"{BASE}/IncomingPhoneNumbers.json",
        "keys": f"{BASE}/Keys.json",
        "messages": f"{BASE}/Messages.json",
        "notifications": f"{BASE}/Notifications.json",
        "outgoing_caller_ids": f"{BASE}/OutgoingCallerIds.json",
        "queues": f"{BASE}/Queues.json",
        "recordings": f"{BASE}/Recordings.json",
        "short_codes": f"{BASE}/SMS/ShortCodes.json",
        "signing_keys": f"{BASE}/SigningKeys.json",
        "sip": f"{BASE}/SIP.json",
        "transcriptions": f"{BASE}/Transcriptions.json",
        "usage": f"{BASE}/Usage.json",
    }


@pytest.mark.parametrize(
    ("status", "possible"),
    [("active", "list create update delete"), ("suspended", "list update delete"), ("closed", "list")],
)
def test_what_a_parent_may_do_below_a_subaccount_depends_on_its_status(
    client: Any, store: Store, status: Any, possible: str
) -> None:
    sub = client.api.v2010.accounts.create()
    queues = client.api.v2010.accounts(sub.sid).queues
    first = queues.create(friendly_name="first")
    store.accounts.update(sub.sid, status=status, now=NOW)

    for name, action in {
        "list": queues.list,
        "create": lambda: queues.create(friendly_name="second"),
        "update": lambda: queues(first.sid).update(max_size=2),
        "delete": lambda: queues(first.sid).delete(),
    }.items():
        if name in possible:
            action()
        else:
            assert refusal(action) == (403, 20005)


@pytest.mark.rule("rest-inactive-account")
@pytest.mark.parametrize("whose", ["own", "parent's"])
@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_an_account_that_is_not_active_is_let_in_by_none_of_its_credentials(
    client: Any, store: Store, log_in: Callable[[str, str], Any], status: Any, whose: str
) -> None:
    sub = client.api.v2010.accounts.create()
    key = client.api.v2010.accounts(sub.sid).new_keys.create()
    store.accounts.update(sub.sid if whose == "own" else ACCOUNT, status=status, now=NOW)

    for user, password in ((sub.sid, sub.auth_token), (key.sid, key.secret)):
        queues = log_in(user, password).api.v2010.accounts(sub.sid).queues
        assert refusal(queues.list) == (403, 20005)


# --- all of them ---------------------------------------------------------------------------------------------


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
