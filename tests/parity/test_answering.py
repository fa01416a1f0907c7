"""What answers a call, and how the answer and its senders are named."""

from __future__ import annotations

import pytest

from sipdomain.twilio.fidelity.profile import Profile
from sipdomain.twilio.names.edges import EDGES, MEDIA
from tests.unit.twilio.bench import BOTH, LONG, SDP, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page


@pytest.mark.rule("verbs-answer")
@BOTH
@pytest.mark.parametrize(
    "verb",
    ["<Say>Hi</Say>", "<Play>/song</Play>", '<Play digits="1"/>', "<Pause/><Say>Hi</Say>", "<Hangup/>"],
)
def test_any_verb_but_reject_answers_in_the_end(make: Make, profile: Profile, verb: str) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages |= {"/voice": page(f"<Response>{verb}</Response>"), "/song": page(b"RIFF", "audio/wav")}
    alice = Caller(bench, flow())
    alice.dial()
    early = bench.statuses()
    bench.wait(1.0)
    assert [*early, *bench.statuses()][:3] == [100, 180, 200]


@pytest.mark.rule("answer-mirrors-numbers")
@BOTH
@pytest.mark.parametrize("number", [96, 101, 111, 126])
def test_the_answer_takes_the_payload_numbers_of_the_offer(make: Make, profile: Profile, number: int) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages["/voice"] = page(LONG)
    Caller(bench, flow()).dial(body=SDP.replace(b"101", str(number).encode()))
    answer = bench.response(200).body.decode()
    assert f"RTP/AVP 0 {number}\r\n" in answer
    assert f"a=rtpmap:{number} telephone-event/8000\r\na=fmtp:{number} 0-16\r\n" in answer


@pytest.mark.rule("invite-user")
@BOTH
def test_a_caller_may_log_in_as_another_than_from_says(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain(users=["alice", "bob"])
    alice = Caller(bench, flow())
    challenged = alice.challenge()
    alice.invite(alice.prove(challenged, user="bob"))
    assert bench.asks[-1].parameters["From"] == "sip:alice@127.0.0.10"
    assert bench.statuses() == [100, 180, 200]


@pytest.mark.rule("published-addresses")
def test_the_published_addresses_are_used() -> None:
    assert {edge.name: edge.signalling for edge in EDGES} == {
        "ashburn": "54.172.60.0/30", "umatilla": "54.244.51.0/30", "dublin": "54.171.127.192/30",
        "frankfurt": "35.156.191.128/30", "tokyo": "54.65.63.192/30", "singapore": "54.169.127.128/30",
        "sydney": "54.252.254.64/30", "sao-paulo": "177.71.206.192/30",
    }  # fmt: skip
    assert MEDIA == "168.86.128.0/18"
