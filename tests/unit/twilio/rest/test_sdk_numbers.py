"""The provider's own SDK for Python works on phone numbers and caller IDs."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.twilio.store import Store
from tests.unit.twilio.rest.sdk import ACCOUNT, BASE, CREATED, NOW, refusal


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
