"""<Number> and <Client> inside <Dial>: simulated parties are called, talked to and left as phones are."""

from __future__ import annotations

from typing import Any

import pytest

from sipdomain.entries import PhoneEvent
from sipdomain.media.outputs import Patch, SendDtmf, StartPlayback, Unpatch
from sipdomain.media.prompts import Speech
from sipdomain.twilio.store.subscribers import Act
from tests.parity.dialled import BOB as BOBS_PHONE, Exchange, sip
from tests.unit.twilio.bench import ACCOUNT, ACME, EPOCH, Bench
from tests.unit.twilio.caller import Caller

BOB, CARL, DORA = "+15551230001", "+15551230002", "+15551230003"
OURS = "+15551239999"
SHOWN = f'action="/after" callerId="{OURS}"'
FAILED = {"DialCallStatus": "failed", "DialBridged": "false"}


@pytest.fixture
def line(bench: Bench, alice: Caller) -> Exchange:
    made = Exchange(bench, alice)
    bench.store.numbers.buy(ACCOUNT, phone_number=OURS, now=EPOCH)
    return made


def plan(line: Exchange, address: str = BOB, **settings: Any) -> None:
    line.bench.store.subscribers.define(ACCOUNT, address, now=EPOCH, **settings)


def dial(line: Exchange, nouns: str = BOB, attributes: str = SHOWN) -> None:
    assert line.dial(nouns, attributes) == []
    line.bench.wait(0.0)


@pytest.mark.rule("dial-number", "number-simulated", "dial-bridge", "child-call")
def test_a_number_that_answers_is_connected_until_it_hangs_up(line: Exchange) -> None:
    plan(line, answers_after=2.0, acts=(Act("say", "This is Bob"), Act("press", "1")), hangs_up_after=3.0)
    dial(line, f"<Number>{BOB}</Number>")
    (bob,) = line.children
    assert (bob.to, bob.from_, bob.direction, bob.status) == (BOB, OURS, "outbound-dial", "ringing")
    assert bob.parent_call_sid == line.parent.sid
    line.bench.wait(2.0)
    assert line.wires() == [Patch(line.parent.sid, bob.sid), Patch(bob.sid, line.parent.sid)]
    far = bob.sid + "-far"
    # Two seconds of words, then a key.
    line.bench.wait(2.1)
    media = line.bench.media
    assert [each.prompt for each in media if isinstance(each, StartPlayback) and each.session == far] == [
        Speech("This is Bob")
    ]
    assert [each.keys for each in media if isinstance(each, SendDtmf) and each.session == far] == ["1"]
    line.bench.wait(5.0)
    assert line.told == {
        "DialCallStatus": "completed", "DialCallSid": bob.sid, "DialCallDuration": "6", "DialBridged": "true",
    }  # fmt: skip
    assert (line.statuses, line.heard(), line.parent.status) == (["completed"], "Say", "in-progress")


@pytest.mark.rule("dial-number", "dial-caller-gone")
def test_a_caller_who_hangs_up_ends_the_numbers_call(line: Exchange) -> None:
    plan(line, acts=(Act("pause", "60"), Act("say", "Are you there?")))
    dial(line)
    line.wires()
    bob = line.children[0].sid
    line.leave()
    assert line.wires() == [Unpatch(line.parent.sid, bob), Unpatch(bob, line.parent.sid)]
    assert (line.statuses, line.told["DialCallStatus"]) == (["completed"], "completed")
    line.bench.wait(100.0)
    assert "says" not in [each.event for each in line.bench.journal(PhoneEvent)]


@pytest.mark.rule("number-not-answered", "dial-action")
@pytest.mark.parametrize(
    ("outcome", "status"), [("busy", "busy"), ("fails", "failed"), ("unallocated", "failed")]
)
def test_how_a_number_did_not_answer_is_the_status_of_the_dial(
    line: Exchange, outcome: str, status: str
) -> None:
    plan(line, outcome=outcome)
    dial(line)
    assert line.told == {
        "DialCallStatus": status, "DialCallSid": line.children[0].sid, "DialBridged": "false",
    }  # fmt: skip
    assert line.bench.alerts == []


