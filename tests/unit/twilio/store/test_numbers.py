"""Phone numbers, caller IDs, keys and queues: what may be stored, and what is found again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sipdomain.errors import RestError
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store

MAIN = "AC00000000000000000000000000000001"
SUB = "AC00000000000000000000000000000002"
NUMBER = "+15005550006"


def code(action: Callable[[], object]) -> tuple[int, int]:
    """Return status and code of a refusal."""
    with pytest.raises(RestError) as refused:
        action()
    return refused.value.status, refused.value.code


def test_an_account_owns_what_it_bought_or_verified_and_nothing_else(store: Store) -> None:
    bought = store.numbers.buy(MAIN, phone_number=NUMBER, now=2.0)
    verified = store.caller_ids.create(MAIN, "+442079460000", now=2.0)

    assert store.numbers.owned(MAIN, NUMBER) is bought
    assert store.numbers.owned(MAIN, "+442079460000") is verified
    assert store.numbers.owned(SUB, NUMBER) is None
    assert store.numbers.owned(SUB, "+442079460000") is None
    assert store.numbers.owned(MAIN, "5005550006") is None
    store.numbers.delete(MAIN, bought.sid)
    store.caller_ids.delete(MAIN, verified.sid)
    assert store.numbers.owned(MAIN, NUMBER) is None
    assert store.numbers.owned(MAIN, "+442079460000") is None


def test_a_number_that_moves_is_owned_by_the_other(store: Store) -> None:
    bought = store.numbers.buy(MAIN, phone_number=NUMBER, now=2.0, voice_url="http://app.test/voice")
    moved = store.numbers.update(MAIN, bought.sid, to=SUB, now=3.0)

    assert (moved.account_sid, moved.sid, moved.voice_url) == (SUB, bought.sid, "http://app.test/voice")
    assert store.numbers.owned(SUB, NUMBER) is moved
    assert store.numbers.owned(MAIN, NUMBER) is None
    assert (store.numbers.of(MAIN), store.numbers.of(SUB)) == ([], [moved])


def test_a_number_moves_to_no_account_that_is_full(store: Store) -> None:
    for last in "78":
        store.numbers.buy(SUB, phone_number=f"+1500555000{last}", now=2.0)
    bought = store.numbers.buy(MAIN, phone_number=NUMBER, now=2.0)

    assert code(lambda: store.numbers.update(MAIN, bought.sid, to=SUB, now=3.0)) == (400, 0)
    assert store.numbers.owned(MAIN, NUMBER) is bought


@pytest.mark.parametrize(
    ("wanted", "kind", "number"),
    [
        ({"phone_number": "+442079460000"}, "local", "+442079460000"),
        ({"phone_number": "+447700900000", "kind": "mobile"}, "mobile", "+447700900000"),
        ({"phone_number": "+18335550100"}, "toll-free", "+18335550100"),
        ({"phone_number": "+18005550100", "kind": "toll-free"}, "toll-free", "+18005550100"),
        ({"area_code": "415"}, "local", "+14155550100"),
        ({"area_code": "800"}, "toll-free", "+18005550100"),
        ({"phone_number": NUMBER, "area_code": "415"}, "local", NUMBER),
    ],
)
def test_a_number_is_of_the_kind_that_it_looks_like(
    store: Store, wanted: dict[str, Any], kind: str, number: str
) -> None:
    bought = store.numbers.buy(MAIN, now=2.0, **wanted)
    assert (bought.type, bought.phone_number) == (kind, number)


def test_an_area_code_gives_the_lowest_number_that_is_free(store: Store) -> None:
    first = store.numbers.buy(MAIN, area_code="415", now=2.0)
    second = store.numbers.buy(SUB, area_code="415", now=2.0)
    store.numbers.delete(MAIN, first.sid)
    third = store.numbers.buy(MAIN, area_code="415", now=2.0)
    numbers = [each.phone_number for each in (first, second, third)]
    assert numbers == ["+14155550100", "+14155550101", "+14155550100"]


def test_an_area_code_runs_out_after_a_hundred_numbers() -> None:
    store = Store(Ids(Counting()))
    store.accounts.create(sid=MAIN, now=1.0)
    bought = [store.numbers.buy(MAIN, area_code="415", now=2.0).phone_number for _ in range(100)]
    assert (bought[0], bought[-1]) == ("+14155550100", "+14155550199")
    assert code(lambda: store.numbers.buy(MAIN, area_code="415", now=2.0)) == (400, 21452)


@pytest.mark.parametrize(
    ("wanted", "refusal"),
    [
        ({}, 21421),
        ({"phone_number": "5005550006"}, 21421),
        ({"phone_number": "+05005550006"}, 21421),
        ({"phone_number": "+1 500 555 0006"}, 21421),
        ({"phone_number": "+1500555000612345"}, 21421),
        ({"phone_number": "+١٥٠٠٥٥٥٠٠٠٦"}, 21421),
        ({"phone_number": "+15005550001"}, 21422),
        ({"area_code": "41"}, 21451),
        ({"area_code": "115"}, 21451),
        ({"area_code": "4x5"}, 21451),
        ({"area_code": "٤١٥"}, 21451),
        ({"phone_number": NUMBER, "kind": "toll-free"}, 21458),
        ({"phone_number": "+18005550100", "kind": "local"}, 21458),
        ({"phone_number": "+18005550100", "kind": "mobile"}, 21458),
        ({"phone_number": NUMBER, "friendly_name": "x" * 65}, 20002),
        ({"phone_number": NUMBER, "voice_url": "ftp://app.test/"}, 21402),
        ({"phone_number": NUMBER, "status_callback": "nonsense"}, 21402),
        ({"phone_number": NUMBER, "voice_method": "PUT"}, 21403),
        ({"phone_number": NUMBER, "voice_fallback_url": "http://app.test/"}, 21405),
        ({"phone_number": NUMBER, "sms_fallback_url": "http://app.test/"}, 21406),
        ({"phone_number": NUMBER, "trunk_sid": "TK1"}, 20422),
        ({"phone_number": NUMBER, "voice_receive_mode": "telex"}, 20422),
        ({"phone_number": NUMBER, "emergency_status": "active"}, 20422),
        ({"phone_number": NUMBER, "api_version": "2011-01-01"}, 20422),
    ],
)
def test_a_number_that_cannot_be_had_is_refused_and_nothing_is_kept(
    store: Store, wanted: dict[str, Any], refusal: int
) -> None:
    store.numbers.buy(SUB, phone_number="+15005550001", now=2.0)
    assert code(lambda: store.numbers.buy(MAIN, now=2.0, **wanted)) == (400, refusal)
    assert store.numbers.of(MAIN) == []


def test_a_trunk_and_an_application_take_each_others_place(store: Store) -> None:
    trunk, application = "TK" + "1" * 32, "AP" + "2" * 32
    bought = store.numbers.buy(MAIN, phone_number=NUMBER, now=2.0, voice_application_sid=application)
    assert (bought.trunk_sid, bought.voice_application_sid) == (None, application)
    changed = store.numbers.update(MAIN, bought.sid, now=2.0, trunk_sid=trunk)
    assert (changed.trunk_sid, changed.voice_application_sid) == (trunk, None)
    changed = store.numbers.update(MAIN, bought.sid, now=2.0, voice_application_sid=application)
    assert (changed.trunk_sid, changed.voice_application_sid) == (None, application)


def test_a_url_may_not_go_while_its_fallback_stays(store: Store) -> None:
    settings: Any = {"voice_url": "http://app.test/", "voice_fallback_url": "http://app.test/sorry"}
    bought = store.numbers.buy(MAIN, phone_number=NUMBER, now=2.0, **settings)
    assert code(lambda: store.numbers.update(MAIN, bought.sid, now=2.0, voice_url="")) == (400, 21405)
    changed = store.numbers.update(MAIN, bought.sid, now=2.0, voice_url="", voice_fallback_url="")
    assert (changed.voice_url, changed.voice_fallback_url) == (None, None)


@pytest.mark.parametrize(
    "make",
    [
        lambda store, number: store.keys.create(MAIN, str(number), now=2.0),
        lambda store, number: store.numbers.buy(MAIN, phone_number=f"+1500555000{number}", now=2.0),
        lambda store, number: store.caller_ids.create(MAIN, f"+1500555000{number}", now=2.0),
        lambda store, number: store.queues.create(MAIN, f"queue {number}", now=2.0),
    ],
    ids=["keys", "numbers", "caller IDs", "queues"],
)
def test_an_account_has_no_more_of_each_than_is_kept(
    store: Store, make: Callable[[Store, int], object]
) -> None:
    for number in (1, 2):
        make(store, number)
    assert code(lambda: make(store, 3)) == (400, 0)


def test_only_the_right_secret_opens_a_key(store: Store) -> None:
    made = store.keys.create(MAIN, "app", now=2.0)
    kept = store.keys.fetch(MAIN, made.sid)

    assert store.keys.authenticated(made.sid, made.secret) is kept
    assert store.keys.authenticated(made.sid, made.secret.upper()) is None
    assert store.keys.authenticated(made.sid, "") is None
    assert store.keys.authenticated(made.sid, "schlüssel\udc80") is None
    assert store.keys.authenticated("SK" + "0" * 32, made.secret) is None
    assert store.keys.authenticated("", "") is None
    store.keys.delete(MAIN, made.sid)
    assert store.keys.authenticated(made.sid, made.secret) is None


def test_of_a_secret_its_hash_is_kept() -> None:
    store = Store(Ids(Counting(1)))
    store.accounts.create(sid=MAIN, auth_token="main-token", now=1.0)
    made = store.keys.create(MAIN, now=2.0)

    assert made.secret == "00000000000000000000000000000002"
    # As `printf %s SECRET | sha256sum` prints it.
    assert (
        store.keys.fetch(MAIN, made.sid).secret_hash
        == "d2b1f1d83f0ad4f52dec8a1e2091f5c94ffad00ed3528362353fbe97aacd0187"
    )


class Counting:
    """Bits that count up."""

    def __init__(self, last: int = 0) -> None:
        self.last = last

    def getrandbits(self, k: int, /) -> int:
        self.last += 1
        return self.last & ((1 << k) - 1)
