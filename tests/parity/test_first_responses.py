"""What a caller hears first: 100, a challenge, ringing, the webhook, the answer; literally."""

from __future__ import annotations

import re

import pytest

from sipdomain.entries import Decision
from sipdomain.sip.digest import Challenge
from sipdomain.twilio.fidelity.profile import OBSERVED, Profile
from tests.unit.twilio.bench import BOTH, LONG, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
TAG = rf"\d{{8}}_[0-9a-f]{{8}}_{UUID}"


def pattern(text: str) -> re.Pattern[str]:
    """Return what matches a literal message, where ~TAG~, ~SID~ and such stand for what is drawn."""
    drawn = {"TAG": TAG, "SID": "CA[0-9a-f]{32}", "EDGE": "[0-9a-f]{32}[.][0-9a-f]{8}", "NUMBER": "[0-9]+"}
    drawn |= {"NONCE": "[A-Za-z0-9_=-]{48}", "OPAQUE": "[0-9a-f]{32}"}
    parts = re.split("~([A-Z]+)~", text.replace("\n", "\r\n"))
    return re.compile("".join(drawn[part] if at % 2 else re.escape(part) for at, part in enumerate(parts)))


@pytest.mark.rule("trying-first", "challenge-407", "ringing-before-webhook")
@BOTH
def test_a_call_hears_100_407_100_180_and_then_the_webhook_is_asked(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain()
    bench.pages["/voice"] = None
    alice = Caller(bench, flow())
    alice.invite()
    assert bench.statuses() == [100, 407]
    challenged = alice.other("call-2").challenge()
    alice.invite(alice.prove(challenged))
    assert bench.statuses() == [100, 180]
    (ask,) = bench.waiting
    assert ask.path == "/voice"
    bench.answer(ask, page(LONG))
    assert bench.statuses() == [200]


EXPECTED = {
    100: """\
SIP/2.0 100 trying -- your call is important to us
Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bKcall-1-INVITE-1;rport=5070;received=127.0.0.10
From: <sip:alice@127.0.0.10>;tag=a1
To: <sip:100@acme.sip.twilio.com>
Call-ID: call-1
CSeq: 1 INVITE
Server: Twilio Gateway
Content-Length: 0

""",
    407: """\
SIP/2.0 407 Proxy Authentication required
Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bKcall-1-INVITE-1;rport=5070;received=127.0.0.10
From: <sip:alice@127.0.0.10>;tag=a1
To: <sip:100@acme.sip.twilio.com>;tag=~TAG~
Call-ID: call-1
CSeq: 1 INVITE
Server: Twilio
Proxy-Authenticate: Digest realm="sip.twilio.com",qop="auth",nonce="~NONCE~",opaque="~OPAQUE~"
Contact: <sip:127.0.0.1:5060>
Content-Length: 0

""",
    180: """\
SIP/2.0 180 Ringing
Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bKcall-1-INVITE-2;rport=5070;received=127.0.0.10
From: <sip:alice@127.0.0.10>;tag=a1
To: <sip:100@acme.sip.twilio.com>;tag=~TAG~
Call-ID: call-1
CSeq: 2 INVITE
Record-Route: <sip:192.0.2.7;lr>
Server: Twilio
Contact: <sip:127.0.0.1:5060>
X-Twilio-CallSid: ~SID~
Content-Length: 0

""",
    200: """\
SIP/2.0 200 OK
Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bKcall-1-INVITE-2;rport=5070;received=127.0.0.10
From: <sip:alice@127.0.0.10>;tag=a1
To: <sip:100@acme.sip.twilio.com>;tag=~TAG~
Call-ID: call-1
CSeq: 2 INVITE
Record-Route: <sip:192.0.2.7;lr>
Server: Twilio
Contact: <sip:127.0.0.1:5060>
Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY
Content-Type: application/sdp
X-Twilio-CallSid: ~SID~
Content-Length: ~NUMBER~

v=0
o=root ~NUMBER~ ~NUMBER~ IN IP4 127.0.0.1
s=Twilio Media Gateway
c=IN IP4 127.0.0.1
t=0 0
m=audio 16384 RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=maxptime:20
a=sendrecv
""",
}


@pytest.mark.rule("trying-first", "challenge-form", "answer-form", "allow", "to-tags", "server-names")
def test_the_first_responses_are_written_like_this(bench: Bench, alice: Caller) -> None:
    route = ("Record-Route", "<sip:192.0.2.7;lr>")
    challenged = alice.challenge(route)
    alice.invite(alice.prove(challenged), route)
    written = {int(data[8:11]): data.decode() for _, _, data in bench.sent[:2] + bench.sent[3:]}
    for status, text in EXPECTED.items():
        assert pattern(text).fullmatch(written[status]), written[status]


@pytest.mark.rule("challenge-form")
@BOTH
def test_a_challenge_names_no_algorithm_and_every_call_gets_another_nonce(
    make: Make, profile: Profile
) -> None:
    bench = make(profile)
    bench.domain()
    bench.domain("beta.sip.twilio.com")
    found = []
    for number, host in enumerate(("acme", "beta")):
        caller = Caller(bench, flow(), to=f"sip:100@{host}.sip.twilio.com", call_id=f"call-{number}")
        found.append(Challenge.parse(caller.challenge().require("proxy-authenticate")))
    assert {(each.realm, each.qop, each.algorithm, each.stale) for each in found} == {
        ("sip.twilio.com", ("auth",), "", False)
    }
    assert [len(each.nonce) for each in found] == [48, 48]
    assert found[0].nonce != found[1].nonce


@pytest.mark.rule("options", "to-tags", "server-names")
@BOTH
@pytest.mark.parametrize("target", ["sip:acme.sip.twilio.com", "sip:nobody.sip.twilio.com", "sip:127.0.0.1"])
def test_options_is_answered_by_the_edge_without_a_challenge(
    make: Make, profile: Profile, target: str
) -> None:
    bench = make(profile)
    bench.domain()
    alice = Caller(bench, flow(), to=target)
    alice.send(alice.build("OPTIONS"))
    expected = f"""\
SIP/2.0 200 OK
Via: SIP/2.0/UDP 127.0.0.10:5070;branch=z9hG4bKcall-1-OPTIONS-1;rport=5070;received=127.0.0.10
From: <sip:alice@127.0.0.10>;tag=a1
To: <{target}>;tag=~EDGE~
Call-ID: call-1
CSeq: 1 OPTIONS
Server: Twilio Gateway
Content-Length: 0

"""
    assert pattern(expected).fullmatch(bench.sent[0][2].decode())


@pytest.mark.rule("methods", "allow")
@pytest.mark.parametrize(
    ("method", "status"),
    [
        ("INFO", 405),
        ("MESSAGE", 405),
        ("SUBSCRIBE", 405),
        ("UPDATE", 405),
        ("PRACK", 405),
        ("PUBLISH", 405),
        ("invite", 501),
        ("FOO", 501),
        ("ACK2", 501),
    ],
)
def test_other_methods_are_not_allowed_or_not_known(bench: Bench, method: str, status: int) -> None:
    response = Caller(bench, flow()).ask(method)
    assert response.status == status
    refused = bench.refusal
    why = "method-not-allowed" if status == 405 else "unknown-method"
    assert (refused.check, refused.reason, refused.got) == ("method", why, method)
    assert response.require("allow") == "INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY"


@pytest.mark.rule("require")
def test_a_required_extension_is_refused_by_name(bench: Bench, alice: Caller) -> None:
    alice.invite(("Require", "100rel, replaces"), ("Require", "100rel, timer"))
    response = bench.response(420)
    assert response.require("unsupported") == "100rel, replaces"
    decision = bench.refusal
    assert (decision.reason, decision.got) == ("unsupported-extension", "Require: 100rel, replaces, 100rel")
    assert decision.wanted == "no extension"
    assert decision.mend


@pytest.mark.rule("too-many-hops", "too-many-hops-status")
@pytest.mark.parametrize("method", ["INVITE", "BYE", "INFO"])
def test_a_request_that_may_go_no_further_gets_483(bench: Bench, alice: Caller, method: str) -> None:
    response = alice.ask(method, ("Max-Forwards", "0"), without="Max-Forwards")
    assert (response.status, response.require("x-twilio-error")) == (483, "32006 Too many hops")
    assert (bench.refusal.got, bench.refusal.wanted) == ("Max-Forwards: 0", "1 or more")


@pytest.mark.rule("too-many-hops")
@pytest.mark.parametrize("hops", ["1", "70", "255", "256", "-1", "many", "9" * 5000])
def test_other_values_of_max_forwards_are_let_pass(bench: Bench, alice: Caller, hops: str) -> None:
    alice.invite(("Max-Forwards", hops), without="Max-Forwards")
    assert bench.statuses() == [100, 407]


@pytest.mark.rule("few-hops")
@pytest.mark.parametrize(
    ("hops", "noted"), [("1", True), ("19", True), ("20", False), ("70", False), ("many", False)]
)
def test_an_invite_with_few_hops_is_noted(bench: Bench, alice: Caller, hops: str, noted: bool) -> None:
    alice.invite(("Max-Forwards", hops), without="Max-Forwards")
    found = [each for each in bench.journal(Decision) if each.check == "max-forwards"]
    assert [(each.outcome, each.code, each.got) for each in found] == (
        [("noted", 32006, f"Max-Forwards: {hops}")] if noted else []
    )
    assert bench.statuses() == [100, 407]


@pytest.mark.rule("too-many-hops", "options")
def test_options_at_its_last_hop_is_answered_by_the_edge(bench: Bench, alice: Caller) -> None:
    assert alice.ask("OPTIONS", ("Max-Forwards", "0"), without="Max-Forwards").status == 200


@pytest.mark.rule("contact-required")
@pytest.mark.parametrize(
    "fields",
    [
        (),
        (("Contact", "*"),),
        (("Contact", "<sip:"),),
        (("Contact", ""),),
        (("Contact", "<tel:+15551234567>"),),
        (("Contact", "<sip:a@127.0.0.10>"), ("Record-Route", "<<")),
    ],
    ids=["none", "star", "broken", "empty", "telephone", "broken-route"],
)
def test_an_invite_must_say_where_its_caller_is(
    bench: Bench, alice: Caller, fields: tuple[tuple[str, str], ...]
) -> None:
    challenged = alice.challenge()
    alice.invite(alice.prove(challenged), *fields, without="Contact")
    assert bench.response(400).require("x-twilio-error") == "32105 Contact header is not usable"
    assert bench.refusal.reason == "unusable-contact"
    assert bench.refusal.mend == "send a Contact (and Record-Route) that can be read"
    assert bench.emulator.open_calls == 0


@pytest.mark.rule("contact-required")
@pytest.mark.parametrize(
    ("contact", "mend"),
    [
        ("THOMPSON, J <sip:a@127.0.0.10>", 'quote the display name: "LAST, FIRST" <sip:USER@HOST>'),
        ("Müller , Jörg <sip:a@127.0.0.10>;x=1", 'quote the display name: "LAST, FIRST" <sip:USER@HOST>'),
        ("<sip:a@127.0.0.10", "send a Contact (and Record-Route) that can be read"),
    ],
)
def test_a_comma_in_a_contact_without_quotes_is_reported(
    bench: Bench, alice: Caller, contact: str, mend: str
) -> None:
    challenged = alice.challenge()
    alice.invite(alice.prove(challenged), ("Contact", contact), without="Contact")
    assert bench.response(400).require("x-twilio-error") == "32105 Contact header is not usable"
    assert bench.refusal.mend == mend


@pytest.mark.rule("contact-required")
def test_a_comma_in_a_contact_within_quotes_is_a_name(bench: Bench, alice: Caller) -> None:
    challenged = alice.challenge()
    contact = '"THOMPSON, J" <sip:a@127.0.0.10>, "Smith, A" <sip:b@127.0.0.10>'
    alice.invite(alice.prove(challenged), ("Contact", contact), without="Contact")
    bench.response(200)


@pytest.mark.rule("call-limit")
def test_past_the_most_calls_an_invite_gets_503_until_one_ends(make: Make) -> None:
    bench = make(most_calls=1)
    bench.domain(users=None, addresses=["127.0.0.10"])
    bench.pages["/voice"] = page(LONG)
    first, second, third = (Caller(bench, flow(), call_id=f"call-{number}") for number in (1, 2, 3))
    first.invite()
    first.ack(bench.response(200))
    second.invite()
    refused = bench.response(503)
    assert refused.require("retry-after") == "5"
    assert (bench.refusal.got, bench.refusal.wanted) == ("1 calls", "fewer than 1")
    assert first.bye().status == 200
    third.invite()
    bench.response(200)


@pytest.mark.rule("no-voice-url")
@BOTH
def test_a_domain_without_a_voice_url_is_found_out_after_authentication(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain(voice_url=None)
    alice = Caller(bench, flow())
    alice.dial()
    response = bench.response(404)
    assert response.reason == "Not found"
    assert response.require("x-twilio-error") == "11100 No voice URL is configured for the domain"
    assert [each.outcome for each in bench.journal(Decision)][-2:] == ["passed", "refused"]
    assert bench.refusal.mend == "set VoiceUrl (voice:) on the domain acme.sip.twilio.com"


@pytest.mark.rule("trying-first")
def test_the_100_comes_before_any_refusal(make: Make) -> None:
    bench = make(OBSERVED)
    bench.domain(users=None, addresses=["192.0.2.1"])
    Caller(bench, flow()).invite()
    assert bench.statuses() == [100, 403]
