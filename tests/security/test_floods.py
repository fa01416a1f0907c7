"""One neighbour cannot starve the others: each source has its share, and what ends a call is never refused."""

from __future__ import annotations

import pytest

from sipdomain.entries import Decision
from sipdomain.sip.message import Response
from sipdomain.sip.sources import Shares, source_of
from tests.unit.twilio.bench import ACCOUNT, LONG, Bench, flow
from tests.unit.twilio.caller import Caller, alice, bench, make
from tests.unit.twilio.pages import page

__all__ = ["alice", "bench", "make"]

STRANGER = "203.0.113.66"


@pytest.mark.parametrize(
    ("host", "source"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::7", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("pbx.example", "pbx.example"),
    ],
)
def test_a_source_is_an_address_or_the_64_of_an_ipv6_address(host: str, source: str) -> None:
    assert source_of(host) == source


def test_a_source_gets_three_quarters_alone_and_always_leaves_something() -> None:
    shares = Shares(100)
    got: dict[str, int] = {}
    for source in ("first", "second", "third", "fourth"):
        while shares.allows(source):
            shares.take(source)
            got[source] = got.get(source, 0) + 1

    assert got == {"first": 75, "second": 19, "third": 5, "fourth": 1}
    shares.give_back("first", 75)
    assert shares.allows("newcomer")
    assert len(shares) == 3


def options(bench: Bench, host: str, number: int) -> Caller:
    """Send an OPTIONS of its own call, as a scanner does."""
    scanner = Caller(bench, flow(host), call_id=f"scan-{host}-{number}")
    scanner.send(scanner.build("OPTIONS"))
    return scanner


def test_a_flood_of_one_stranger_leaves_the_others_their_transactions() -> None:
    bench = Bench(most_transactions=100)
    bench.domain()
    for number in range(200):
        options(bench, STRANGER, number)
    flooded = bench.statuses()
    alice = Caller(bench, flow())
    alice.dial()

    assert flooded.count(200) == 75
    assert flooded.count(503) == 125
    assert 503 not in bench.statuses()
    assert bench.record.status == "in-progress"


def test_a_call_ends_and_is_cancelled_however_many_strangers_flood() -> None:
    bench = Bench(most_transactions=40)
    bench.domain()
    bench.pages["/voice"] = page(LONG)
    talking = Caller(bench, flow(), call_id="talking")
    talking.talk()
    bench.pages["/voice"] = None
    ringing = Caller(bench, flow(), call_id="ringing")
    invite = ringing.dial()
    bench.take()
    for number in range(400):
        options(bench, f"203.0.113.{number % 250}", number)
    full = bench.statuses()
    new = Caller(bench, flow("192.0.2.9"), call_id="new")
    new.invite()
    refused = bench.statuses()
    ringing.cancel(invite)
    cancelled = bench.statuses()
    talking.number += 100

    assert full.count(503) > 300
    assert refused == [503]
    assert cancelled == [200, 487]
    assert talking.bye().status == 200
    ended = [each.status for each in bench.calls.newest_first(ACCOUNT)]
    assert ended == ["no-answer", "completed"]


def test_a_long_request_takes_more_of_its_senders_share() -> None:
    bench = Bench(most_transactions=100)
    bench.domain()
    scanner = Caller(bench, flow(STRANGER))
    for number in range(10):
        request = scanner.build("OPTIONS", ("X-Long", "x" * 20_000), branch=f"z9hG4bK{number}")
        scanner.send(bytes(request))

    assert bench.statuses() == [200] * 8 + [503] * 2


def admitted(bench: Bench, host: str, number: int) -> int:
    """Call from a listed address; return the final status."""
    caller = Caller(bench, flow(host), call_id=f"{host}-{number}")
    caller.invite()
    final = next(each for each in bench.take() if isinstance(each, Response) and each.status >= 200)
    caller.ack(final)
    return final.status


def test_one_source_alone_may_have_all_calls_and_others_find_places_all_the_same() -> None:
    bench = Bench(most_calls=30)
    bench.domain(users=None, addresses=["203.0.113.66", "192.0.2.7", "192.0.2.8"])
    bench.pages["/voice"] = page(LONG)
    greedy = [admitted(bench, STRANGER, number) for number in range(60)]
    why = bench.journal(Decision)[-1]
    second = [admitted(bench, "192.0.2.7", number) for number in range(20)]
    then = bench.journal(Decision)[-1]
    third = admitted(bench, "192.0.2.8", 0)

    assert greedy == [200] * 30 + [503] * 30
    assert (why.got, why.wanted) == ("30 calls", "fewer than 30")
    assert second == [200] * 8 + [503] * 12
    assert then.got == "38 calls, 8 of them from 192.0.2.7"
    assert then.wanted == "at most three times the 2 that are free from one source"
    assert third == 200


def test_places_come_back_when_calls_end() -> None:
    bench = Bench(most_calls=4)
    bench.domain(users=None, addresses=[STRANGER])
    bench.pages["/voice"] = page(LONG)
    for number in range(12):
        caller = Caller(bench, flow(STRANGER), call_id=f"again-{number}")
        caller.invite()
        caller.ack(bench.response(200))
        assert caller.bye().status == 200


def guess(bench: Bench, user: str, password: str, *, host: str = STRANGER) -> tuple[int, str]:
    """Return how a try to call with a user's name and a password is answered, and what the decision says of it."""
    caller = Caller(bench, flow(host), call_id=f"guess-{len(bench.sent)}")
    challenged = caller.challenge()
    invite = caller.invite(caller.prove(challenged, user=user, password=password))
    answers = [each for each in bench.take() if isinstance(each, Response)]
    if answers[-1].status == 403:
        caller.ack(answers[-1])
    else:
        caller.cancel(invite)
        bench.take()
    judged = [each for each in bench.journal(Decision) if each.check == "credentials"]
    return answers[-1].status, judged[-1].got


@pytest.mark.parametrize("user", ["alice", "nobody"])
def test_guessing_is_slowed_after_fifty_failures_whether_or_not_the_user_exists(user: str) -> None:
    bench = Bench()
    bench.domain()
    looked_at = []
    for number in range(400):
        status, got = guess(bench, user, f"Wrong-Horse-{number}")
        assert status == 403
        looked_at.append("after many failures" not in got)
        bench.wait(0.5)

    assert looked_at[:50] == [True] * 50
    # Pauses of 1, 2, 4, 8, 16 and then 32 seconds: of 175 s that remain.
    assert sum(looked_at[50:]) == 9


def test_while_it_is_slowed_a_right_password_is_refused_like_a_wrong_one() -> None:
    bench = Bench()
    bench.domain()
    bench.pages["/voice"] = None
    for _ in range(50):
        assert guess(bench, "alice", "Wrong-Horse-42")[0] == 403

    assert guess(bench, "alice", "Correct-Horse-42") == (403, f"alice from {STRANGER} after many failures")
    assert guess(bench, "alice", "Correct-Horse-42", host="192.0.2.7") == (180, "alice")
    bench.wait(1.0)
    assert guess(bench, "alice", "Correct-Horse-42") == (180, "alice")


def test_who_tries_many_names_is_slowed_and_who_knows_a_password_there_is_not() -> None:
    bench = Bench()
    bench.domain()
    bench.pages["/voice"] = None
    assert guess(bench, "alice", "Correct-Horse-42")[0] == 180
    for number in range(100):
        guess(bench, f"user{number}", "Wrong-Horse-42")

    assert "after many failures" in guess(bench, "another", "Wrong-Horse-42")[1]
    assert guess(bench, "alice", "Correct-Horse-42")[0] == 180
