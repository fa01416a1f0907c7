"""What befalls a request on purpose: a status, a challenge, silence; which requests, and how many of them."""

from __future__ import annotations

import re

import pytest

from sipdomain.entries import Injected
from sipdomain.errors import SetupError
from sipdomain.sip.digest import Challenge as Asked
from sipdomain.sip.outputs import Address
from sipdomain.twilio.behaviours import BEHAVIOURS
from sipdomain.twilio.behaviours.challenge import Challenge
from sipdomain.twilio.behaviours.far_end import MOST_BEHAVIOURS
from sipdomain.twilio.behaviours.grant import Grant
from sipdomain.twilio.behaviours.reading import read_behaviours
from sipdomain.twilio.behaviours.silence import Silence
from sipdomain.twilio.behaviours.status import Status
from tests.parity.registering import Device, registering
from tests.unit.twilio.bench import ACME, CLOUD, SDP, Bench, flow
from tests.unit.twilio.caller import Caller

DUBLIN = Address("127.0.1.3", 5060)


@pytest.fixture
def office() -> tuple[Bench, Caller]:
    bench = Bench()
    bench.domain(users=None, addresses=["127.0.0.10"])
    return bench, Caller(bench, flow())


def test_the_second_invite_is_refused_and_no_other(office: tuple[Bench, Caller]) -> None:
    bench, _ = office
    bench.emulator.far_end.ask([Status(code=486, nth=2)], bench.now)
    found = []
    for number in range(3):
        Caller(bench, flow(), call_id=f"call-{number}").invite()
        found.append(bench.statuses()[-1])
    assert found == [200, 486, 200]
    (entry,) = bench.journal(Injected)
    assert (entry.call_id, entry.layer, entry.fault, entry.text) == (
        "call-1", "far end", "status", "INVITE answered 486, by `status: {code: 486, nth: 2}`"
    )  # fmt: skip


def test_a_refusal_says_when_to_come_again_and_what_is_enough(office: tuple[Bench, Caller]) -> None:
    bench, caller = office
    bench.emulator.far_end.ask(
        [
            Status(code=503, retry_after=30), Status(code=422, min_se=1800),
            Status(code=423, of="REGISTER", min_expires=900),
            Status(code=302, contact="<sip:200@acme.sip.twilio.com>", headers={"X-Why": "moved"}),
        ],
        bench.now,
    )  # fmt: skip
    caller.invite()
    assert bench.response(503).headers.get("retry-after") == "30"
    caller.invite()
    assert bench.response(422).headers.get("min-se") == "1800"
    caller.invite()
    moved = bench.response(302)
    assert moved.headers.get("contact") == "<sip:200@acme.sip.twilio.com>"
    assert moved.headers.get("x-why") == "moved"
    assert caller.ask("REGISTER").headers.get("min-expires") == "900"


def test_a_copy_of_a_refused_request_gets_the_same_again_and_is_not_counted(
    office: tuple[Bench, Caller],
) -> None:
    bench, caller = office
    bench.emulator.far_end.ask([Status(code=503)], bench.now)
    invite = caller.invite()
    assert bench.statuses() == [100, 503]
    caller.send(invite)
    assert bench.statuses() == [503]
    assert len(bench.journal(Injected)) == 1


def test_a_stale_challenge_has_a_nonce_that_is_taken_afterwards() -> None:
    bench = Bench()
    bench.domain()
    caller = Caller(bench, flow())
    bench.emulator.far_end.ask([Challenge(stale=True, nth=2)], bench.now)
    first = caller.challenge()
    caller.invite(caller.prove(first))
    second = bench.response(407)
    before, after = (Asked.parse(each.require("proxy-authenticate")) for each in (first, second))
    assert (after.stale, after.realm, after.nonce != before.nonce) == (True, "sip.twilio.com", True)
    caller.invite(caller.prove(second))
    assert bench.statuses()[-1] == 200


def test_another_realm_is_named_first_and_our_own_below() -> None:
    bench = Bench()
    bench.domain()
    caller = Caller(bench, flow())
    bench.emulator.far_end.ask(
        [Challenge(realm="other.example", beside=True, algorithm="SHA-256")], bench.now
    )
    caller.invite()
    response = bench.response(407)
    first, second = map(Asked.parse, response.headers.all("proxy-authenticate"))
    assert (first.realm, first.algorithm, second.realm, second.algorithm) == (
        "other.example", "SHA-256", "sip.twilio.com", ""
    )  # fmt: skip


@pytest.mark.parametrize("method", ["INVITE", "BYE"])
def test_within_a_call_requests_are_challenged_too(office: tuple[Bench, Caller], method: str) -> None:
    bench, caller = office
    bench.emulator.far_end.ask([Challenge(of=method, in_call=True)], bench.now)
    caller.invite()
    caller.ack(bench.response(200))
    body = SDP if method == "INVITE" else b""
    assert caller.ask(method, body=body).status == 407
    assert caller.ask(method, body=body).status == 200


