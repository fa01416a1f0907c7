"""Hand-made journals: the bytes and decisions of small calls."""

from __future__ import annotations

from typing import Any

from sipdomain.entries import (
    Alert,
    CallBegan,
    CallChanged,
    Decision,
    Entry,
    HttpAnswered,
    HttpRequested,
    Note,
    PhoneEvent,
    SipMessage,
    VerbStarted,
)

CLOUD, PHONE = "127.0.0.1:5060", "127.0.0.10:5070"
SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.10\r\ns=-\r\nc=IN IP4 127.0.0.10\r\nt=0 0\r\n"
    "m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\n"
)


def message(start: str, cseq: str, extra: str = "", body: str = "", call_id: str = "c1@phone") -> bytes:
    kind = "Content-Type: application/sdp\r\n" if body else ""
    return (
        f"{start}\r\nVia: SIP/2.0/UDP {PHONE};branch=z9hG4bK{cseq.split(maxsplit=1)[0]}\r\nMax-Forwards: 70\r\n"
        f"From: <sip:alice@acme.sip.twilio.com>;tag=1\r\nTo: <sip:100@acme.sip.twilio.com>\r\n"
        f"Call-ID: {call_id}\r\nCSeq: {cseq}\r\n{kind}{extra}Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()


def sent(at: float, data: bytes, *, up: bool, arrives: bool = True) -> list[Entry]:
    common: dict[str, Any] = {"transport": "udp", "data": data}
    phone = {"owner": "alice", "local": PHONE, "remote": CLOUD, **common}
    cloud = {"owner": "cloud", "local": CLOUD, "remote": PHONE, **common}
    first, second = (phone, cloud) if up else (cloud, phone)
    entries: list[Entry] = [SipMessage(at=at, lane="out", **first)]
    return [*entries, SipMessage(at=at + 0.0004, lane="in", **second)] if arrives else entries


INVITE = "INVITE sip:100@acme.sip.twilio.com SIP/2.0"


def a_call() -> list[Entry]:
    about: dict[str, Any] = {"call_id": "c1@phone"}
    decided: dict[str, Any] = {**about, "method": "INVITE"}
    sid: dict[str, Any] = {**about, "call_sid": "CA1"}
    first = message(INVITE, "1 INVITE", body=SDP)
    digest = 'Proxy-Authorization: Digest username="alice", response="0123456789abcdef"\r\n'
    return [
        *sent(0.0, first, up=True, arrives=False),
        *sent(0.5, first, up=True),
        *sent(0.501, message("SIP/2.0 100 trying -- your call is important to us", "1 INVITE"), up=False),
        Decision(
            at=0.501, check="domain", outcome="passed", rule="domain", got="acme.sip.twilio.com", **decided
        ),
        Decision(at=0.501, check="credentials", outcome="challenged", rule="challenge-407", **decided),
        *sent(0.502, message("SIP/2.0 407 Proxy Authentication required", "1 INVITE"), up=False),
        *sent(0.51, message(INVITE.replace("INVITE", "ACK", 1), "1 ACK"), up=True),
        *sent(0.511, message(INVITE, "2 INVITE", digest, SDP), up=True),
        Decision(at=0.512, check="credentials", outcome="passed", rule="credentials", got="alice", **decided),
        CallChanged(at=0.512, status="ringing", **sid),
        *sent(0.513, message("SIP/2.0 180 Ringing", "2 INVITE"), up=False),
        HttpRequested(
            at=0.513, token=1, purpose="voice", method="POST", url="http://u:Pass-Word@127.0.0.1:5000/voice", **sid
        ),
        HttpAnswered(
            at=0.533, token=1, purpose="voice", status=200, content_type="text/xml; charset=utf-8", body=b"x" * 74,
            **sid,
        ),
        VerbStarted(at=0.534, verb="Say", text="Welcome to Acme\x1b[31m", **sid),
        *sent(0.535, message("SIP/2.0 200 OK", "2 INVITE", body=SDP.replace("4000", "10000")), up=False),
        PhoneEvent(at=1.0, phone="alice", event="pressed", detail="1", **about),
        *sent(2.5, message("BYE sip:alice@127.0.0.10 SIP/2.0", "7 BYE"), up=False),
        *sent(2.6, message("SIP/2.0 200 OK", "7 BYE"), up=True),
        HttpRequested(
            at=2.601, token=2, purpose="status", method="POST", url="http://127.0.0.1:5000/status",
            parameters=(("CallStatus", "completed"),), **sid,
        ),
        HttpAnswered(at=2.61, token=2, purpose="status", status=0, error="connection refused", error_code=11202,
                     **sid),
        Alert(at=2.61, code=15003, level="warning", text="The status callback was not taken", **sid),
    ]  # fmt: skip


def a_refusal() -> list[Entry]:
    return [
        *sent(0.0, message(INVITE, "1 INVITE"), up=True),
        Decision(
            at=0.001,
            call_id="c1@phone",
            method="INVITE",
            check="access-list",
            outcome="dropped",
            reason="address-not-listed",
            rule="acl-drop",
            got="127.0.0.10",
            wanted="office: 127.0.0.11, 10.0.0.0/8",
            code=32201,
            mend="Add 127.0.0.10 to the access list, or call from an address in it.",
        ),
        Note(at=0.002, source="udp", text="an unreadable datagram from 127.0.0.66:5060"),
        SipMessage(
            at=0.003,
            owner="cloud",
            lane="in",
            transport="udp",
            local=CLOUD,
            remote="127.0.0.66:9",
            data=b"\x00\x01",
        ),
    ]


def a_family(legs: int = 2) -> list[Entry]:
    """A call of alice that dials bob, who answers, and phones of others that nobody records, which are busy."""

    def crossed(at: float, data: bytes, *, up: bool, call_id: str = "leg2@cloud") -> list[Entry]:
        bob = "127.0.0.20:5071" if call_id == "leg2@cloud" else f"127.0.0.3{call_id[3]}:5060"
        cloud: dict[str, Any] = {
            "owner": "cloud",
            "transport": "udp",
            "data": data,
            "local": CLOUD,
            "remote": bob,
        }
        phone: dict[str, Any] = {**cloud, "owner": "bob", "local": bob, "remote": CLOUD}
        seen: list[Entry] = [SipMessage(at=at, lane="in" if up else "out", **cloud)]
        both = [SipMessage(at=at, lane="out" if up else "in", **phone), *seen]
        return seen if call_id != "leg2@cloud" else both if up else both[::-1]

    def leg(number: int, at: float) -> list[Entry]:
        about: dict[str, Any] = {"call_id": f"leg{number}@cloud", "call_sid": f"CA{number}"}
        asked = dict(about, token=number, purpose="status", method="POST", url="http://127.0.0.1:5000/status")
        invite = message("INVITE sip:bob@127.0.0.20 SIP/2.0", "1 INVITE", body=SDP, call_id=about["call_id"])
        final = "200 OK" if number == 2 else "486 Busy Here"
        answer = message(f"SIP/2.0 {final}", "1 INVITE", call_id=about["call_id"])
        return [
            CallBegan(at=at, parent="CA1", **about),
            HttpRequested(at=at, parameters=(("CallStatus", "initiated"),), **asked),
            *crossed(at + 0.001, invite, up=False, call_id=about["call_id"]),
            *crossed(at + 0.1, answer, up=True, call_id=about["call_id"]),
            CallChanged(at=at + 0.1, status="in-progress" if number == 2 else "busy", **about),
        ]

    first: dict[str, Any] = {"call_id": "c1@phone", "call_sid": "CA1"}
    return [
        *sent(0.0, message(INVITE, "1 INVITE", body=SDP), up=True),
        CallBegan(at=0.001, **first),
        *sent(0.01, message("SIP/2.0 200 OK", "1 INVITE", body=SDP), up=False),
        VerbStarted(at=0.02, verb="Dial", **first),
        *(entry for number in range(2, legs + 2) for entry in leg(number, number - 1.0)),
        *sent(9.0, message("BYE sip:alice@127.0.0.10 SIP/2.0", "7 BYE"), up=False),
        CallChanged(at=9.1, status="completed", **first),
    ]