@pytest.mark.rule("dial-timeout", "number-simulated")
def test_a_number_that_nobody_answers_rings_for_the_timeout_and_five_seconds(line: Exchange) -> None:
    plan(line, outcome="no-answer")
    dial(line, attributes=SHOWN + ' timeout="10"')
    line.bench.wait(14.9)
    assert line.statuses == ["ringing"]
    line.bench.wait(0.2)
    assert line.told["DialCallStatus"] == "no-answer"


@pytest.mark.rule("number-unknown")
@pytest.mark.parametrize(
    ("noun", "code"), [(f"<Number>{BOB}</Number>", 13224), ("<Client>bob</Client>", 32009)]
)
def test_who_is_not_in_the_plan_fails_with_a_reason(line: Exchange, noun: str, code: int) -> None:
    dial(line, noun)
    assert (line.statuses, line.told["DialCallStatus"]) == (["failed"], "failed")
    assert (line.bench.alerts, line.bench.refusal.reason) == ([code], "not-in-the-plan")


@pytest.mark.rule("dial-number")
@pytest.mark.parametrize("written", [" +1 555 123-0001 ", "(555) 123-0001", "1.555.123.0001"])
def test_numbers_are_read_as_people_write_them(line: Exchange, written: str) -> None:
    plan(line)
    dial(line, written)
    assert [each.to for each in line.children] == [BOB]


@pytest.mark.rule("dial-number")
@pytest.mark.parametrize(
    ("caller_id", "alerts"),
    [("", [13214]), ('callerId="+15551238888"', [13214]), ('callerId="reception"', [13214]),
     (f'callerId="{OURS}"', []), ('callerId="555-123-9999"', [])],
)  # fmt: skip
def test_a_number_sees_a_number_of_the_account(line: Exchange, caller_id: str, alerts: list[int]) -> None:
    plan(line)
    dial(line, attributes=f'action="/after" {caller_id}')
    assert line.bench.alerts == alerts
    assert [each.from_ for each in line.children] == ([] if alerts else [OURS])
    assert line.bench.asked("action") == [] or line.told == FAILED


@pytest.mark.rule("dial-number")
def test_a_caller_who_has_a_number_of_the_account_is_seen_by_it(line: Exchange) -> None:
    plan(line)
    line.alice.sender = f"<sip:{OURS}@127.0.0.10>;tag=a1"
    dial(line, attributes="")
    assert [each.from_ for each in line.children] == [OURS]


@pytest.mark.rule("dial-client", "dial-client-parameters")
@pytest.mark.parametrize(
    "noun",
    ["<Client>bob</Client>", "<Client>\n bob </Client>", "<Client><Identity>bob</Identity></Client>",
     '<Client><Identity> bob </Identity><Parameter name="order" value="7"/></Client>'],
)  # fmt: skip
def test_a_client_is_called_by_its_identity_and_sees_any_caller(line: Exchange, noun: str) -> None:
    plan(line, "client:bob")
    dial(line, noun, 'action="/after"')
    (bob,) = line.children
    assert (bob.to, bob.status, line.bench.alerts) == ("client:bob", "in-progress", [])
    assert bob.from_ == line.parent.from_


@pytest.mark.rule("dial-client", "dial-nobody")
@pytest.mark.parametrize(
    "noun", ["<Client/>", "<Client><Identity/></Client>", f"<Client>{'a' * 122}</Client>"]
)
def test_a_client_without_an_identity_is_left_out(line: Exchange, noun: str) -> None:
    dial(line, noun)
    assert (line.told, line.bench.alerts) == (FAILED, [12200])


@pytest.mark.rule("dial-forking", "number-simulated")
def test_of_three_numbers_the_second_answers_and_the_others_are_canceled(line: Exchange) -> None:
    plan(line, BOB, answers_after=9.0)
    plan(line, CARL, answers_after=3.0)
    plan(line, DORA, outcome="no-answer")
    dial(line, "".join(f"<Number>{each}</Number>" for each in (BOB, CARL, DORA)))
    line.bench.wait(3.0)
    assert line.statuses == ["canceled", "in-progress", "canceled"]
    line.bench.wait(60.0)
    assert line.statuses == ["canceled", "in-progress", "canceled"]
    answered = [each.phone for each in line.bench.journal(PhoneEvent) if each.event == "answered"]
    assert answered == [CARL]


