"""A message that is broken is answered with what is wrong, and leaves a decision even where it cannot be answered."""

from __future__ import annotations

import pytest

from sipdomain.entries import Decision
from sipdomain.errors import RemoteProtocolError
from sipdomain.report.explain import explain
from sipdomain.sip.codec import parse
from sipdomain.twilio.admission import broken_messages as broken
from tests.unit.twilio.bench import ACME, Bench, flow
from tests.unit.twilio.caller import Caller, Make

HEAD = (
    f"INVITE sip:100@{ACME} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bKx\r\nMax-Forwards: 70\r\n"
    f"From: <sip:alice@{ACME}>;tag=a1\r\nTo: <sip:100@{ACME}>\r\nCall-ID: call-1\r\nCSeq: 1 INVITE\r\n"
    "Contact: <sip:alice@127.0.0.10:5070>\r\n\r\n"
)


REQUEST_LINE = "write the request line as METHOD sip:USER@HOST SIP/2.0: one blank each, and no <>"


@pytest.mark.rule("broken-message", "broken-message-reason")
@pytest.mark.parametrize(
    ("old", "new", "got", "mend"),
    [
        ("Max-Forwards: 70", "X-Broken has no colon", "a header field without a colon: 'X-Broken has no colon'",
         "write each header field as NAME: VALUE; a line that goes on begins with a blank"),
        (f"alice@{ACME}>;tag", f"alice@{ACME}\n>;tag", "CR and LF that are not together end no line",
         "end every line with CR LF, and put neither into a field"),
        (f"alice@{ACME}>;tag", f"alice@{ACME}\r>;tag", "CR and LF that are not together end no line",
         "end every line with CR LF, and put neither into a field"),
        ("Max-Forwards: 70", "X-Odd: a\nX-Injected: b", "CR and LF that are not together end no line",
         "end every line with CR LF, and put neither into a field"),
        ("From: <", "From: Bond, James <", "not a name address: 'Bond, James <sip:alice@acme.sip.twilio.com>;tag=a1'",
         "put the display name in quotes and the URI in <>"),
        ("CSeq: 1 INVITE\r\n", "", "no cseq header field", "send a CSeq header field"),
        ("CSeq: 1 INVITE", "CSeq: 1 BYE", "CSeq says BYE, the request line INVITE",
         "give the method of the request line in CSeq"),
        ("Max-Forwards: 70", "Content-Length: 4", "Content-Length says 4, the body has 0 bytes",
         "count the bytes of the body, not its characters, or send the whole body"),
        (f"INVITE sip:100@{ACME}", f"INVITE <sip:100@{ACME}>", f"the Request-URI is not a SIP URI: '<sip:100@{ACME}>'",
         REQUEST_LINE),
        (f"INVITE sip:100@{ACME}", f"INVITE  sip:100@{ACME}", f"the Request-URI is not a SIP URI: ' sip:100@{ACME}'",
         REQUEST_LINE),
        ("INVITE sip:100@", "INVITE sip:1 0@", f"the Request-URI is not a SIP URI: 'sip:1 0@{ACME}'", REQUEST_LINE),
        (f"INVITE sip:100@{ACME}", f"INVITE sip:100@{ACME}:99999", "the Request-URI is not a port: 99999", REQUEST_LINE),
        ("Max-Forwards: 70", "To: <sip:b@b>", "more than one to header field", "send that header field once"),
    ],
)  # fmt: skip
def test_a_broken_request_is_answered_and_explained(
    bench: Bench, old: str, new: str, got: str, mend: str
) -> None:
    assert HEAD.count(old) == 1
    bench.receive(HEAD.replace(old, new).encode(), flow())
    ((_, _, answer),) = bench.sent
    assert answer.startswith(b"SIP/2.0 400 Bad Request - ")
    assert answer.count(b"\n") == answer.count(b"\r") == answer.count(b"\r\n")
    assert b"\r\nX-Injected" not in answer
    told = bench.refusal
    assert (told.call_id, told.method, told.check, told.outcome) == ("call-1", "INVITE", "message", "refused")
    assert (told.got, told.mend) == (f"{got}, from 127.0.0.10:5070", mend)
    assert f"      fix      {mend}\n" in explain([told])


@pytest.mark.rule("broken-message")
@pytest.mark.parametrize(
    ("data", "method"),
    [
        (HEAD.replace("INVITE", "ACK").replace("CSeq: 1 ACK", "CSeq: x"), "ACK"),
        (HEAD.replace("Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bKx\r\n", ""), "INVITE"),
        (HEAD.replace(f"INVITE sip:100@{ACME} SIP/2.0", "SIP/2.0 200 OK").replace("CSeq: 1 INVITE", "CSeq: x"), ""),
    ],
    ids=["ACK", "no Via", "response"],
)  # fmt: skip
def test_what_cannot_be_answered_leaves_a_decision_too(bench: Bench, data: str, method: str) -> None:
    bench.receive(data.encode(), flow())
    assert bench.sent == []
    told = bench.refusal
    assert (told.call_id, told.method, told.outcome, told.reason) == (
        "call-1",
        method,
        "dropped",
        "broken-message",
    )


