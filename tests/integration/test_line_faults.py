"""Faults of connections and of a NAT: live and in virtual time a call takes them alike."""

from __future__ import annotations

import pytest

from sipdomain.entries import Injected, SipMessage
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.world import Substrate
from sipdomain.scenario.worlds import maker

TEXT = """scenario: A call by a bad line
given:
  credential_lists: {staff: {alice: Correct-Horse-42}}
  domains: {acme: {calls: [staff], voice: /voice}}
  app: {/voice: {verbs: [{say: Welcome}, {pause: {length: 30}}]}}
  phones: {alice: {transport: TRANSPORT, address: 127.0.0.10}}
  faults: FAULTS
steps:
  - dial: sip:100@acme
  - expect: {responses_begin: [100, 407], webhook: /voice, within: WITHIN}
  - expect: {heard: {say: Welcome}}
  - hang_up: {}
  - expect: {status: completed, ended_by: phone, within: 20}
"""
SUBSTRATES: list[Substrate] = ["sim", "live"]

pytestmark = pytest.mark.parametrize("substrate", SUBSTRATES)


def played(
    substrate: Substrate, transport: str, faults: str, within: float = 20.0, *, leave_open: bool = False
) -> Result:
    text = TEXT.rpartition("  - expect")[0] if leave_open else TEXT
    text = text.replace("TRANSPORT", transport).replace("FAULTS", faults).replace("WITHIN", str(within))
    return run_scenario(load_scenario_text(text), maker(substrate, speech=False), substrate=substrate)


def injected(result: Result) -> list[str]:
    return [f"{each.fault}: {each.text}" for each in result.entries if isinstance(each, Injected)]


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_a_stream_in_pieces_or_joined_carries_a_call(substrate: Substrate, transport: str) -> None:
    result = played(substrate, transport, "{split: {octets: 90}, merge: {within: 0.05}}")
    assert (result.outcome, result.mismatches) == ("passed", ())
    assert any(each.startswith("merge, split: INVITE of the phone: arrives in ") for each in injected(result))


def test_a_connection_that_is_half_open_after_the_invite_carries_the_answers(substrate: Substrate) -> None:
    result = played(substrate, "tcp", "{half_close: {of: [INVITE], from: phone}}")
    assert (result.outcome, result.mismatches) == ("passed", ())
    said = "half_close: INVITE of the phone: the sender's half of the connection ends"
    assert injected(result) == [said, said]


def test_a_bye_that_is_lost_with_its_connection_is_said(substrate: Substrate) -> None:
    result = played(substrate, "tcp", "{reset: {of: [BYE], from: phone}}", leave_open=True)
    assert injected(result) == ["reset: BYE of the phone: lost, and the connection reset"]
    took = [
        each
        for each in result.entries
        if isinstance(each, SipMessage) and each.owner == "cloud" and each.lane == "in"
    ]
    assert not any(each.data.startswith(b"BYE") for each in took)


@pytest.mark.parametrize("transport", ["tcp", "tls"])
def test_a_connection_that_is_refused_fails_the_call(substrate: Substrate, transport: str) -> None:
    result = played(substrate, transport, "{refuse: {from: phone}}", 1.0)
    assert [each.path for each in result.mismatches] == [
        "steps[1].expect.responses_begin", "steps[1].expect.webhook",
    ]  # fmt: skip
    assert injected(result)[0] == f"refuse: a connection of the phone over {transport}"


def test_a_phone_whose_nat_forgot_it_goes_on_from_another_port(substrate: Substrate) -> None:
    result = played(substrate, "udp", "{rebind: {of: [BYE, 200 BYE]}}")
    assert (result.outcome, result.mismatches) == ("passed", ())
    came = [
        each
        for each in result.entries
        if isinstance(each, SipMessage) and each.owner == "cloud" and each.lane == "in"
    ]
    assert len({each.remote for each in came}) == 2
    assert came[0].remote != came[-1].remote
