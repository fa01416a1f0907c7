"""`wait_until` waits for what belongs to no call, and fails only when the time is up."""

from __future__ import annotations

from functools import partial

from sipdomain.entries import Registered, Unregistered
from tests.unit.scenario.paper import PaperCall, PaperWorld, good_call, play

HEAD = "scenario: A wait\ngiven: {phones: {alice: {}}}\nsteps:\n  - dial: sip:100@acme\n"


def test_it_goes_on_at_the_moment_when_all_of_it_is_so() -> None:
    result, world = play(f"{HEAD}  - wait_until: {{calls: 1, webhook: /voice}}\n  - hang_up:\n", good_call)
    assert result.outcome == "passed", result.mismatches
    assert world.calls[0].answered_at == world.calls[0].ended_at


def test_calls_that_are_over_are_not_counted() -> None:
    result, _ = play(f"{HEAD}  - wait_until: {{calls: 1}}\n  - wait_until: {{calls: none}}\n", good_call)
    assert result.outcome == "passed", result.mismatches


def test_what_never_comes_fails_when_the_time_is_up() -> None:
    text = f"{HEAD}  - wait_until: {{calls: 2, webhook: {{path: /voice, times: 2}}, within: 1}}\n"
    result, _ = play(text, good_call)
    assert [(each.path, each.expected, each.got, each.near) for each in result.mismatches] == [
        ("steps[1].wait_until.calls", "2 calls", "1 call", ()),
        ("steps[1].wait_until.webhook", "2 requests at /voice", "1 request", ()),
    ]


def test_a_path_that_is_not_asked_is_named_with_those_that_are() -> None:
    result, _ = play(f"{HEAD}  - wait_until: {{webhook: /other, within: 3}}\n", good_call)
    assert [(each.expected, each.got, each.near) for each in result.mismatches] == [
        ("1 request at /other", "no requests", ("/voice", "/status"))
    ]


def registers(world: PaperWorld, call: PaperCall) -> None:
    """Two registrations of alice, in two domains, one of which ends."""
    more = {"call_id": call.call_id, "user": "alice", "contact": "sip:alice@127.0.0.1"}
    for at, domain in ((0.1, "acme"), (0.2, "beta")):
        entry = Registered(at=100 + at, domain=domain, received="", expires=60, bindings=1, **more)
        world.after(at, partial(world.journal.append, entry))
    over = Unregistered(at=100.5, domain="beta", cause="expired", bindings=0, **more)
    world.after(0.5, lambda: world.journal.append(over))


def test_that_a_user_whom_nobody_knows_has_no_binding_is_no_news() -> None:
    result, _ = play(f"{HEAD}  - wait_until: {{bindings: {{alcie: none}}, within: 1}}\n", registers)
    (mismatch,) = result.mismatches
    assert (mismatch.expected, mismatch.got) == ("no bindings of alcie", "no bindings")
    assert mismatch.near == ("no user 'alcie' is given, and none registered so far", "1 of alice")


def test_who_registered_is_known_without_being_given() -> None:
    def leaves(world: PaperWorld, call: PaperCall) -> None:
        more = {"call_id": call.call_id, "user": "guest", "domain": "acme"}
        gone = Unregistered(at=100.0, cause="expired", bindings=0, contact="sip:guest@127.0.0.1", **more)
        world.after(0.2, lambda: world.journal.append(gone))

    result, _ = play(f"{HEAD}  - wait_until: {{bindings: {{guest: none}}}}\n", leaves)
    assert result.outcome == "passed", result.mismatches


def test_bindings_of_a_user_are_counted_in_all_domains() -> None:
    steps = "".join(f"  - wait_until: {{bindings: {{alice: {count}}}}}\n" for count in ("none", 2, 1))
    result, _ = play(f"{HEAD}{steps}", registers)
    assert result.outcome == "passed", result.mismatches
    result, _ = play(f"{HEAD}  - wait_until: {{bindings: {{bob: 1}}, within: 1}}\n", registers)
    assert [(each.path, each.expected, each.got) for each in result.mismatches] == [
        ("steps[1].wait_until.bindings.bob", "1 binding of bob", "no bindings")
    ]
