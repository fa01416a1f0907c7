"""Whatever is registered in whatever order, the registrar keeps its bounds and forgets in time."""

from __future__ import annotations

from hypothesis import given, strategies as st

from sipdomain.sip.address import NameAddress
from sipdomain.sip.outputs import Address, Flow
from sipdomain.twilio.admission.registrar import Aor, Change, Origin, Registrar, Wish

USERS = [Aor("SD1", "alice"), Aor("SD1", "bob"), Aor("SD2", "alice")]
FLOW = Flow("udp", Address("127.0.0.1", 5060), Address("127.0.0.10", 5070))
INSTANCES = ["", ';+sip.instance="<urn:1>"', ';+sip.instance="<urn:2>"']

contacts = st.builds(
    lambda port, instance: NameAddress.parse(f"<sip:x@127.0.0.10:{port}>{instance}"),
    st.integers(5060, 5069),
    st.sampled_from(INSTANCES),
)
wishes = st.lists(st.builds(Wish, contacts, st.sampled_from([0, 600, 601, 1800, 3600])), max_size=4)
steps = st.tuples(
    st.sampled_from(USERS),
    st.one_of(wishes, st.just("everything")),
    st.sampled_from(["a", "b", "c"]),
    st.integers(1, 50),
    st.floats(0, 700),
)


@given(st.lists(steps, max_size=60))
def test_bounds_hold_time_runs_and_nothing_is_left_behind(script: list[tuple]) -> None:  # type: ignore[type-arg]
    registrar = Registrar(most_bindings=4, most_requests=5, most_registrations=6)
    now = 0.0
    made = ended = 0
    for aor, what, call_id, sequence, pause in script:
        until = now + pause
        while (deadline := registrar.deadline) is not None and deadline <= until:
            assert deadline >= now
            now = deadline
            over = registrar.expire(now)
            assert all(each.expires_at <= now for each in over)
            ended += len(over)
        now = until
        registrar.count_request(aor, now)
        before = registrar.of(aor)
        origin = Origin("acme", FLOW, call_id, sequence)
        if what == "everything":
            change = registrar.remove_all(aor, origin, now)
        else:
            change = registrar.register(aor, what, origin, now)
        after = registrar.of(aor)
        if isinstance(change, Change):
            gone = [each for each in before if each not in after]
            assert set(map(id, change.removed)) <= set(map(id, gone))
            made += len(change.registered)
            ended += len(gone)
        else:
            assert after == before
        for one in after:
            assert now < one.expires_at <= now + 3600
            assert sum(each.is_for(one.contact) for each in after) == 1
        assert len(after) <= 4
        for domain in ("SD1", "SD2"):
            assert sum(each.aor.domain_sid == domain for each in registrar) <= 6
        assert len(registrar) == made - ended
    while (deadline := registrar.deadline) is not None:
        registrar.expire(deadline)
    assert registrar.idle


@given(st.lists(st.floats(0, 0.6), max_size=80))
def test_no_second_has_more_than_five_registrations(pauses: list[float]) -> None:
    registrar = Registrar()
    now, taken = 0.0, []
    for pause in pauses:
        now += pause
        registrar.expire(now)
        if registrar.count_request(USERS[0], now):
            taken.append(now)
    assert all(later >= first + 1.0 for first, later in zip(taken, taken[5:], strict=False))
