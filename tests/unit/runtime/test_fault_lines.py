"""A fault is one line of text, which is printed as it is read; and a seed repeats what it did to the byte."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from pydantic import ValidationError

from sipdomain.entries import Injected
from sipdomain.errors import SetupError
from sipdomain.faults import FAULTS, Burst, Drop, Fault, Split
from sipdomain.faults.webhooks import WEBHOOK_FAULTS, Double, Type
from sipdomain.runtime.fault_lines import FaultSet, parsed, written
from sipdomain.scenario.given import Given
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
        ("drop 30% chance 0.2", "fault 'drop 30% chance 0.2': `chance` comes twice"),
        ("drop 30% 40%", "fault 'drop 30% 40%': `40%` comes twice"),
        ("drop from phone from cloud", "fault 'drop from phone from cloud': `from` comes twice"),
        (
            "sip drop of ACK,'200 INVTE'",
            "fault \"sip drop of ACK,'200 INVTE'\": there is no method `INVTE`; did you mean `INVITE`?",
        ),
        (
            "sip drop since 3 until 3",
            "fault 'sip drop since 3 until 3': `since` must not be below 0, and `until` must be later than `since`",
        ),
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
        ("drop 130%", "fault 'drop 130%': `chance`: `1.3` is too large: 1 or less is needed"),
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
    for each in fields(kind):
        least, most = each.metadata.get("ge"), each.metadata.get("le")
        if most is not None:
            whole = str(each.type) == "int"
            values[each.name] = draw(st.integers(least, most) if whole else st.floats(least, most))
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


@pytest.mark.parametrize(
    ("place", "layer", "written_as", "line"),
    [
        (
            "faults",
            "sip",
            {"delay": {"by": "2", "spread": "0.5", "over": ["tls"], "from": "phone", "of": ["ACK"]}},
            "sip delay of ACK over tls from phone by 2.0 spread 0.5",
        ),
        (
            "rtp_faults",
            "rtp",
            {"one_way": {"from": "cloud", "since": "3"}},
            "rtp one_way since 3.0 from cloud",
        ),
        ("webhook_faults", "webhook", {"double": {"copies": "3"}}, "webhook double copies 3"),
    ],
)
def test_a_scenario_and_a_line_have_the_same_words(
    place: str, layer: str, written_as: dict[str, Any], line: str
) -> None:
    given = Given.model_validate({place: written_as})
    (fault,) = getattr(given, place).faults()
    assert written(fault, layer) == line
    found = parsed([line])
    assert [*found.line, *found.rtp, *found.web] == [fault]


@pytest.mark.parametrize(
    ("place", "wrong", "where"),
    [
        ("faults", {"duplicate": {"copies": "11"}}, ("duplicate", 0, "copies")),
        ("faults", {"truncate": {}}, ("truncate", 0, "octets")),
        ("faults", {"drop": [{}, {"chance": "1.5"}]}, ("drop", 1, "chance")),
        ("faults", {"split": {"over": ["udp"]}}, ("split", 0)),
        ("rtp_faults", {"drop": {"of": ["ACK"]}}, ("drop", 0, "of")),
        ("rtp_faults", {"delay": {"by": "1", "over": ["udp"]}}, ("delay", 0, "over")),
        ("webhook_faults", {"status": {"code": "200"}}, ("status", 0, "code")),
        ("webhook_faults", {"slow": {"from": "phone"}}, ("slow", 0, "from")),
    ],
)
def test_what_is_wrong_in_a_scenario_is_found_at_its_place(
    place: str, wrong: dict[str, Any], where: tuple[str | int, ...]
) -> None:
    with pytest.raises(ValidationError) as caught:
        Given.model_validate({place: wrong})
    assert [each["loc"] for each in caught.value.errors()] == [(place, *where)]


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
