"""The legs of <Dial>: where the INVITE goes and what it says, digest, callbacks, and what is heard before the bridge."""

from __future__ import annotations

import pytest

from sipdomain.media.outputs import DtmfReceived, OpenMedia, Patch
from sipdomain.twilio.webhooks.http import HttpFailure, HttpResponse
from tests.parity.dialled import BOB, CARL, Exchange, sip
from tests.unit.twilio.bench import ACME, Bench
from tests.unit.twilio.caller import Caller
from tests.unit.twilio.pages import page

WHISPER = 'url="/whisper"'
PRESS = '<Gather numDigits="1" timeout="5"><Say>Press one</Say></Gather><Hangup/>'


@pytest.fixture
def line(bench: Bench, alice: Caller) -> Exchange:
    bench.pages["/told"] = HttpResponse(204)
    return Exchange(bench, alice)


# --- where it goes -----------------------------------------------------------------------------------------------


@pytest.mark.rule("dial-headers")
def test_header_fields_of_the_uri_go_into_the_invite(line: Exchange) -> None:
    fields = (
        "X-Order=47%3B11",
        "x-lower=1",
        "User-to-User=a%3Bencoding%3Dhex",
        "Remote-Party-ID=%3Csip:1@a%3E",
        "Subject=no",
    )
    (bob,) = line.dial(sip(f"{BOB}?{'&amp;'.join(fields)}"))
    assert [bob.invite.headers.list(name) for name in ("x-order", "x-lower", "user-to-user", "remote-party-id")] == [
        ["47;11"], ["1"], ["a;encoding=hex"], ["<sip:1@a>"],
    ]  # fmt: skip
    assert bob.invite.headers.list("subject") == []
    assert str(bob.invite.uri) == BOB
    bob.respond(486)


@pytest.mark.rule("dial-headers")
@pytest.mark.rule("dial-sip-uri")
@pytest.mark.parametrize(
    ("uri", "code"),
    [(f"{BOB}?X Order=1", 13243), (f"{BOB}?X%20Order=1", 13252), (f"{BOB}?X-Twilio-CallSid=1", 32113),
     (f"{BOB}?X-A=%0D%0AEvil:1", 13253), (f"{BOB}?X-A={'a' * 1020}", 13253), (f"{BOB};transport=sctp", 13243),
     (f"sip:{'b' * 250}@127.0.0.20", 13243), ("tel:+15551230000", 13243)],
)  # fmt: skip
def test_a_uri_that_cannot_be_called_is_not(line: Exchange, uri: str, code: int) -> None:
    assert line.dial(sip(uri)) == []
    assert (line.bench.alerts, line.told["DialCallStatus"], line.children) == ([code], "failed", [])


@pytest.mark.rule("outbound-unregistered")
@pytest.mark.parametrize(
    ("uri", "code"),
    [(f"sip:bob@{ACME}", 32009), ("sip:bob@others.sip.twilio.com", 32214), ("sip:bob@example.com", 13254),
     (f"sip:{ACME}", 32223), ("sip:bob@acme.sip.dublin.twilio.com", 32220)],
)  # fmt: skip
def test_a_leg_that_leads_nowhere_fails_on_record(line: Exchange, uri: str, code: int) -> None:
    assert line.dial(sip(uri)) == []
    assert (line.bench.alerts, line.statuses) == ([code], ["failed"])
    assert (line.told["DialCallStatus"], line.told["DialCallSid"]) == ("failed", line.children[0].sid)


@pytest.mark.rule("outbound-secure")
@pytest.mark.rule("outbound-sips")
@pytest.mark.rule("outbound-transport")
@pytest.mark.parametrize(
    ("uri", "transport", "port", "secure"),
    [("sip:bob@127.0.0.20", "udp", 5060, False), ("sip:bob@127.0.0.20;transport=tcp", "tcp", 5060, False),
     ("sips:bob@127.0.0.20", "tls", 5061, False), ("sip:bob@127.0.0.20;secure=true", "tls", 5061, True)],
)  # fmt: skip
def test_transport_scheme_and_secure_choose_the_way(
    line: Exchange, uri: str, transport: str, port: int, *, secure: bool
) -> None:
    (bob,) = line.dial(sip(uri))
    _, way, _ = line.bench.sent[-1]
    assert (way.transport, way.remote.port) == (transport, port)
    assert [each.secure for each in line.bench.media if isinstance(each, OpenMedia)] == [False, secure]
    assert (b"RTP/SAVP" in bob.invite.body) is secure
    line.leave()


