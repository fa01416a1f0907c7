"""<ConversationRelay>: attributes, the handshake, messages that are not valid, and how it ends."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

import pytest

from sipdomain.entries import CallChanged, Injected
from sipdomain.socket_entries import SocketEnded, SocketMessage
from sipdomain.twilio.behaviours.no_relay import NoRelay
from sipdomain.twilio.webhooks.signature import sign
from sipdomain.twilio.webhooks.socket import OpenSocket, SocketFailed
from tests.parity.documents import dialled
from tests.parity.relaying import (
    ACTION,
    AFTER,
    LONG,
    asked,
    document,
    heard,
    relayed,
    saying,
    sending,
    sent,
    types,
)
from tests.parity.streaming import (
    alerts,
    callbacks,
    closed,
    of,
    requested,
    spoken,
    statuses,
    verbs,
)
from tests.unit.twilio.bench import Bench
from tests.unit.twilio.caller import Make
from tests.unit.twilio.pages import page

# --- the handshake and the first message -------------------------------------------------------------------


@pytest.mark.rule("relay-connect", "relay-setup", "relay-call", "relay-close-code")
def test_setup_comes_first_and_says_who_calls_to_the_letter() -> None:
    found = relayed(
        text=document(inside='<Parameter name="who" value="Ann"/><Parameter name="n" value="7"/>')
    )
    (setup,) = sent(found)
    assert re.fullmatch("VX[0-9a-f]{32}", setup["sessionId"])
    assert list(setup.items()) == [
        ("type", "setup"),
        ("sessionId", setup["sessionId"]),
        ("accountSid", "AC00000000000000000000000000000001"),
        ("parentCallSid", ""),
        ("callSid", requested(found).call_sid),
        ("from", "sip:pbx@acme.sip.twilio.com"),
        ("to", "sip:100@acme.sip.twilio.com"),
        ("forwardedFrom", ""),
        ("callType", "SIP"),
        ("callerName", ""),
        ("direction", "inbound"),
        ("callStatus", "RINGING"),
        ("customParameters", {"who": "Ann", "n": "7"}),
    ]
    assert closed(found).code == 1000
    assert verbs(found) == ["Connect"]


@pytest.mark.rule("relay-call")
def test_in_a_later_document_the_call_is_in_progress() -> None:
    first = "<Response><Redirect>/next</Redirect></Response>"
    found = relayed(text=first, more={"/next": {"twiml": document()}})
    assert sent(found)[0]["callStatus"] == "IN-PROGRESS"


@pytest.mark.rule("relay-query", "relay-signature", "relay-handshake")
def test_a_query_is_sent_and_signed_as_the_providers_kit_checks_it() -> None:
    text = '<Response><Connect><ConversationRelay url="/bot?b=2&amp;a=1%20x"/></Connect></Response>'
    found = relayed({"kind": "relay-echo", "signed": True}, text)
    assert types(found) == ["setup"]
    assert requested(found).url == "ws://127.0.0.1:5000/bot?b=2&a=1%20x"
    assert dict(requested(found).headers)["User-Agent"] == "Twilio.TmeWs/1.0"


@pytest.mark.rule("relay-signature")
def test_the_signature_of_a_query_is_the_one_of_the_providers_kit() -> None:
    signature = sign("12345", "wss://example.com/relay", [("b", "2"), ("a", "1")])
    assert signature == "/H/U1NfwLtReaplNukJXyUQR5aY="


# --- attributes ---------------------------------------------------------------------------------------------


@pytest.mark.rule("relay-attributes", "relay-refused")
@pytest.mark.parametrize(
    "attribute",
    [
        'interruptible="maybe"', 'welcomeGreetingInterruptible="yes"', 'interruptSensitivity="higher"',
        'reportInputDuringAgentSpeech="all"', 'preemptible="1"', 'dtmfDetection="on"', 'speechTimeout="500"',
        'speechTimeout="5001"', 'speechModel="flux-general-en" eotThreshold="0.95"', 'events="tokens"',
        'ignoreBackchannel="no"',
    ],
)  # fmt: skip
def test_an_attribute_that_is_not_valid_lets_the_session_fail_without_a_socket(attribute: str) -> None:
    found = relayed(text=document(attribute, connect=ACTION), more=AFTER)
    assert alerts(found) == [64101]
    said = asked(found)
    assert (said["SessionStatus"], said["ErrorCode"]) == ("failed", "64101")
    assert said["ErrorMessage"].partition(":")[0] in attribute
    assert of(found, SocketMessage) == []
    assert spoken(found) == ["Over"]


@pytest.mark.rule("relay-unsuitable", "relay-voices", "relay-multi", "relay-languages")
@pytest.mark.parametrize(
    ("attributes", "inside"),
    [
        ('voice="en-US-Journey-O"', ""),
        ('ttsProvider="Amazon" voice="UgBBYS2sOqTuMpoF3BR0"', ""),
        ('ttsProvider="Polly"', ""),
        ('transcriptionProvider="Google" speechModel="nova-3-general"', ""),
        ('speechModel="telephony"', ""),
        ('language="English"', ""),
        ('ttsProvider="Google" language="multi"', ""),
        ('transcriptionLanguage="multi" speechModel="flux-general-en"', ""),
        ("", '<Language code="sv-SE" ttsProvider="Google" voice="Joanna-Neural"/>'),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_an_error_to_the_server_and_the_end(
    attributes: str, inside: str
) -> None:
    found = relayed(text=document(attributes, inside, ACTION), more=AFTER)
    assert alerts(found) == [64106]
    assert types(found) == ["setup", "error"]
    assert (asked(found)["SessionStatus"], asked(found)["ErrorCode"]) == ("failed", "64106")


@pytest.mark.rule("relay-voices")
@pytest.mark.parametrize(
    "attributes",
    [
        'ttsProvider="Google" voice="en-US-Journey-O"', 'ttsProvider="Amazon" voice="Joanna-Neural"',
        'voice="UgBBYS2sOqTuMpoF3BR0"', 'transcriptionProvider="Google" speechModel="telephony"',
        'speechModel="flux-general-en" partialPrompts="true" eotThreshold="0.7"', 'language="multi"',
        'deepgramsmartformat="false" ignorebackchannel="true" conversationId="x"', 'interruptible="true"',
        'debug="debugging speaker-events"',
    ],
)  # fmt: skip
def test_what_goes_together_has_no_alert(attributes: str) -> None:
    found = relayed(text=document(attributes))
    assert alerts(found) == []
    assert types(found)[0] == "setup"


@pytest.mark.rule("relay-flux")
def test_partial_prompts_need_a_model_of_flux() -> None:
    found = relayed(text=document('partialPrompts="true"'))
    assert alerts(found) == [12200]
    assert types(found) == ["setup"]


# --- messages that are not valid ----------------------------------------------------------------------------

INVALID = [
    "hello", "[]", "null", "NaN", "{", '{"foo":"bar"}', '{"type":"speak"}', '{"type":null}', '{"type":["text"]}',
    '{"type":"text"}', '{"type":"text","token":null}', '{"type":"text","token":5}',
    '{"type":"text","token":"a","last":"true"}',
    '{"type":"text","token":"a","lang":"English language"}', '{"type":"text","token":"a","interruptible":"maybe"}',
    '{"type":"text","token":"a","preemptible":1}', '{"type":"text","token":"\\ud800"}', '{"type":"play"}',
    '{"type":"play","source":"music.wav"}', '{"type":"play","source":"http://a/b","loop":-1}',
    '{"type":"play","source":"http://a/b","loop":true}', '{"type":"sendDigits"}', '{"type":"sendDigits","digits":"12A"}',
    '{"type":"sendDigits","digits":""}', '{"type":"language"}', '{"type":"language","ttsLanguage":5}',
    '{"type":"end","handoffData":{"a":1}}',
]  # fmt: skip


@pytest.mark.rule("relay-invalid")
@pytest.mark.parametrize("text", INVALID)
def test_a_message_that_is_not_valid_is_left_out_with_an_error_and_the_session_goes_on(text: str) -> None:
    found = relayed(sending({"raw": text}, {"type": "text", "token": "On.", "last": True}))
    assert alerts(found) == [64107]
    assert sent(found)[1:] == [{"type": "error", "description": f"Invalid message received: {text}"}]
    assert heard(found) == ["On."]


@pytest.mark.rule("relay-invalid-fields")
@pytest.mark.parametrize(
    "message",
    [
        {"type": "text", "token": "On.", "last": True, "more": 1},
        {"type": "text", "token": "On.", "last": True, "lang": None},
        {"type": "text", "token": "On.", "last": True, "interruptible": "speech"},
    ],
)  # fmt: skip
def test_further_fields_and_null_are_let_be(message: dict[str, Any]) -> None:
    found = relayed(sending(message))
    assert (alerts(found), heard(found)) == ([], ["On."])


@pytest.mark.rule("relay-malformed")
def test_ten_in_a_row_close_the_socket() -> None:
    found = relayed(
        {"kind": "relay-bad", "fault": "not-json", "times": 12}, document(connect=ACTION), more=AFTER
    )
    assert alerts(found) == [64107] * 10 + [64105]
    assert (closed(found).code, closed(found).detail) == (1007, "Too many consecutive malformed messages")
    said = asked(found)
    assert (said["SessionStatus"], said["ErrorCode"]) == ("failed", "64105")
    assert said["ErrorMessage"] == "Too many consecutive malformed messages"


@pytest.mark.rule("relay-malformed")
def test_a_valid_message_between_begins_the_count_again() -> None:
    wrong, right = [{"raw": "x"}] * 9, {"type": "text", "token": ""}
    found = relayed(sending(*wrong, right, *wrong))
    assert alerts(found) == [64107] * 18
    assert closed(found).code == 1000


@pytest.mark.rule("relay-invalid")
def test_a_binary_message_is_not_valid_either() -> None:
    found = relayed({"kind": "relay-bad", "fault": "binary"})
    assert alerts(found) == [64107]
    assert types(found) == ["setup", "error"]


@pytest.mark.rule("relay-queue")
def test_more_than_may_wait_is_left_out() -> None:
    token = {"type": "text", "token": "x" * 65_000, "last": True}
    found = relayed(sending(token, token))
    assert alerts(found) == [64107]
    assert types(found) == ["setup", "error"]


# --- how it ends --------------------------------------------------------------------------------------------


@pytest.mark.rule("relay-end", "relay-duration", "relay-end-cuts")
def test_end_hands_over_to_the_action() -> None:
    end = {"type": "end", "handoffData": '{"to":"bob"}', "after": 2.5}
    found = relayed(
        sending({"type": "text", "token": LONG}, end), document(connect=ACTION), more=AFTER, steps=(6.0,)
    )
    said = asked(found)
    assert said["SessionId"] == sent(found, "setup")[0]["sessionId"]
    assert (said["SessionStatus"], said["SessionDuration"], said["CallStatus"]) == (
        "ended",
        "2",
        "in-progress",
    )
    assert said["HandoffData"] == '{"to":"bob"}'
    assert "ErrorCode" not in said
    assert heard(found) == ["Over"]
    assert closed(found).code == 1000


@pytest.mark.rule("relay-end", "relay-again")
def test_without_an_action_the_next_verb_runs_and_may_be_another_relay() -> None:
    twice = '<Connect><ConversationRelay url="/bot"/></Connect>' * 2
    text = f"<Response>{twice}<Say>After</Say></Response>"
    found = relayed(sending({"type": "end"}), text)
    first, second = sent(found, "setup")
    assert first["sessionId"] != second["sessionId"]
    assert first["callSid"] == second["callSid"]
    assert spoken(found) == ["After"]


@pytest.mark.rule("relay-completed")
def test_when_the_caller_hangs_up_the_action_hears_that_it_is_completed() -> None:
    found = relayed(saying(LONG), document(connect=ACTION), more=AFTER, steps=(3.0, ("hang up", ""), 1.0))
    said = asked(found)
    assert (said["SessionStatus"], said["SessionDuration"], said["CallStatus"]) == (
        "completed",
        "3",
        "completed",
    )
    assert "HandoffData" not in said
    assert closed(found).code == 1000


@pytest.mark.rule(
    "relay-socket-ended", "relay-cannot-connect", "relay-lost", "relay-never-open", "relay-closed"
)
@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("close", 64105), ("break", 64105), ("fragment", 64105), ("status", 64102), ("never-answers", 64102),
    ],
)  # fmt: skip
def test_a_socket_that_is_lost_or_never_there_lets_the_session_fail(fault: str, code: int) -> None:
    found = relayed({"kind": "relay-bad", "fault": fault}, document(connect=ACTION), more=AFTER, steps=(8.0,))
    assert alerts(found) == [code]
    said = asked(found)
    assert (said["SessionStatus"], said["ErrorCode"], said["CallStatus"]) == (
        "failed",
        "39001",
        "in-progress",
    )
    assert said["ErrorMessage"] == "Network connection to WebSocket server failed."
    assert spoken(found) == ["Over"]


@pytest.mark.rule("relay-cannot-connect")
@pytest.mark.parametrize("url", ["", "http://127.0.0.1:5000/bot", "wss://[", "ws://bot.example/x"])
def test_a_url_at_which_there_can_be_no_socket_is_64102(url: str) -> None:
    text = f'<Response><Connect><ConversationRelay url="{url}"/></Connect></Response>'
    assert alerts(relayed(text=text)) == [64102]


@pytest.mark.rule("relay-failed", "relay-failed-status")
def test_without_an_action_a_failure_ends_the_call() -> None:
    found = relayed({"kind": "relay-bad", "fault": "close", "after": 1.0})
    assert spoken(found) == []
    assert statuses(found)[-1] == "failed"


@pytest.mark.rule("relay-failed-status")
def test_a_call_that_fails_before_its_ack_ends_as_failed_once_that_is_there(make: Make) -> None:
    alice = dialled(make, page(document()), voice_url="https://app.test/voice")
    bench = alice.bench
    (opened,) = (each for each in bench.sockets if isinstance(each, OpenSocket))
    lost = SocketFailed(opened.socket, "refused", "nothing answers")
    bench.carry(bench.emulator.socket(lost, bench.now))
    assert [each.status for each in bench.journal(CallChanged)][-1] == "in-progress"
    alice.ack(bench.response(200))
    assert [each.status for each in bench.journal(CallChanged)][-1] == "failed"
    assert bench.request("BYE").call_id == "call-1"


@pytest.mark.rule("relay-concurrency", "relay-concurrency-fails")
def test_a_session_past_those_that_an_account_may_have_fails_without_a_socket(make: Make) -> None:
    def full(*given: Any) -> Bench:
        bench = make(*given)
        bench.emulator.far_end.behave([NoRelay()], bench.now)
        bench.pages["/after"] = page("<Response/>")
        return bench

    bench = dialled(full, page(document(connect=ACTION)), voice_url="https://app.test/voice").bench
    assert bench.sockets == []
    assert bench.alerts == [64109]
    (asked_for,) = bench.asked("action")
    said = dict(parse_qsl(asked_for.request.body.decode()))
    assert (said["SessionStatus"], said["ErrorCode"]) == ("failed", "64109")
    assert [each.fault for each in bench.journal(Injected)] == ["no_relay"]


@pytest.mark.rule("relay-failed")
def test_the_action_may_begin_another_relay_after_a_failure() -> None:
    found = relayed(
        {"kind": "relay-bad", "fault": "close", "after": 1.0}, document(connect=ACTION),
        more={"/after": {"twiml": document()}},
    )  # fmt: skip
    first, second = sent(found, "setup")
    assert first["sessionId"] != second["sessionId"]
    assert second["callStatus"] == "IN-PROGRESS"
    assert len(of(found, SocketEnded)) == 2
    assert len(callbacks(found, "action")) == 1
