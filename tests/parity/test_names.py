"""Which names lead to a domain, and which edge was asked for it."""

from __future__ import annotations

import pytest

from sipdomain.entries import Decision
from sipdomain.errors import RestError
from sipdomain.sip.outputs import Address
from tests.unit.twilio.bench import ACCOUNT, ACME, EPOCH, Bench, flow
from tests.unit.twilio.caller import Caller, Make

DUBLIN = Address("127.0.1.3", 5060)
TOKYO = Address("127.0.1.6", 5060)


@pytest.mark.rule("any-edge")
@pytest.mark.parametrize("to", [f"sip:100@{ACME}", "sip:100@acme.sip.tokyo.twilio.com"])
@pytest.mark.parametrize(("local", "edge"), [(DUBLIN, "dublin"), (TOKYO, "tokyo")])
def test_every_edge_serves_every_domain_and_is_noted(
    bench: Bench, to: str, local: Address, edge: str
) -> None:
    bench.emulator.name_edge(DUBLIN, "dublin")
    bench.emulator.name_edge(TOKYO, "tokyo")
    Caller(bench, flow(local=local), to=to).invite()
    assert bench.statuses() == [100, 407]
    first = bench.journal(Decision)[0]
    assert (first.check, first.outcome) == ("edge", "noted")
    assert first.got == f"{edge} (udp {local})"


@pytest.mark.rule("any-edge")
def test_the_edge_of_a_dropped_request_is_noted_too(make: Make) -> None:
    bench = make()
    bench.domain(users=None, addresses=["192.0.2.1"])
    bench.emulator.name_edge(DUBLIN, "dublin")
    Caller(bench, flow(local=DUBLIN)).invite()
    assert bench.statuses() == []
    assert [each.outcome for each in bench.journal(Decision)] == ["noted", "dropped"]


@pytest.mark.rule("any-edge")
def test_a_listener_that_stands_for_no_edge_notes_none(bench: Bench) -> None:
    bench.emulator.name_edge(DUBLIN, "dublin")
    Caller(bench, flow()).invite()
    assert [each.check for each in bench.journal(Decision)] == ["domain", "credentials"]


@pytest.mark.rule("account-sid-domain")
def test_an_account_sid_is_a_domain_name_that_only_its_account_may_take(make: Make) -> None:
    bench = make()
    name = f"{ACCOUNT.lower()}.sip.twilio.com"
    stranger = bench.store.accounts.create(sid="AC" + "2" * 32, auth_token="2" * 32, now=EPOCH)
    with pytest.raises(RestError) as refused:
        bench.store.domains.create(stranger.sid, name, now=EPOCH)
    assert refused.value.code == 21232
    bench.domain(name)
    Caller(bench, flow(), to=f"sip:100@{ACCOUNT}.sip.dublin.twilio.com").invite()
    assert bench.statuses() == [100, 407]


@pytest.mark.rule("unknown-domain")
@pytest.mark.parametrize("host", ["sip.twilio.com", "sip.dublin.twilio.com", "sip.us1.twilio.com"])
def test_a_proxy_in_place_of_a_domain_is_distinguished(bench: Bench, host: str) -> None:
    Caller(bench, flow(), to=f"sip:100@{host}").invite()
    assert bench.statuses() == [100, 404]
    assert bench.refusal.mend == (
        f"{host} is an outbound proxy: keep it as that, and put a domain's name in the Request-URI"
    )


@pytest.mark.rule("edge-names")
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("acme.pbx.test", 407),
        ("acme.pbx.dublin.test", 407),
        ("acme.sip.twilio.com", 404),
        ("acme.pbx.mars.test", 404),
    ],
)
def test_the_suffix_of_all_names_can_be_another(make: Make, host: str, status: int) -> None:
    bench = make(suffix="pbx.test", default_domain="acme.pbx.test")
    bench.domain("acme.pbx.test")
    Caller(bench, flow(), to=f"sip:100@{host}").invite()
    assert bench.statuses() == [100, status]
    Caller(bench, flow(), to="sip:100@127.0.0.1", call_id="call-2").invite()
    assert bench.statuses() == [100, 407]
