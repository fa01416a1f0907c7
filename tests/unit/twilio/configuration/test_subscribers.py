"""From plain values to a numbering plan, and back."""

from __future__ import annotations

import random
from typing import Any

import pytest

from sipdomain.twilio.configuration.export import describe
from sipdomain.twilio.configuration.model import ConfigurationError, apply, parse
from sipdomain.twilio.names.sids import Ids
from sipdomain.twilio.store import Store
from sipdomain.twilio.store.snapshot import dump, load
from sipdomain.twilio.store.subscribers import Act, Subscriber

ACCOUNT = "AC00000000000000000000000000000001"
PLAN = {
    "numbers": {
        "+15551230001": {
            "answers_after": "3",
            "then": [{"say": "This is Bob"}, {"pause": "1.5"}, {"press": "12#"}, {"play": "/hello.wav"}],
            "hangs_up_after": "5",
        },
        "+15551230002": "busy",
        "+15551230003": "",
        "+15551230004": {"outcome": "fails", "sip_code": "500"},
    },
    "clients": {"carol": "no-answer", "dave": {"phone": "sip:dave@acme.sip.twilio.com"}},
}


@pytest.fixture
def store() -> Store:
    store = Store(Ids(random.Random(1)))
    store.accounts.create(sid=ACCOUNT, now=0.0)
    return store


def put(store: Store, plan: dict[str, Any]) -> None:
    apply(parse(plan), store, ACCOUNT, now=5.0, base_url="http://127.0.0.1:5000/")


def at(store: Store, address: str) -> Subscriber:
    found = store.subscribers.at(ACCOUNT, address)
    assert found is not None
    return found


def test_a_number_answers_and_does_one_thing_after_another(store: Store) -> None:
    put(store, PLAN)

    bob = at(store, "+15551230001")
    assert (bob.outcome, bob.answers_after, bob.hangs_up_after) == ("answers", 3.0, 5.0)
    assert bob.acts == (
        Act("say", "This is Bob"), Act("pause", "1.5"), Act("press", "12#"),
        Act("play", "http://127.0.0.1:5000/hello.wav"),
    )  # fmt: skip
    assert bob.created_at == 5.0


def test_a_word_alone_is_the_outcome_and_nothing_is_an_answer(store: Store) -> None:
    put(store, PLAN)

    assert at(store, "+15551230002").outcome == "busy"
    assert at(store, "+15551230003").outcome == "answers"
    assert (at(store, "+15551230004").outcome, at(store, "+15551230004").sip_code) == ("fails", 500)


def test_clients_stand_beside_numbers(store: Store) -> None:
    put(store, PLAN)

    assert at(store, "client:carol").outcome == "no-answer"
    assert at(store, "client:dave").phone == "sip:dave@acme.sip.twilio.com"
    assert store.subscribers.at(ACCOUNT, "carol") is None


def test_what_is_said_later_of_a_number_counts(store: Store) -> None:
    put(store, PLAN)
    put(store, {"numbers": {"+15551230001": "busy"}})

    bob = at(store, "+15551230001")
    assert (bob.outcome, bob.acts) == ("busy", ())
    assert store.subscribers.count(ACCOUNT) == 6


def test_a_plan_comes_out_as_it_went_in(store: Store) -> None:
    put(store, PLAN)
    described = describe(store, ACCOUNT)

    again = Store(Ids(random.Random(2)))
    again.accounts.create(sid=ACCOUNT, now=0.0)
    apply(described, again, ACCOUNT, now=5.0)

    assert describe(again, ACCOUNT) == described
    assert set(described.numbers) == {"+15551230001", "+15551230002", "+15551230003", "+15551230004"}
    assert described.clients["dave"].phone == "sip:dave@acme.sip.twilio.com"


def test_a_snapshot_holds_the_plan(store: Store) -> None:
    put(store, PLAN)
    again = Store(Ids(random.Random(2)))
    load(again, dump(store))

    assert list(again.subscribers) == list(store.subscribers)


KEYS = "press 0-9, A-D, * and #; w waits half a second, W a whole one"
ONE = "one thing an entry; write the next one as another entry"


@pytest.mark.parametrize(
    ("entry", "path", "message"),
    [
        ("bizzy", ("outcome",), "`bizzy` is not known here"),
        ({"answer_after": "3"}, ("answer_after",), "unknown key `answer_after`"),
        ({"answers_after": "soon"}, ("answers_after",), "`soon` is not a number"),
        ({"outcome": "busy", "then": []}, (), "`then` cannot stand beside `outcome: busy`"),
        ({"outcome": "no-answer", "sip_code": "480"}, (), "`sip_code` cannot stand beside `outcome: no-answer`"),
        ({"outcome": "busy", "sip_code": "200"}, ("sip_code",), "`200` is too small: 400 or more is needed"),
        ({"phone": "bob"}, ("phone",), "`bob` is not a SIP URI"),
        (
            {"phone": "sip:bob@acme", "answers_after": "1"}, (),
            "`phone` cannot stand beside other keys: the phone that is called decides",
        ),
        ({"then": [{"press": "1x"}]}, ("then", 0, "press"), f"`1x` are not keys: {KEYS}"),
        ({"then": [{"say": "a", "press": "1"}]}, ("then", 0), ONE),
        ({"then": [{}]}, ("then", 0), ONE),
        ({"then": [{"pause": "1"}] * 101}, ("then",), "there are too many entries here: at most 100"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_with_its_place(entry: Any, path: tuple[Any, ...], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse({"numbers": {"+15551230001": entry}})

    assert caught.value.message == message
    assert caught.value.path == ("numbers", "+15551230001", *path)


@pytest.mark.parametrize(
    ("plan", "path", "message"),
    [
        (
            {"numbers": {"912": "busy"}}, ("numbers", "912"),
            "PhoneNumber must be in E.164 form, such as +15005550006 (got '912')",
        ),
        (
            {"clients": {"bob smith": "busy"}}, ("clients", "bob smith"),
            "`bob smith` is not an identity: at most 121 characters, no blank, no colon",
        ),
        (
            {"clients": {"bob": {"then": [{"pause": "1"}, {"play": "ftp://host/a.wav"}]}}},
            ("clients", "bob", "then", 1, "play"), "play is not a valid http or https URL: 'ftp://host/a.wav'",
        ),
    ],
)  # fmt: skip
def test_what_the_store_refuses_is_said_with_its_place(
    store: Store, plan: dict[str, Any], path: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        put(store, plan)

    assert (caught.value.message, caught.value.path) == (message, path)


def test_there_are_not_more_than_a_thousand(store: Store) -> None:
    plan = {"numbers": {f"+1555123{number:04}": "busy" for number in range(1001)}}
    with pytest.raises(
        ConfigurationError, match="keeps at most 1000 simulated numbers and clients of an account"
    ):
        put(store, plan)
