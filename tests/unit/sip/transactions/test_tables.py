"""The four tables are complete: every input in every state is an arrow, or is ignored on purpose."""

from __future__ import annotations

import pytest

from sipdomain.sip.transactions.actions import ACTIONS
from sipdomain.sip.transactions.invite_client import TABLE as INVITE_CLIENT
from sipdomain.sip.transactions.invite_server import TABLE as INVITE_SERVER
from sipdomain.sip.transactions.non_invite_client import TABLE as NON_INVITE_CLIENT
from sipdomain.sip.transactions.non_invite_server import TABLE as NON_INVITE_SERVER
from sipdomain.sip.transactions.table import Action as A, Input as I, State as S, Table  # noqa: N817 - as in the tables

RESPONSES = {I.PROVISIONAL, I.SUCCESS, I.FAILURE}

# What each machine can be fed with: its own messages, and the timers that its arrows start.
INPUTS = {
    "INVITE client": RESPONSES | {I.START, I.TIMER_A, I.TIMER_B, I.TIMER_D, I.TIMER_M, I.TRANSPORT_ERROR},
    "INVITE server": RESPONSES
    | {I.START, I.REQUEST, I.ACK, I.TIMER_G, I.TIMER_H, I.TIMER_I, I.TIMER_L, I.TRANSPORT_ERROR},
    "non-INVITE client": RESPONSES | {I.START, I.TIMER_E, I.TIMER_F, I.TIMER_K, I.TRANSPORT_ERROR},
    "non-INVITE server": RESPONSES | {I.START, I.REQUEST, I.TIMER_J, I.TRANSPORT_ERROR},
}

# What is ignored, and why it can be: RFC 3261 section 17 and RFC 6026 section 7 draw no arrow there.
IGNORED = {
    "INVITE client": {
        # A response that comes again, or late, changes nothing.
        (S.COMPLETED, I.PROVISIONAL),
        (S.COMPLETED, I.SUCCESS),
        (S.ACCEPTED, I.PROVISIONAL),
        (S.ACCEPTED, I.FAILURE),
        # RFC 6026 section 8.4: from here on, the ACKs are the transaction user's.
        (S.ACCEPTED, I.TRANSPORT_ERROR),
    },
    "INVITE server": {
        # An ACK answers a final response; before one it is stray, after the first it is a copy.
        (S.PROCEEDING, I.ACK),
        (S.CONFIRMED, I.ACK),
        # A final response was sent: nothing may follow it but 2xx after 2xx.
        (S.COMPLETED, I.PROVISIONAL),
        (S.COMPLETED, I.SUCCESS),
        (S.COMPLETED, I.FAILURE),
        (S.CONFIRMED, I.PROVISIONAL),
        (S.CONFIRMED, I.SUCCESS),
        (S.CONFIRMED, I.FAILURE),
        (S.ACCEPTED, I.PROVISIONAL),
        (S.ACCEPTED, I.FAILURE),
        # Copies of the INVITE are absorbed (RFC 6026 section 7.1, RFC 3261 section 17.2.1).
        (S.CONFIRMED, I.REQUEST),
        (S.ACCEPTED, I.REQUEST),
        # Nothing is left to be sent.
        (S.CONFIRMED, I.TRANSPORT_ERROR),
    },
    "non-INVITE client": {
        (S.COMPLETED, I.PROVISIONAL),
        (S.COMPLETED, I.SUCCESS),
        (S.COMPLETED, I.FAILURE),
        (S.COMPLETED, I.TRANSPORT_ERROR),
    },
    "non-INVITE server": {
        # RFC 3261 section 17.2.2: a copy before any answer is discarded.
        (S.TRYING, I.REQUEST),
        # A second final response is discarded.
        (S.COMPLETED, I.PROVISIONAL),
        (S.COMPLETED, I.SUCCESS),
        (S.COMPLETED, I.FAILURE),
    },
}
TABLES = {
    "INVITE client": (INVITE_CLIENT, S.CALLING),
    "INVITE server": (INVITE_SERVER, S.PROCEEDING),
    "non-INVITE client": (NON_INVITE_CLIENT, S.TRYING),
    "non-INVITE server": (NON_INVITE_SERVER, S.TRYING),
}
STARTS = {
    A.START_A: I.TIMER_A, A.START_B: I.TIMER_B, A.START_D: I.TIMER_D, A.START_E: I.TIMER_E, A.SLOW_E: I.TIMER_E,
    A.START_F: I.TIMER_F, A.START_G: I.TIMER_G, A.START_H: I.TIMER_H, A.START_I: I.TIMER_I, A.START_J: I.TIMER_J,
    A.START_K: I.TIMER_K, A.START_L: I.TIMER_L, A.START_M: I.TIMER_M,
}  # fmt: skip


def situations(table: Table, first: S) -> set[tuple[S, frozenset[I]]]:
    """Return every reachable pair of a state and the timers that may run in it."""
    found: set[tuple[S, frozenset[I]]] = set()
    waiting: list[tuple[S, frozenset[I]]] = [(first, frozenset())]
    while waiting:
        here = state, running = waiting.pop()
        if here in found:
            continue
        found.add(here)
        for (at, what), (target, actions) in table.items():
            if at is not state or (what in STARTS.values() and what not in running):
                continue
            after = running - {what}
            for action in actions:
                if action is A.STOP:
                    after = frozenset()
                elif action in STARTS:
                    after |= {STARTS[action]}
            waiting.append((target, frozenset() if target is S.TERMINATED else after))
    return found


@pytest.mark.parametrize("name", TABLES)
def test_every_input_in_every_state_is_an_arrow_or_ignored_on_purpose(name: str) -> None:
    table, first = TABLES[name]
    reached = situations(table, first)
    possible = {
        (state, what)
        for state, running in reached
        for what in INPUTS[name]
        if state is not S.TERMINATED
        and (what not in STARTS.values() or what in running)
        and (what is not I.START or state is first)
    }

    assert possible - table.keys() == IGNORED[name]
    assert not IGNORED[name] & table.keys()
    assert table.keys() <= possible


@pytest.mark.parametrize("name", TABLES)
def test_every_state_of_a_table_is_reached_and_left(name: str) -> None:
    table, first = TABLES[name]
    reached = {state for state, _ in situations(table, first)}

    assert {state for state, _ in table} | {S.TERMINATED} == reached
    assert {target for target, _ in table.values()} | {first} == reached
    for state in reached - {S.TERMINATED}:
        assert any(at is state and target is not state for (at, _), (target, _) in table.items())


@pytest.mark.parametrize("name", TABLES)
def test_a_state_after_the_final_response_always_has_a_timer_that_ends_it(name: str) -> None:
    table, first = TABLES[name]

    for state, running in situations(table, first):
        if state in {S.COMPLETED, S.CONFIRMED, S.ACCEPTED}:
            assert any(table[state, timer][0] is S.TERMINATED for timer in running)


@pytest.mark.parametrize("name", TABLES)
def test_every_timer_that_a_table_starts_is_waited_for(name: str) -> None:
    table, _ = TABLES[name]
    started = {STARTS[action] for _, actions in table.values() for action in actions if action in STARTS}
    awaited = {what for _, what in table if what in STARTS.values()}

    assert started == awaited


def test_every_action_is_carried_out_and_used() -> None:
    used = {action for table, _ in TABLES.values() for _, actions in table.values() for action in actions}

    assert set(A) == set(ACTIONS) == used


def test_every_input_belongs_to_a_machine() -> None:
    assert set(I) == set().union(*INPUTS.values())
