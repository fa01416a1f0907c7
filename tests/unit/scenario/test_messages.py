"""Expectations on messages one by one: which are meant, what they say, how many, in which order, how far apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from sipdomain.entries import SipMessage
from sipdomain.errors import FileError
from sipdomain.journal import Journal
from sipdomain.runtime.files.yaml_file import load_text
from sipdomain.scenario.checked import check
from sipdomain.scenario.loader import load_scenario_text
from sipdomain.scenario.messages import MOST_MESSAGES, Messages
from sipdomain.scenario.mismatch import ExpectationError, Mismatch
from sipdomain.scenario.runner import Result, run_scenario
from sipdomain.scenario.stage import Stage
from sipdomain.scenario.steps.expect import Expect
from sipdomain.scenario.worlds import maker

CALL = """scenario: Messages
given:
  credential_lists: {staff: {alice: Correct-Horse-42}}
  domains: {acme: {calls: [staff], registrations: [staff], voice: /voice, status: /status}}
  app:
    /voice: [{redirect: /voice}, {pause: 2}]
    /status: {status: 204}
  phones: {alice: {}}
steps:
  - dial: {to: sip:100@acme, headers: [[X-Order, "7"], [X-Order, "8"]]}
"""


def outcome(steps: str) -> Result:
    source = load_scenario_text(f"{CALL}{steps}", "messages.scenario.yaml")
    return run_scenario(source, maker("sim", speech=False), substrate="sim")


Judge = Callable[[str], tuple[Mismatch, ...]]


@pytest.fixture(scope="module")
def expected() -> Iterator[Judge]:
    """What is not met of a call that is over, played once for all."""
    scenario = load_scenario_text(CALL, "messages.scenario.yaml").scenario
    with closing(maker("sim", speech=False)) as worlds:
        world = worlds(scenario.given, profile="documented", seed=0)
        stage = Stage(world, scenario.given)
        world.run(scenario.steps[0].step.run(stage, ""))

        def judge(expectation: str) -> tuple[Mismatch, ...]:
            step = check(Expect, load_text(f"{{{expectation}, within: 20}}", "expectation"))
            try:
                world.run(step.run(stage, "expect"))
            except ExpectationError as failure:
                return failure.mismatches
            return ()

        yield judge
        stage.close()
        world.close()


@pytest.mark.parametrize(
    "expectation",
    [
        "message: {method: INVITE, nth: 1, absent: [Proxy-Authorization]}",
        "message: {method: INVITE, nth: 2, headers: {proxy-authorization: {matches: 'Digest .*'}}}",
        "message: {method: INVITE, headers: {X-Order: '8'}, request_uri: 'sip:100@acme.sip.twilio.com'}",
        "message: {method: INVITE, count: 2}",
        "message: {method: INVITE, from: cloud, count: none}",
        "message: {method: INVITE, absent: [Proxy-Authorization], count: 1}",
        "message: {status: 407}",
        "message: {status: 200, of: BYE, from: phone}",
        "message: {status: 200, count: 2}",
        "message: {status: 200, of: INVITE, sdp: {audio.codecs: [PCMU, PCMA, telephone-event], audio.protocol: RTP/AVP}}",
        "message: {status: 200, of: INVITE, sdp: {audio.direction: sendrecv, audio.a.ptime: '20'}}",
        "message: {status: 200, of: INVITE, sdp: {connection.address: 127.0.0.1, audio.address: {matches: '127.*'}}}",
        "message: {documented: {method: BYE}, observed: {method: CANCEL}}",
        "order: [{method: INVITE}, {status: 407}, {method: INVITE}, {status: 200, of: INVITE}, {method: BYE}]",
        "order: [{webhook: /voice}, {webhook: /voice}]",
        "order: [{callback: initiated}, {webhook: /voice, parameters: {CallStatus: ringing}}, {callback: completed}]",
        "between: {first: {status: 180}, then: {method: BYE, from: cloud}, at_least: 1.9, at_most: 2.1}",
        "webhook: /voice, nth: 2, method: POST, request_headers: {content-type: {matches: 'application/x-www.*'}}",
        "webhook: /voice, body: {matches: '.*&CallStatus=ringing&.*To=sip%3A100%40acme.*'}",
        "webhook: /voice, count: 2",
        "webhook: /voice, parameters: {CallStatus: completed}, count: none",
        "callback: busy, count: none",
        "callback: completed, count: 1",
    ],
)
def test_what_was_seen_is_met(expected: Judge, expectation: str) -> None:
    assert expected(expectation) == ()


@pytest.mark.parametrize(
    ("expectation", "path", "wanted", "got"),
    [
        ("message: {method: INVITE, nth: 1, headers: {Proxy-Authorization: {matches: '.*'}}}",
         "message.headers.Proxy-Authorization", "something that matches .*", "no such header field"),
        ("message: {method: INVITE, nth: 3}", "message.nth", "INVITE, number 3", "2 of them"),
        ("message: {method: INVITE, count: 1}", "message.count", "1 times INVITE", "2"),
        ("message: {method: INVITE, absent: [Proxy-Authorization], count: 2}",
         "message.count", "2 times INVITE", "1, and 1 that are otherwise"),
        ("message: {method: CANCEL}", "message", "CANCEL", "no such message"),
        ("message: {status: 200, of: BYE, from: cloud}", "message", "200 to BYE from the cloud", "no such message"),
        ("message: {status: 486, count: 1}", "message.count", "1 times 486", "0"),
        ("message: {method: INVITE, headers: {X-Order: '9'}}", "message.headers.X-Order", "9", "7, 8"),
        ("message: {method: INVITE, absent: [x-order]}", "message.absent", "no header field x-order", "7, 8"),
        ("message: {method: INVITE, request_uri: 'sip:1@acme.sip.twilio.com'}",
         "message.request_uri", "sip:1@acme.sip.twilio.com", "sip:100@acme.sip.twilio.com"),
        ("message: {status: 200, of: INVITE, sdp: {audio.codecs: [PCMU]}}",
         "message.sdp.audio.codecs", "PCMU", "PCMU, PCMA, telephone-event"),
        ("message: {status: 200, of: INVITE, sdp: {video.port: '0'}}", "message.sdp.video.port", "0", "nothing there"),
        ("message: {method: BYE, sdp: {audio.port: '0'}}", "message.sdp.audio.port", "0", "no session description"),
        ("order: [{method: BYE}, {method: ACK}]", "order", "BYE, ACK",
         "item 2 of 2, ACK, did not come after BYE; it came before"),
        ("order: [{method: ACK}, {method: CANCEL}]", "order", "ACK, CANCEL",
         "item 2 of 2, CANCEL, did not come after ACK"),
        ("order: [{callback: completed}, {webhook: /voice}]", "order", "callback completed, webhook /voice",
         "item 2 of 2, webhook /voice, did not come after callback completed; it came before"),
        ("between: {first: {status: 180}, then: {method: BYE}, at_most: 1}",
         "between", "at most 1 s from 180 to BYE", "2.002 s"),
        ("between: {first: {status: 180}, then: {method: BYE}, at_least: 3}",
         "between", "at least 3 s from 180 to BYE", "2.002 s"),
        ("between: {first: {method: BYE}, then: {method: INVITE}, at_most: 9}",
         "between", "at most 9 s from BYE to INVITE", "no INVITE after BYE"),
        ("webhook: /voice, nth: 3", "webhook", "/voice", "no request number 3"),
        ("webhook: /voice, nth: 1, method: GET", "method", "GET", "POST"),
        ("webhook: /voice, count: 1", "count", "1 times webhook /voice", "2"),
        ("callback: completed, count: none", "count", "0 times callback completed", "1"),
        ("webhook: /voice, request_headers: {Accept: nothing}", "request_headers.Accept", "nothing", "*/*"),
        ("callback: completed, body: CallStatus=completed, count: 1",
         "count", "1 times callback completed", "0, and 1 that are otherwise"),
    ],
)  # fmt: skip
def test_what_was_otherwise_says_what_came(
    expected: Judge, expectation: str, path: str, wanted: str, got: str
) -> None:
    first = expected(expectation)[0]
    assert (first.path, first.expected, first.got) == (f"expect.{path}", wanted, got)


@pytest.mark.parametrize("expectation", ["message: {method: BYE, count: none}", "message: {method: INVITE, count: 2}",
                                         "webhook: /voice, count: 2", "callback: busy, count: none"])  # fmt: skip
def test_how_many_there_are_is_not_known_before_the_call_is_over(expectation: str) -> None:
    result = outcome(f"  - expect: {{{expectation}, within: 1}}\n")
    assert [each.got for each in result.mismatches] == ["the call was not over after 1 s; raise `within`"]


def test_what_is_saved_of_a_message_and_of_a_request_is_written_later() -> None:
    result = outcome(
        "  - expect: {message: {status: 200, of: INVITE, save: {sid: headers.X-Twilio-CallSid, port: sdp.audio.port}}}\n"
        "  - expect: {webhook: /voice, nth: 1, parameters: {CallSid: '${sid}'}, save: {from: parameters.From}}\n"
        "  - expect: {webhook: /voice, nth: 2, parameters: {From: '${from}'}, within: 9}\n"
        "  - expect: {message: {status: 200, of: INVITE, sdp: {audio.port: {matches: '${port}'}}}}\n"
    )
    assert result.mismatches == ()


@pytest.mark.parametrize(
    "expectation",
    ["message: {method: INVITE, save: {x: headers.X-None}}", "webhook: /voice, save: {x: parameters.None}"],
)
def test_what_is_not_there_cannot_be_saved(expected: Judge, expectation: str) -> None:
    (mismatch,) = expected(expectation)
    assert mismatch.path.endswith("save.x")
    assert mismatch.got == "none"


def test_the_messages_of_two_registrations_are_distinguished() -> None:
    result = outcome(
        "  - expect: {answered: true}\n"
        "  - register: {name: first, to: sip:acme}\n"
        "  - expect: {call: first, message: {method: REGISTER, count: 2}}\n"
        "  - register: {name: second, to: sip:acme, headers: [[X-Second, '1']]}\n"
        "  - expect: {call: second, message: {method: REGISTER, headers: {X-Second: '1'}, nth: 1}}\n"
        "  - expect: {call: first, message: {method: REGISTER, headers: {X-Second: '1'}, count: none}}\n"
    )
    assert result.mismatches == ()


def test_a_copy_that_was_sent_again_does_not_count_and_the_first_one_has_the_moment() -> None:
    journal = Journal()
    messages = Messages(journal)
    for at, text in (
        (1.0, b"BYE sip:a SIP/2.0\r\nCall-ID: c\r\n\r\n"),
        (1.5, b"BYE sip:a SIP/2.0\r\nCall-ID: c\r\n\r\n"),
    ):
        journal.append(
            SipMessage(at=at, owner="cloud", lane="out", transport="udp", local="", remote="", data=text)
        )
    assert [each.at for each in messages.of("c", at_phone=False)] == [1.0]
    assert messages.of("c", at_phone=True) == []


def test_what_was_dropped_is_counted() -> None:
    journal = Journal()
    messages = Messages(journal)
    for number in range(MOST_MESSAGES + 3):
        data = b"BYE sip:%d SIP/2.0\r\nCall-ID: c\r\n\r\n" % number
        journal.append(
            SipMessage(at=1.0, owner="p", lane="in", transport="udp", local="", remote="", data=data)
        )
    assert len(messages.of("c", at_phone=True)) == MOST_MESSAGES
    assert messages.lost("c", at_phone=True) == 3


@pytest.mark.parametrize(
    "expectation",
    [
        "decision: {check: credentials, outcome: challenged}",
        "decision: {check: domain, outcome: passed, got: {matches: 'acme.*'}}",
        "decision: {documented: {rule: ringing-before-webhook}, observed: {rule: nothing}}",
    ],
)
def test_a_decision_that_was_made_is_met(expected: Judge, expectation: str) -> None:
    assert expected(expectation) == ()


def test_a_decision_that_was_not_made_shows_those_that_were(expected: Judge) -> None:
    (mismatch,) = expected("decision: {check: access-list, outcome: passed}")
    assert (mismatch.expected, mismatch.got) == (
        "check access-list, outcome passed", "no such decision among 5",
    )  # fmt: skip
    assert mismatch.near[0].startswith("domain: passed acme.sip.twilio.com (")


def test_a_final_status_is_met_once_the_phone_knows() -> None:
    steps = "  - expect: {status: completed}\n  - hang_up:\n"
    steps += "  - expect: {message: {method: BYE, from: phone, count: none}}\n"
    late = CALL.replace("given:", "given:\n  faults: {delay: {by: 0.3, of: [BYE]}}")
    source = load_scenario_text(late + steps, "messages.scenario.yaml")
    assert run_scenario(source, maker("sim", speech=False), substrate="sim").mismatches == ()


@pytest.mark.parametrize(
    ("expectation", "got"),
    [
        ("message: {method: INVITE, absent: [Contcat]}", "none is spelt so, but Contact is there"),
        ("message: {method: INVITE, headers: {Contcat: x}, count: none}", "none is spelt so, but Contact is there"),
        ("webhook: /voice, absent: [CallStaus]", "none is spelt so, but CallStatus is there"),
        ("webhook: /voice, parameters: {CallStaus: busy}, count: none", "none is spelt so, but CallStatus is there"),
        ("webhook: /voice, parameters: {callstatus: ringing}, count: none", "none is spelt so, but CallStatus is there"),
        ("webhook: /voice, request_headers: {User-Agnt: x}, count: none", "none is spelt so, but User-Agent is there"),
        ("registered: false", "the call"),
        ("bindings: none", "the call"),
    ],
)  # fmt: skip
def test_of_a_misspelt_name_and_of_what_such_a_call_never_has_nothing_is_met(
    expectation: str, got: str
) -> None:
    (mismatch,) = outcome(f"  - expect: {{{expectation}, within: 9}}\n").mismatches
    assert mismatch.got == got


@pytest.mark.parametrize(
    "expectation",
    [
        "message: {method: INVITE, absent: [X-Ordre, Route, Record-Route]}",
        "webhook: /voice, absent: [DialCallStatus, SipHeader_X-Ordre]",
    ],
)
def test_what_may_be_meant_as_it_is_spelt_is_absent(expectation: str) -> None:
    assert outcome(f"  - expect: {{{expectation}, within: 9}}\n").mismatches == ()


@pytest.mark.parametrize(
    "word", ["heard: silence", "verbs: []", "pressed: none", "legs: none", "dialled: []", "callbacks: []"]
)
def test_a_registration_has_nothing_of_a_call(word: str) -> None:
    steps = f"  - register: {{name: r}}\n  - expect: {{call: r, {word}}}\n"
    (mismatch,) = outcome(steps).mismatches
    assert (mismatch.expected, mismatch.got) == ("a call, which alone has this", "the registration")


def test_a_call_of_which_the_invite_is_under_way_is_a_call() -> None:
    assert [each.got for each in outcome("  - wait_until: {calls: none, within: 0.5}\n").mismatches] == [
        "1 call"
    ]
    late = CALL.replace("given:", "given:\n  faults: {delay: {by: 0.3, of: [INVITE]}}")
    source = load_scenario_text(f"{late}  - wait_until: {{calls: none, within: 0.1}}\n", "a.scenario.yaml")
    (mismatch,) = run_scenario(source, maker("sim", speech=False), substrate="sim").mismatches
    assert mismatch.got == "1 call of our phones"


def test_a_request_uri_as_dial_takes_it_is_that_of_no_message() -> None:
    with pytest.raises(
        FileError, match=r"a Request-URI names the whole host, such as acme\.sip\.twilio\.com"
    ):
        outcome("  - expect: {message: {method: INVITE, request_uri: 'sip:100@acme', count: none}}\n")