def test_acks_that_are_not_heard_let_the_200_come_again(office: tuple[Bench, Caller]) -> None:
    bench, caller = office
    bench.emulator.far_end.ask([Silence(of="ACK", times=2)], bench.now)
    caller.invite()
    caller.tag = bench.response(200).to.tag or ""
    for _ in range(2):
        caller.send(caller.build("ACK", number=1))
        bench.wait(2.0)
        assert 200 in bench.statuses()
    caller.send(caller.build("ACK", number=1))
    bench.take()
    assert [each.text for each in bench.journal(Injected)] == [
        "ACK not heard, by `silence: {of: ACK, times: 2}`"
    ] * 2


def test_silence_of_one_edge_leaves_the_others_alone(office: tuple[Bench, Caller]) -> None:
    bench, caller = office
    bench.emulator.name_edge(flow().local, "ashburn")
    bench.emulator.far_end.ask([Silence(of="any", edge="ashburn", times=2)], bench.now)
    caller.send(caller.build("OPTIONS"))
    caller.invite()
    assert bench.take() == []
    other = Silence(of="any", edge="dublin", times=10)
    bench.emulator.far_end.ask([other], bench.now)
    assert caller.ask("OPTIONS").status == 200


@pytest.mark.parametrize(("local", "host"), [(DUBLIN, ACME), (CLOUD, "acme.sip.dublin.twilio.com")])
def test_a_registration_by_one_edge_is_granted_less(local: Address, host: str) -> None:
    bench = Bench()
    registering(bench)
    bench.emulator.name_edge(DUBLIN, "dublin")
    bench.emulator.far_end.ask([Grant(edge="dublin", seconds=90)], bench.now)
    found = []
    for at, to in ((CLOUD, ACME), (local, host)):
        device = Device(bench, aor=f"sip:alice@{to}", target=f"sip:{to}", local=at, call_id=f"{at.host}-{to}")
        found.append(device.register().require("contact"))
    assert ["expires=90" in each for each in found] == [False, True]
    assert [each.text for each in bench.journal(Injected)] == [
        "REGISTER granted 90 s, by `grant: {seconds: 90, edge: dublin}`"
    ]


def test_an_edge_is_silent_by_its_name_in_the_uri_and_within_the_call_too() -> None:
    bench = Bench()
    bench.domain(users=None, addresses=["127.0.0.10"])
    bench.emulator.far_end.ask([Silence(of="ACK", edge="dublin")], bench.now)
    for host in ("acme.sip.frankfurt.twilio.com", "acme.sip.dublin.twilio.com"):
        caller = Caller(bench, flow(), to=f"sip:100@{host}", call_id=host)
        caller.invite()
        answer = bench.response(200)
        caller.send(caller.build("ACK", number=1, to=answer.require("to"), target="sip:127.0.0.1:5060"))
    assert [each.call_id for each in bench.journal(Injected)] == ["acme.sip.dublin.twilio.com"]


@pytest.mark.parametrize(
    ("edge", "complaint"),
    [
        ("dubln", "there is no edge `dubln`; write ashburn, umatilla, dublin, frankfurt"),
        ("ie1", "there is no edge `ie1`; write dublin, or the HOST:PORT that requests reach"),
        ("127.0.0.1:", "`edge: 127.0.0.1:` has no port; write such as 127.0.0.1:5060"),
        (
            "127.0.0.1:5999",
            "nobody listens at 127.0.0.1:5999; requests come to 127.0.0.1:5060, 127.0.1.3:5060",
        ),
    ],
)
def test_an_edge_by_which_nothing_can_come_is_refused(edge: str, complaint: str) -> None:
    bench = Bench()
    bench.emulator.name_edge(DUBLIN, "dublin")
    bench.emulator.listen_at([CLOUD])
    with pytest.raises(SetupError, match=re.escape(complaint)):
        bench.emulator.far_end.ask([Status(), Silence(edge=edge)], bench.now)
    assert bench.emulator.far_end.is_idle
    bench.emulator.listen_at([Address("0.0.0.0", 5999)])
    bench.emulator.far_end.ask([Silence(edge="192.0.2.1:5999"), Silence(edge="127.0.1.3:5060")], bench.now)