@pytest.mark.rule("dial-digest")
@pytest.mark.parametrize(("status", "challenge"), [(401, "WWW-Authenticate"), (407, "Proxy-Authenticate")])
def test_a_challenge_is_answered_with_the_nouns_own_credentials(
    line: Exchange, status: int, challenge: str
) -> None:
    (bob,) = line.dial(sip(BOB, attributes='username="trunk" password="Correct-Horse-42"'))
    bob.respond(status, (challenge, 'Digest realm="pbx", nonce="n1", qop="auth"'))
    (again,) = line.phones()
    field = again.invite.require("authorization" if status == 401 else "proxy-authorization")
    assert 'username="trunk"' in field
    assert line.statuses == ["initiated"]
    again.answer()
    assert line.statuses == ["in-progress"]


@pytest.mark.rule("dial-digest")
def test_without_credentials_a_challenge_is_a_refusal(line: Exchange) -> None:
    (bob,) = line.dial(sip(BOB))
    bob.respond(407, ("Proxy-Authenticate", 'Digest realm="pbx", nonce="n1", qop="auth"'))
    assert (line.told["DialCallStatus"], line.told["DialSipResponseCode"]) == ("failed", "407")


# --- callbacks ---------------------------------------------------------------------------------------------------


def told(line: Exchange) -> list[tuple[str, str, str]]:
    found = [each.parameters for each in line.bench.asked("status")]
    return [(each["CallStatus"], each["SequenceNumber"], each["To"]) for each in found]


@pytest.mark.rule("dial-callbacks")
def test_each_noun_has_its_own_callback_and_events(line: Exchange) -> None:
    every = 'statusCallback="/told" statusCallbackEvent="initiated ringing answered completed"'
    bob, carl = line.dial(sip(BOB, attributes=every) + sip(CARL, attributes='statusCallback="/told"'))
    bob.respond(180)
    carl.respond(180)
    bob.answer()
    carl.respond(487)
    line.bench.wait(7.0)
    bob.bye()
    assert told(line) == [
        ("initiated", "0", BOB), ("ringing", "1", BOB), ("in-progress", "2", BOB), ("canceled", "0", CARL),
        ("completed", "3", BOB),
    ]  # fmt: skip
    last = line.bench.asked("status")[-1].parameters
    child = line.children[0]
    assert {name: last[name] for name in ("CallSid", "ParentCallSid", "Direction", "CallDuration", "CallbackSource")} == {
        "CallSid": child.sid, "ParentCallSid": line.parent.sid, "Direction": "outbound-dial", "CallDuration": "7",
        "CallbackSource": "call-progress-events",
    }  # fmt: skip


# --- before the bridge -------------------------------------------------------------------------------------------


@pytest.mark.rule("dial-whisper")
def test_the_called_one_hears_a_document_before_the_caller_is_there(line: Exchange) -> None:
    line.bench.pages["/whisper"] = page("<Response><Say>A customer</Say></Response>")
    (bob,) = line.dial(sip(BOB, attributes=WHISPER))
    bob.respond(180)
    bob.answer(("X-Floor", "3"))
    child = line.children[0]
    assert (line.wires(), line.statuses) == ([], ["in-progress"])
    (asked,) = (each for each in line.bench.asks if each.path == "/whisper")
    wanted = {
        "CallSid": child.sid, "ParentCallSid": line.parent.sid, "CallStatus": "in-progress", "Direction": "outbound-dial",
        "Called": BOB, "Caller": "sip:alice@127.0.0.10", "SipCallId": bob.invite.call_id, "SipDomain": "127.0.0.20",
        "SipSourceIp": "127.0.0.20", "SipHeader_X-Floor": "3",
    }  # fmt: skip
    assert {name: asked.parameters.get(name) for name in wanted} == wanted
    line.bench.wait(2.1)
    assert line.wires() == [Patch(line.parent.sid, child.sid), Patch(child.sid, line.parent.sid)]
    bob.bye()
    assert (line.told["DialCallStatus"], line.told["DialBridged"]) == ("completed", "true")