@pytest.mark.rule("broken-message")
@pytest.mark.parametrize(
    ("data", "call_id"),
    [
        (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", ""),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", ""),
        (HEAD.replace(" SIP/2.0\r\nVia", "\r\nVia").encode(), "call-1"),
    ],
)
def test_bytes_that_are_no_message_leave_a_decision(bench: Bench, data: bytes, call_id: str) -> None:
    with pytest.raises(RemoteProtocolError) as caught:
        parse(data)
    bench.carry(bench.emulator.unreadable(data, flow(), caught.value, bench.now))
    assert bench.sent == []
    told = bench.refusal
    assert (told.call_id, told.outcome) == (call_id, "dropped")
    assert told.got.startswith("not a start line: ")
    assert told.mend == "begin with METHOD URI SIP/2.0; is this SIP, and not HTTP, RTP or TLS?"


@pytest.mark.rule("broken-message")
def test_a_message_on_a_stream_whose_lines_end_with_lf_alone_is_refused(bench: Bench) -> None:
    bench.receive(HEAD.replace("UDP", "TCP").replace("\r\n", "\n").encode(), flow(transport="tcp"))
    assert (
        bench.response(400).reason
        == "Bad Request - the lines of a message on a stream do not all end with CR LF"
    )
    assert bench.refusal.mend == "end every line with CR LF, as RFC 3261 section 7 has it"


@pytest.mark.rule("broken-message")
def test_a_repeated_message_is_answered_again_but_reported_once(bench: Bench) -> None:
    broken_invite = HEAD.replace("CSeq: 1 INVITE\r\n", "").encode()
    for _ in range(3):
        bench.receive(broken_invite, flow())
        bench.carry(
            bench.emulator.unreadable(b"GET /", flow(), RemoteProtocolError("not a start line"), bench.now)
        )
    assert len(bench.sent) == 3
    assert [each.got for each in bench.journal(Decision)] == [
        "no cseq header field, from 127.0.0.10:5070", "not a start line, from 127.0.0.10:5070",
    ]  # fmt: skip
    bench.receive(broken_invite, flow("127.0.0.11"))
    assert len(bench.journal(Decision)) == 3
    bench.now += 33.0
    bench.receive(broken_invite, flow())
    assert len(bench.journal(Decision)) == 4


@pytest.mark.rule("acl-drop")
def test_a_dropped_invite_is_reported_once_however_often_it_comes(make: Make) -> None:
    bench = make()
    bench.domain(addresses=["192.0.2.1"])
    for _ in range(7):
        bench.receive(HEAD.encode(), flow())
        bench.now += 0.5
    assert bench.sent == []
    assert len(bench.journal(Decision)) == 1


@pytest.mark.rule("broken-message")
def test_an_unlisted_address_is_dropped_for_that_alone(make: Make) -> None:
    bench = make()
    bench.domain(addresses=["192.0.2.1"])
    bench.receive(HEAD.replace("CSeq: 1", "CSeq: x").encode(), flow())
    assert bench.sent == []
    assert bench.refusal.reason == "address-not-listed"


@pytest.mark.rule("broken-message")
def test_a_broken_request_does_not_end_the_call_that_it_belongs_to(bench: Bench, alice: Caller) -> None:
    alice.dial()
    alice.ack(bench.response(200))
    alice.send(bytes(alice.build("BYE")).replace(b"\r\nCSeq", b"\r\nno colon here\r\nCSeq"))
    assert bench.response(400).reason == "Bad Request - a header field without a colon: 'no colon here'"
    assert bench.refusal.method == "BYE"
    assert bench.record.status == "in-progress"


@pytest.mark.rule("broken-message")
def test_what_is_reported_of_a_message_is_bounded() -> None:
    told = broken.decision(
        "c", "INVITE", RemoteProtocolError("x" * 5000), "192.0.2.1:5060", 0.0, answered=False
    )
    assert told.got == f"{'x' * 200}, from 192.0.2.1:5060"
    assert told.mend == "correct it as the reason says (RFC 3261)"


@pytest.mark.rule("broken-message")
@pytest.mark.parametrize(
    ("method", "fields", "without", "got", "mend"),
    [
        ("INVITE", (("Contact", "Bond, James <sip:b@b>"),), "Contact", "not a SIP URI: 'Bond'",
         "write <sip:USER@HOST>, and a display name with a comma in quotes"),
        ("REFER", (), "", "one Refer-To with a URI is needed", "send one Refer-To with the URI to call, in <>"),
        ("REFER", (("Refer-To", "<sip:a@a>"), ("Refer-To", "<sip:b@b>")), "", "one Refer-To with a URI is needed",
         "send one Refer-To with the URI to call, in <>"),
    ],
)  # fmt: skip
def test_a_400_within_a_call_leaves_a_decision(
    bench: Bench,
    alice: Caller,
    method: str,
    fields: tuple[tuple[str, str], ...],
    without: str,
    got: str,
    mend: str,
) -> None:
    alice.dial()
    alice.ack(bench.response(200))
    alice.send(alice.build(method, *fields, without=without))
    assert bench.response(400).reason == f"Bad Request - {got}"
    told = bench.refusal
    assert (told.method, told.reason, told.got) == (method, "broken-message", f"{got}, from 127.0.0.10:5070")
    assert told.mend == mend
