"""A call as a scenario: what it carries over, and what it hides."""

from __future__ import annotations

from sipdomain.entries import SipMessage
from sipdomain.report.diagnosis import trace_of_journal
from sipdomain.report.recorded import scenario_of
from sipdomain.trace.calls import calls

HEAD = (
    "Via: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-1\r\nFrom: <sip:alice@acme>;tag=1\r\n"
    "To: <sip:100@acme.sip.twilio.com>{tag}\r\nCall-ID: a@host\r\nCSeq: 1 INVITE\r\n"
)
INVITE = (
    "INVITE sip:100@acme.sip.twilio.com SIP/2.0\r\n" + HEAD.format(tag="") + "Max-Forwards: 70\r\n"
    "X-Order: id=7\r\nX-Auth-Token: Correct-Horse-42\r\nX-Callback: http://alice:Correct-Horse-42@127.0.0.1/\r\n"
    "Content-Length: 0\r\n\r\n"
)
BUSY = "SIP/2.0 486 Busy Here\r\n" + HEAD.format(tag=";tag=2") + "Content-Length: 0\r\n\r\n"


def message(lane: str, text: str, at: float) -> SipMessage:
    return SipMessage(
        at=at, owner="pbx", lane="out" if lane == "out" else "in", transport="udp", local="127.0.0.1:5070",
        remote="127.0.0.1:5060", data=text.encode(), call_id="a@host",
    )  # fmt: skip


def test_no_secret_of_a_header_field_is_written_to_the_scenario() -> None:
    entries = [message("out", INVITE, 1.0), message("in", BUSY, 1.5)]
    (call,) = calls(trace_of_journal(entries))
    found = scenario_of(call, entries)
    assert found["steps"][0]["dial"]["headers"] == [
        ["X-Order", "id=7"],
        ["X-Auth-Token", "********"],
        ["X-Callback", "http://alice:********@127.0.0.1/"],
    ]
