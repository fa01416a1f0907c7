"""Legs that a call dials: who made them, on record, in the journal and in their webhooks."""

from __future__ import annotations

import pytest

from sipdomain.entries import CallBegan, CallChanged
from sipdomain.sip.uri import Uri
from sipdomain.twilio.calls.call_webhooks import CallWebhooks
from sipdomain.twilio.calls.family import child_record
from sipdomain.twilio.calls.orders import CallOrder
from sipdomain.twilio.engine.turn import Turn
from sipdomain.twilio.fidelity.profile import Profile
from sipdomain.twilio.store.call_records import CallRecord
from tests.parity.ordered_calls import STATUS, TO, VOICE, Phone
from tests.unit.twilio.bench import ACCOUNT, BOTH, LONG, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page

EVENTS = ("initiated", "ringing", "answered", "completed")


def child_of(bench: Bench, parent: CallRecord) -> tuple[CallRecord, Phone]:
    """Let a call dial Bob."""
    webhooks = CallWebhooks(url=VOICE, status_callback=STATUS, events=EVENTS)
    order = CallOrder(to=Uri.parse(TO), from_="+15551230000", webhooks=webhooks)
    record = child_record(bench.emulator._engine, parent, order, Turn(bench.now))
    assert record.status == "initiated"
    bench.dial(record, order)
    return record, Phone(bench, bench.request("INVITE"))


def talking(bench: Bench) -> CallRecord:
    bench.domain()
    bench.pages["/voice"] = page(LONG)
    Caller(bench, flow()).talk()
    return bench.record


@pytest.mark.rule("child-call")
@BOTH
def test_a_leg_names_the_call_that_dials_it_on_record_and_in_its_webhooks(
    make: Make, profile: Profile
) -> None:
    bench = make(profile)
    parent = talking(bench)
    before = len(bench.asks)
    child, bob = child_of(bench, parent)
    bob.respond(180)
    bob.answer()
    told = [ask.parameters for ask in bench.asks[before:]]
    assert [each["CallStatus"] for each in told] == ["initiated", "ringing", "in-progress", "in-progress"]
    assert {each["ParentCallSid"] for each in told} == {parent.sid}
    assert {(each["CallSid"], each["Direction"]) for each in told} == {(child.sid, "outbound-dial")}
    assert all("ParentCallSid" not in ask.parameters for ask in bench.asks[:before])
    shown = bench.read(f"/Calls/{child.sid}.json")
    assert (shown["parent_call_sid"], shown["direction"], shown["to"]) == (parent.sid, "outbound-dial", TO)
    assert bench.read(f"/Calls/{parent.sid}.json")["parent_call_sid"] is None
    listed = bench.read(f"/Calls.json?ParentCallSid={parent.sid}")["calls"]
    assert [each["sid"] for each in listed] == [child.sid]


@pytest.mark.rule("child-call")
@BOTH
def test_a_call_of_either_direction_begins_in_the_journal_before_anything_else_of_it(
    make: Make, profile: Profile
) -> None:
    bench = make(profile)
    parent = talking(bench)
    child, _ = child_of(bench, parent)
    ordered = bench.post("/Calls.json", 201, To=TO, From="+15551230000", Url=VOICE)
    began = {each.call_sid: each for each in bench.journal(CallBegan)}
    assert [(each.call_sid, each.parent) for each in began.values()] == [
        (parent.sid, ""), (child.sid, parent.sid), (ordered["sid"], ""),
    ]  # fmt: skip
    for each in bench.journal(CallChanged):
        assert bench.entries.index(began[each.call_sid]) < bench.entries.index(each)
        assert began[each.call_sid].call_id == each.call_id
    assert bench.calls.find(child.sid) is child
    assert child.account_sid == ACCOUNT