@pytest.mark.parametrize(
    ("which", "statuses"),
    [
        ({"user": "100"}, [503, 200]),
        ({"user": "200"}, [200, 503]),
        ({"domain": "ACME.sip.twilio.com"}, [503, 200]),
        ({"domain": "other.sip.twilio.com"}, [200, 200]),
        ({"caller": "alice"}, [503, 200]),
        ({"caller": "alice@127.0.0.10"}, [503, 200]),
        ({"caller": "bob"}, [200, 200]),
        ({"call_id": "second"}, [200, 503]),
        ({"in_call": True}, [200, 200]),
        ({"in_call": False}, [503, 200]),
        ({"edge": "127.0.0.1:5060"}, [503, 200]),
        ({"since": 1}, [200, 503]),
        ({"until": 1, "nth": 2}, [200, 200]),
        ({"times": 2}, [503, 503]),
    ],
)
def test_what_is_written_of_a_request_is_asked_of_it(
    office: tuple[Bench, Caller], which: dict[str, object], statuses: list[int]
) -> None:
    bench, _ = office
    bench.emulator.far_end.ask(read_behaviours({"status": {"code": 503, **which}}), bench.now)
    found = []
    for call_id, user in (("first", "100"), ("second", "200")):
        Caller(bench, flow(), to=f"sip:{user}@acme.sip.twilio.com", call_id=call_id).invite()
        found.append(bench.statuses()[-1])
        bench.wait(2.0)
        bench.take()
    assert found == statuses


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"status": {"code": 200}}, "behaviours.0.status: `code` must be from 300 to 699, not 200"),
        ({"status": {"cod": 503}}, "behaviours.0.status.cod: unknown key `cod`"),
        ({"status": {"code": "x"}}, "behaviours.0.status.code: `x` is not a whole number"),
        (
            [{"status": {}}, {"silence": {"of": "INVIT"}}],
            "behaviours.1.silence: there is no method `INVIT`; write such as `of: INVITE`, or `of: any`",
        ),
        (
            {"status": {"of": "ACK"}},
            "behaviours.0.status: an ACK gets no response; `silence` lets it be ignored",
        ),
        (
            {"status": {"headers": {"X-Why": "so", "v": "SIP/2.0/UDP 127.0.0.1"}}},
            "behaviours.0.status: `headers` cannot have `v`: it is no name, or every response has it already",
        ),
        (
            {"status": {"headers": {"X Why": "so"}}},
            "behaviours.0.status: `headers` cannot have `X Why`: it is no name, or every response has it already",
        ),
        (
            {"status": {"reason": "a\r\nX: y"}},
            "behaviours.0.status: neither a header field nor a reason phrase has a line break in it",
        ),
        (
            {"challenge": {"of": "CANCEL"}},
            "behaviours.0.challenge: CANCEL is never challenged (RFC 3261 section 22.1)",
        ),
        (
            {"challenge": {"beside": True}},
            "behaviours.0.challenge: `beside` needs a `realm`: two challenges of one realm are one too many",
        ),
        ({"status": {"until": 9000}}, "behaviours.0.status: `until` must be from 0 to 3600, not 9000"),
        ({"status": {"since": 5, "until": 5}}, "behaviours.0.status: `until` must be later than `since`"),
        (
            {"status": {}, "silence": {}},
            'behaviours.0: write one behaviour with its keys, such as {"status": {"code": 503}}',
        ),
        (7, 'behaviours.0: write one behaviour with its keys, such as {"status": {"code": 503}}'),
        ({"statu": {}}, f"behaviours.0: there is no behaviour 'statu'; there are {', '.join(BEHAVIOURS)}"),
    ],
)  # fmt: skip
def test_what_is_no_behaviour_is_named_with_its_place(value: object, message: str) -> None:
    with pytest.raises(SetupError) as refused:
        read_behaviours(value)
    assert str(refused.value) == message


def test_the_line_of_a_behaviour_is_read_again_as_the_same() -> None:
    import yaml

    for behaviour in (
        Status(code=302, contact="<sip:a@b>", headers={"X-1": 'a "b": c'}, times=3, since=0.5),
        Challenge(realm="no", stale=True, in_call=False),
        Silence(of="any", edge="127.0.0.1:5060", user="true"),
    ):
        assert read_behaviours(yaml.safe_load(behaviour.line)) == (behaviour,)
        assert read_behaviours({behaviour.WORD: behaviour.plain}) == (behaviour,)


def test_there_are_so_many_at_once_and_what_is_over_makes_room(office: tuple[Bench, Caller]) -> None:
    bench, caller = office
    far_end = bench.emulator.far_end
    far_end.ask([Silence(of="OPTIONS")] * MOST_BEHAVIOURS, bench.now)
    with pytest.raises(SetupError, match=r"there may be 32 behaviours at once \(there are 32, and 1 more\)"):
        far_end.ask([Status()], bench.now)
    for _ in range(2):
        caller.send(caller.build("OPTIONS"))
    far_end.ask([Status(), Status()], bench.now)
    shown = far_end.shown(bench.now)
    assert len(shown) == MOST_BEHAVIOURS
    assert shown[-1] == {
        "id": 34, "line": "status: {code: 503}", "status": {"code": 503}, "met": 0, "applied": 0, "over": False
    }  # fmt: skip
    assert far_end.forget(34)
    assert not far_end.forget(34)
    assert far_end.forget()
    assert far_end.is_idle