@pytest.mark.rule("dial-forking", "number-simulated")
def test_a_phone_and_a_number_ring_together_and_the_phone_wins(line: Exchange) -> None:
    plan(line, answers_after=30.0)
    (phone,) = line.dial(sip(BOBS_PHONE) + f"<Number>{BOB}</Number>", SHOWN)
    phone.answer()
    assert line.statuses == ["canceled", "in-progress"]
    phone.bye()


@pytest.mark.rule("number-phone", "dial-number")
def test_a_number_that_is_a_phone_rings_by_sip(line: Exchange) -> None:
    plan(line, phone=BOBS_PHONE)
    (phone,) = line.dial(BOB, SHOWN)
    assert (phone.invite.target, phone.invite.from_.uri.user) == (BOBS_PHONE, OURS)
    phone.answer()
    assert [each.to for each in line.children] == [BOB]
    phone.bye()
    assert line.told["DialCallStatus"] == "completed"
    assert line.told["DialSipResponseCode"] == "200"


@pytest.mark.rule("outbound-progress", "number-simulated")
def test_callbacks_of_a_numbers_leg_are_of_that_leg(line: Exchange) -> None:
    plan(line, hangs_up_after=1.0)
    events = 'statusCallback="/status" statusCallbackEvent="initiated ringing answered completed"'
    dial(line, f"<Number {events}>{BOB}</Number>")
    line.bench.wait(1.0)
    asked = [each.parameters for each in line.bench.asked("status")]
    assert [each["CallStatus"] for each in asked] == ["initiated", "ringing", "in-progress", "completed"]
    assert {each["ParentCallSid"] for each in asked} == {line.parent.sid}
    assert {each["CallSid"] for each in asked} == {line.children[0].sid}
    assert {(each["To"], each["From"], each["Direction"]) for each in asked} == {(BOB, OURS, "outbound-dial")}


@pytest.mark.rule("send-digits", "dial-number")
def test_send_digits_are_pressed_before_the_two_are_connected(line: Exchange) -> None:
    plan(line)
    dial(line, f'<Number sendDigits="wW12">{BOB}</Number>')
    assert line.wires() == []
    line.bench.wait(2.0)
    bob = line.children[0].sid
    keys = [each.keys for each in line.bench.media if isinstance(each, SendDtmf) and each.session == bob]
    assert keys == ["1", "2"]
    assert line.wires() == [Patch(line.parent.sid, bob), Patch(bob, line.parent.sid)]


@pytest.mark.rule("number-emergency", "number-emergency-simulated")
@pytest.mark.parametrize("number", ["911", "933", "112"])
def test_emergency_numbers_follow_the_setting_of_the_domain(line: Exchange, number: str) -> None:
    dial(line, number, 'action="/after"')
    assert (line.told, line.bench.alerts, line.children) == (FAILED, [13224], [])


@pytest.mark.rule("number-emergency", "number-emergency-simulated")
@pytest.mark.parametrize(
    ("number", "words"), [("911", "Nobody was alerted"), ("933", "No address is on record")]
)
def test_an_emergency_call_is_answered_by_a_voice_that_says_it_is_simulated(
    line: Exchange, number: str, words: str
) -> None:
    domain = line.bench.store.domain_named(ACME)
    assert domain is not None
    line.bench.store.domains.update(ACCOUNT, domain.sid, emergency_calling_enabled=True, now=EPOCH)
    dial(line, number, 'action="/after"')
    (said,) = [each.detail for each in line.bench.journal(PhoneEvent) if each.event == "says"]
    assert words in said
    line.bench.wait(10.0)
    assert (line.told["DialCallStatus"], line.bench.alerts) == ("completed", [])


@pytest.mark.rule("number-emergency-simulated")
def test_the_plan_says_what_an_emergency_number_does_where_it_names_it(line: Exchange) -> None:
    domain = line.bench.store.domain_named(ACME)
    assert domain is not None
    line.bench.store.domains.update(ACCOUNT, domain.sid, emergency_calling_enabled=True, now=EPOCH)
    plan(line, "911", outcome="busy")
    dial(line, "911", 'action="/after"')
    assert line.told["DialCallStatus"] == "busy"