@pytest.mark.rule("dial-whisper-declined")
def test_a_hangup_in_it_declines_and_the_next_one_is_called(line: Exchange) -> None:
    line.bench.pages["/whisper"] = page(f"<Response>{PRESS}</Response>")
    (bob,) = line.dial(sip(BOB, CARL, attributes=WHISPER), attributes='sequential="true" action="/after"')
    bob.answer()
    line.bench.wait(7.2)
    assert line.statuses == ["completed", "initiated"]
    (carl,) = line.phones()
    carl.respond(486)
    assert (line.told["DialCallStatus"], line.told["DialBridged"]) == ("busy", "false")


@pytest.mark.rule("dial-whisper-declined")
def test_who_declined_alone_has_not_answered(line: Exchange) -> None:
    line.bench.pages["/whisper"] = page("<Response><Hangup/></Response>")
    (bob,) = line.dial(sip(BOB, attributes=WHISPER))
    bob.answer()
    assert (line.statuses, line.told["DialCallStatus"], line.told["DialBridged"]) == (
        ["completed"],
        "no-answer",
        "false",
    )


@pytest.mark.rule("dial-whisper")
def test_keys_in_it_accept(line: Exchange) -> None:
    gather = '<Gather numDigits="1" action="/pressed"><Say>Press one</Say></Gather><Hangup/>'
    line.bench.pages["/whisper"] = page(f"<Response>{gather}</Response>")
    line.bench.pages["/pressed"] = page("<Response/>")
    (bob,) = line.dial(sip(BOB, attributes=WHISPER))
    bob.answer()
    line.bench.tell(DtmfReceived(line.children[0].sid, "1", 0.1))
    assert len(line.wires()) == 2
    bob.bye()
    assert line.told["DialBridged"] == "true"


@pytest.mark.rule("dial-whisper-dial")
@pytest.mark.rule("dial-whisper-others")
@pytest.mark.parametrize("verb", ["<Dial>+15551230000</Dial>", "<Enqueue>q</Enqueue>", "<Leave/>"])
def test_a_verb_that_leads_elsewhere_is_refused_in_it(line: Exchange, verb: str) -> None:
    line.bench.pages["/whisper"] = page(f"<Response>{verb}</Response>")
    (bob,) = line.dial(sip(BOB, attributes=WHISPER))
    bob.answer()
    assert (line.bench.alerts, line.statuses, line.told["DialCallStatus"]) == (
        [13201],
        ["completed"],
        "no-answer",
    )


@pytest.mark.rule("dial-whisper-failed")
def test_one_that_cannot_be_had_hangs_the_leg_up(line: Exchange) -> None:
    line.bench.pages["/whisper"] = HttpFailure("refused", "nothing listens there")
    (bob,) = line.dial(sip(BOB, attributes=WHISPER))
    bob.answer()
    line.bench.wait(20.0)
    assert (line.bench.alerts, line.statuses, line.told["DialCallStatus"]) == (
        [11202],
        ["completed"],
        "no-answer",
    )


@pytest.mark.rule("dial-whisper-others")
def test_who_hears_it_has_answered_and_others_ring_no_more(line: Exchange) -> None:
    line.bench.pages["/whisper"] = page("<Response><Say>A customer</Say></Response>")
    bob, carl = line.dial(sip(BOB, CARL, attributes=WHISPER))
    bob.answer()
    assert line.statuses == ["in-progress", "canceled"]
    carl.respond(487)


@pytest.mark.rule("dial-caller-gone")
def test_a_caller_who_goes_meanwhile_ends_it(line: Exchange) -> None:
    line.bench.pages["/whisper"] = page("<Response><Say>A customer</Say></Response>")
    (bob,) = line.dial(sip(BOB, attributes=WHISPER))
    bob.answer()
    line.bench.wait(1.0)
    line.leave()
    assert (line.statuses, line.told["DialCallStatus"], line.told["DialBridged"]) == (
        ["completed"],
        "no-answer",
        "false",
    )
