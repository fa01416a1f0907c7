"""A fault is one line of text, which is printed as it is read; and a seed repeats what it did to the byte."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from sipdomain.entries import Injected
from sipdomain.errors import SetupError
from sipdomain.faults import FAULTS, Burst, Drop, Fault, Split
from sipdomain.faults.webhooks import WEBHOOK_FAULTS, Double, Type
from sipdomain.runtime.fault_lines import FaultSet, parsed, written
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.worlds import maker

SCENARIO = """scenario: A call
given:
  credential_lists: {staff: {alice: Correct-Horse-42}}
  domains: {acme: {calls: [staff], voice: /voice, status: /status}}
  app: {/voice: {say: Welcome}, /status: {status: 204}}
  phones: {alice: {}}
  faults: {drop: {chance: 0.3}, burst: {p: 0.1, r: 0.5}, delay: {by: 0.1, spread: 0.1, shape: pareto}}
  webhook_faults: {double: {chance: 0.5}, shuffle: {within: 2}}
steps:
  - dial: sip:100@acme
  - expect: {ended_by: cloud, within: 60}
"""


@pytest.mark.parametrize(
    ("text", "fault", "shown"),
    [
        ("drop 30% from phone", Drop(chance=0.3, sender="phone"), "sip drop 30% from phone"),
        (
            "sip drop of ACK,'200 INVITE' since 1",
            Drop(of=frozenset({"ACK", "200 INVITE"}), since=1.0),
            "sip drop since 1.0 of '200 INVITE,ACK'",
        ),
        ("sip burst p 0.05 r 0.3", Burst(p=0.05, r=0.3), "sip burst p 0.05 r 0.3"),
        ("split octets 9 over tls", Split(octets=9, over=frozenset({"tls"})), "sip split over tls octets 9"),
        ("webhook double copies 2 of voice", Double(copies=2, of=frozenset({"voice"})), "webhook double of voice copies 2"),
        ("rtp drop 5% from cloud", Drop(chance=0.05, sender="cloud"), "rtp drop 5% from cloud"),
        ("webhook type name ''", Type(name=""), "webhook type name ''"),
    ],
)  # fmt: skip
def test_a_fault_is_a_line(text: str, fault: Any, shown: str) -> None:
    found = parsed([text])
    assert [*found.line, *found.web, *found.rtp] == [fault]
    assert found.lines() == [shown]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "fault '': write one of sip duplicate, drop, "),
        ("sip dorp", "fault 'sip dorp': write one of sip duplicate, drop, "),
        ("sip slow", "fault 'sip slow': write one of "),
        ("drop 30", "fault 'drop 30': unknown word `30`; known are chance, since, until, of, over, from"),
        (
            "rtp drop of ACK",
            "fault 'rtp drop of ACK': `of` and `over` are of messages of SIP, and RTP has none",
        ),
        (
            "rtp one_way",
            "fault 'rtp one_way': `from` is needed: whose audio is lost, the phone's or the cloud's",
        ),
        (
            "rtp source from cloud other host",
            "fault 'rtp source from cloud other host': `from` must be the phone",
        ),
        ("rtp rebind", "fault 'rtp rebind': write one of "),
        ("drop x%", "fault 'drop x%': x% is not a percentage"),
        ("drop 130%", "fault 'drop 130%': `chance` must be from 0 to 1, not 1.3"),
        ("drop of", "fault 'drop of': `of` needs a value"),
        ("drop from pbx", "fault 'drop from pbx': `from`: "),
        ("drop of 'ACK", 'fault "drop of \'ACK": No closing quotation'),
        ("burst p 0.1", "fault 'burst p 0.1': `r`: "),
        ("delay by soon", "fault 'delay by soon': `by`: "),
        (f"drop of {'A' * 600}", "fault 'drop of AAAA"),
    ],
)
def test_what_is_none_is_refused_with_the_reason(text: str, message: str) -> None:
    with pytest.raises(SetupError) as caught:
        parsed([text])
    assert str(caught.value).startswith(message)


def test_there_is_an_end_to_faults() -> None:
    with pytest.raises(SetupError) as caught:
        parsed(["drop"] * 33)
    assert str(caught.value) == "there may be 32 faults at most (got 33)"


CHANCES = st.floats(0.0, 1.0, allow_nan=False)
SECONDS = st.floats(0.0, 60.0, allow_nan=False)


@st.composite
def faults(draw: st.DrawFn) -> Any:
    kind = draw(st.sampled_from([*FAULTS.values(), *WEBHOOK_FAULTS.values()]))
    values: dict[str, Any] = {"chance": draw(CHANCES), "since": draw(SECONDS)}
    for name, (lowest, highest) in kind.BOUNDS.items():
        whole = isinstance(lowest, int)
        values[name] = draw(st.integers(int(lowest), int(highest)) if whole else st.floats(lowest, highest))
    if issubclass(kind, Fault):
        values["sender"] = draw(st.sampled_from([None, "phone", "cloud"]))
        values["of"] = frozenset(draw(st.sets(st.sampled_from(["ACK", "200", "200 INVITE"]))))
    return kind(**values)


@given(faults())
@settings(max_examples=200, deadline=None)
def test_what_is_printed_is_read_as_the_same(fault: Any) -> None:
    found = parsed([written(fault)])
    same = next(iter(found.line or found.web))
    assert same == fault
    assert found.lines() == [written(fault)]


def played(seed: int) -> Result:
    source = load_scenario_text(SCENARIO)
    return run_scenario(source, maker("sim", speech=False), substrate="sim", seed=seed)


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_a_seed_repeats_to_the_byte_what_goes_wrong(seed: int) -> None:
    one, other = played(seed), played(seed)
    assert one.entries == other.entries
    assert one.outcome == other.outcome


def test_another_seed_is_another_course() -> None:
    courses = {
        tuple((each.at, each.text) for each in played(seed).entries if isinstance(each, Injected))
        for seed in range(5)
    }
    assert len(courses) == 5


def test_nothing_is_nothing() -> None:
    assert parsed([]) == FaultSet()
