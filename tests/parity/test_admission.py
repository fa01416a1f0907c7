"""Who is let in: domains, access lists, credentials, transport; and what each refusal says."""

from __future__ import annotations

import pytest

from sipdomain.entries import Decision
from sipdomain.errors import RestError
from sipdomain.sip.outputs import Address
from sipdomain.twilio.fidelity.profile import DOCUMENTED, OBSERVED, Profile
from sipdomain.twilio.store import AccountStatus
from tests.parity.admission import refused
from tests.unit.twilio.bench import ACCOUNT, ACME, BOTH, LONG, SDP, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page

DROPPED = ["INVITE", "BYE", "OPTIONS", "CANCEL", "ACK", "REGISTER", "MESSAGE", "FOO"]
SRTP = SDP.replace(b"RTP/AVP", b"RTP/SAVP")


def invited(
    bench: Bench, to: str = f"sip:100@{ACME}", *, host: str = "127.0.0.10", transport: str = "udp"
) -> Caller:
    """Send an INVITE from a host."""
    caller = Caller(bench, flow(host, transport=transport), to=to)
    caller.invite()
    return caller


@pytest.mark.rule("domain-by-request-uri")
@pytest.mark.parametrize(
    "to",
    [
        f"sip:100@{ACME}",
        "sip:100@ACME.SIP.twilio.com",
        f"sip:100@{ACME}:5060;transport=udp",
        f"sip:{ACME}",
        f"sip:%31@{ACME}.",
        f"sip:+15551234567@{ACME}",
    ],
)
def test_the_host_of_the_request_uri_names_the_domain(bench: Bench, to: str) -> None:
    caller = Caller(bench, flow(local=Address("127.0.0.9", 5999)), to=to)
    caller.send(caller.build("INVITE", ("To", "<sip:100@elsewhere.example>"), body=SDP, without="To"))
    assert bench.statuses() == [100, 407]
    passed = next(each for each in bench.journal(Decision) if each.check == "domain")
    assert (passed.outcome, passed.wanted) == ("passed", ACME)


@pytest.mark.rule("domain-by-request-uri")
def test_each_domain_has_its_own_users_and_url(make: Make) -> None:
    bench = make()
    bench.domain(users=["alice"])
    bench.domain("beta.sip.twilio.com", users=["bob"], voice_url="http://app.test/beta")
    bench.pages["/beta"] = page(LONG)
    beta = Caller(bench, flow(), to="sip:1@beta.sip.twilio.com")
    challenged = beta.challenge()
    beta.invite(beta.prove(challenged))
    assert bench.response(403).require("x-twilio-error").startswith("32202")
    beta = beta.other("call-2")
    challenged = beta.challenge()
    beta.invite(beta.prove(challenged, user="bob"))
    bench.response(200)
    assert [ask.path for ask in bench.asks] == ["/beta"]


@pytest.mark.rule("edge-names")
@pytest.mark.parametrize(
    "place", ["ashburn", "sao-paulo", "us1", "ie1", "dublin-ix", "san-jose-ix", "us1-ix"]
)
def test_a_domain_is_reached_by_its_localized_names(bench: Bench, place: str) -> None:
    invited(bench, f"sip:100@acme.sip.{place}.twilio.com")
    assert bench.statuses() == [100, 407]


@pytest.mark.rule("unknown-domain")
@BOTH
@pytest.mark.parametrize(
    "to",
    [
        "sip:100@nobody.sip.twilio.com",
        "sip:100@acme.sip.mars.twilio.com",
        "sip:100@example.com",
        "sip:100@a.acme.sip.twilio.com",
        "sip:100@1.2.3.4.5",
        "sip:100@300.1.1.1",
    ],
)
def test_a_domain_that_does_not_exist_gets_404(make: Make, profile: Profile, to: str) -> None:
    bench = make(profile)
    bench.domain()
    invited(bench, to)
    decision = refused(bench, 404, 32002, "unknown-domain")
    assert decision.wanted == "a domain that exists"


@pytest.mark.rule("address-as-domain", "address-as-domain-without-tls")
@pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])
@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_an_address_in_place_of_a_domain_gets_403(bench: Bench, host: str, transport: str) -> None:
    invited(bench, f"sip:100@{host}", transport=transport)
    decision = refused(bench, 403, 32002, "address-as-domain")
    assert decision.got == host.strip("[]")
    assert "--default-domain" in decision.mend


@pytest.mark.rule("address-as-domain")
def test_with_a_default_domain_an_address_means_it(make: Make) -> None:
    bench = make(default_domain=ACME)
    bench.domain()
    invited(bench, "sip:100@127.0.0.1:5060")
    assert bench.statuses() == [100, 407]


@pytest.mark.rule("acl-drop")
@pytest.mark.parametrize("method", DROPPED)
def test_an_unlisted_address_gets_nothing_at_all(make: Make, method: str) -> None:
    bench = make(DOCUMENTED)
    bench.domain(addresses=["127.0.0.77", "192.168.1.0/24"])
    stranger = Caller(bench, flow())
    stranger.send(stranger.build(method, body=SDP))
    bench.wait(40.0)
    assert bench.sent == []
    decision = bench.refusal
    assert (decision.outcome, decision.reason, decision.rule) == ("dropped", "address-not-listed", "acl-drop")
    assert (decision.got, decision.wanted) == ("127.0.0.10", "office: 127.0.0.77, 192.168.1.0/24")
    assert decision.mend == "add 127.0.0.10 to an access list of acme.sip.twilio.com"
    assert bench.emulator.census == (0, 0, 0, 0, 0, 0, 0)


@pytest.mark.rule("acl-drop")
@pytest.mark.parametrize("field", [("CSeq", "x"), ("Call-ID", "two"), ("Content-Length", "999")])
def test_not_even_a_broken_request_from_there_is_answered(make: Make, field: tuple[str, str]) -> None:
    bench = make(DOCUMENTED)
    bench.domain(addresses=["127.0.0.77"])
    stranger = Caller(bench, flow())
    text = bytes(stranger.build("INVITE")).replace(b"Content-Length: 0\r\n", b"")
    stranger.send(text.replace(b"\r\n\r\n", f"\r\n{field[0]}: {field[1]}\r\n\r\n".encode()))
    assert bench.sent == []
    assert bench.refusal.outcome == "dropped"


@pytest.mark.rule("acl-drop")
def test_a_call_in_progress_cannot_be_ended_from_an_unlisted_address(make: Make) -> None:
    bench = make(DOCUMENTED)
    bench.domain(users=None, addresses=["127.0.0.10"])
    bench.pages["/voice"] = page(LONG)
    alice = invited(bench)
    alice.ack(bench.response(200))
    stranger = alice.other("call-1", source=flow("127.0.0.66"))
    stranger.tag = alice.tag
    stranger.send(stranger.build("BYE", number=9))
    assert bench.take() == []
    assert bench.emulator.open_calls == 1
    assert alice.bye().status == 200


@pytest.mark.rule("acl-403", "twilio-error")
def test_an_unlisted_address_gets_100_and_403(make: Make) -> None:
    bench = make(OBSERVED)
    bench.domain(addresses=["127.0.0.77"])
    invited(bench)
    assert bench.statuses() == [100, 403]
    assert bench.sent[1][2].startswith(b"SIP/2.0 403 Forbidden\r\n")
    error = b"X-Twilio-Error: 32201 Authentication failure - source IP Address not in ACL\r\n"
    assert error in bench.sent[1][2]
    decision = bench.refusal
    assert (decision.got, decision.wanted, decision.rule) == ("127.0.0.10", "office: 127.0.0.77", "acl-403")
    assert decision.mend == "add 127.0.0.10 to an access list of acme.sip.twilio.com"


@pytest.mark.rule("acl-403")
def test_options_is_answered_from_an_unlisted_address_too(make: Make) -> None:
    bench = make(OBSERVED)
    bench.domain(addresses=["127.0.0.77"])
    assert Caller(bench, flow()).ask("OPTIONS").status == 200


@pytest.mark.rule("acl-before-credentials")
@BOTH
def test_with_both_lists_both_must_be_passed_the_address_first(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain(users=["alice"], addresses=["127.0.0.10"])
    invited(bench, host="127.0.0.66")
    assert bench.statuses() == ([] if profile is DOCUMENTED else [100, 403])
    alice = Caller(bench, flow(), call_id="call-2")
    alice.dial()
    assert bench.statuses() == [100, 180, 200]
    checks = [(each.check, each.outcome) for each in bench.journal(Decision) if each.call_id == "call-2"]
    assert checks == [
        ("domain", "passed"), ("access-list", "passed"), ("credentials", "challenged"),
        ("domain", "passed"), ("access-list", "passed"), ("credentials", "passed"), ("voice-url", "passed"),
    ]  # fmt: skip


@pytest.mark.rule("acl-before-credentials")
@BOTH
@pytest.mark.parametrize("host", ["127.0.0.10", "127.0.0.20", "10.1.2.3", "::ffff:127.0.0.10"])
def test_an_address_on_any_of_several_lists_is_let_in(make: Make, profile: Profile, host: str) -> None:
    bench = make(profile)
    domain = bench.domain(users=None, addresses=["127.0.0.10"])
    bench.map_addresses(domain, "127.0.0.20", "10.0.0.0/8")
    bench.pages["/voice"] = None
    invited(bench, host=host)
    assert bench.statuses() == [100, 180]


@pytest.mark.rule("acl-before-credentials")
@BOTH
def test_an_empty_access_list_lists_nobody(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain(users=["alice"], addresses=[])
    invited(bench)
    assert bench.statuses() == ([] if profile is DOCUMENTED else [100, 403])
    assert bench.refusal.wanted == "office: empty"


@pytest.mark.rule("no-authentication", "no-authentication-status")
@BOTH
def test_a_domain_without_any_list_refuses_every_call(make: Make, profile: Profile) -> None:
    bench = make(profile)
    bench.domain(users=None)
    invited(bench)
    assert refused(bench, 403, 32200, "no-authentication").got == "no list"


@pytest.mark.rule("account-suspended", "account-suspended-status")
@BOTH
def test_a_suspended_account_takes_no_calls(make: Make, profile: Profile) -> None:
    bench = make(profile)
    sub = bench.store.accounts.create(owner_sid=ACCOUNT, now=0.0)
    bench.store.domains.create(sub.sid, ACME, now=0.0, voice_url="http://app.test/voice")
    bench.store.accounts.update(sub.sid, status="suspended", now=0.0)
    invited(bench)
    decision = refused(bench, 403, 10003, "account-inactive")
    assert (decision.got, decision.wanted) == ("suspended", "active")


@pytest.mark.rule("account-suspended", "account-parent", "account-suspended-status")
@BOTH
@pytest.mark.parametrize("status", ["suspended", "closed"])
@pytest.mark.parametrize("whose", ["own", "parent"])
def test_an_account_or_its_parent_that_is_not_active_takes_no_calls(
    make: Make, profile: Profile, status: AccountStatus, whose: str
) -> None:
    bench = make(profile)
    sub = bench.store.accounts.create(owner_sid=ACCOUNT, now=0.0)
    bench.store.domains.create(sub.sid, ACME, now=0.0, voice_url="http://app.test/voice")
    off = sub.sid if whose == "own" else ACCOUNT
    bench.store.accounts.update(off, status=status, now=0.0)
    invited(bench)
    decision = refused(bench, 403, 10003, "account-inactive")
    assert (decision.got, decision.wanted) == (status, "active")
    assert decision.rule == ("account-suspended" if whose == "own" else "account-parent")
    mends = {"suspended": f"set the account {off} active", "closed": "a closed account stays closed"}
    assert decision.mend == mends[status]


@pytest.mark.rule("account-reopened")
@BOTH
def test_an_account_that_is_active_again_takes_calls_at_once(make: Make, profile: Profile) -> None:
    bench = make(profile)
    sub = bench.store.accounts.create(owner_sid=ACCOUNT, now=0.0)
    bench.store.domains.create(sub.sid, ACME, now=0.0, voice_url="http://app.test/voice")
    bench.store.accounts.update(sub.sid, status="suspended", now=0.0)
    invited(bench)
    refused(bench, 403, 10003, "account-inactive")
    bench.store.accounts.update(sub.sid, status="active", now=0.0)
    Caller(bench, flow(), call_id="call-2").invite()
    # Past the account, to the next question: who may call at all.
    assert bench.response(403).require("x-twilio-error").startswith("32200 ")
    bench.store.accounts.update(sub.sid, status="closed", now=0.0)
    with pytest.raises(RestError, match="cannot be opened again"):
        bench.store.accounts.update(sub.sid, status="active", now=0.0)


@pytest.mark.rule("account-calls-go-on", "closed-account-calls-go-on")
@BOTH
@pytest.mark.parametrize("status", ["suspended", "closed"])
def test_a_call_goes_on_when_its_account_is_not_active_any_more(
    make: Make, profile: Profile, status: AccountStatus
) -> None:
    bench = make(profile)
    bench.domain(voice_url="http://app.test/first")
    bench.pages["/first"] = page("<Response><Say>Welcome</Say><Redirect>/voice</Redirect></Response>")
    alice = Caller(bench, flow())
    alice.talk()
    bench.store.accounts.update(ACCOUNT, status=status, now=1.0)
    bench.wait(2.0)
    assert [ask.path for ask in bench.asks] == ["/first", "/voice"]
    bench.wait(2.0)
    alice.agree()
    assert (bench.record.status, bench.record.duration) == ("completed", 4)


@pytest.mark.rule("secure-transport", "twilio-error")
@BOTH
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_a_secure_domain_wants_tls(make: Make, profile: Profile, transport: str) -> None:
    bench = make(profile)
    bench.domain(secure=True)
    invited(bench, transport=transport)
    assert bench.sent[1][2].startswith(b"SIP/2.0 488 Secure SIP transport required\r\n")
    assert refused(bench, 488, 32209, "secure-transport-required").got == transport


@pytest.mark.rule("secure-transport")
def test_a_secure_domain_is_reached_by_tls(make: Make) -> None:
    bench = make()
    bench.domain(secure=True)
    invited(bench, transport="tls")
    assert bench.statuses() == [100, 407]


@pytest.mark.rule("secure-media-refused", "secure-media-refused-status")
def test_an_srtp_offer_is_not_accepted(bench: Bench, alice: Caller) -> None:
    alice.dial(body=SRTP)
    decision = refused(bench, 488, 32207, "secure-media-not-accepted")
    assert decision.wanted == "RTP/AVP with PCMU or PCMA"


@pytest.mark.rule("bad-sdp", "bad-sdp-status")
@pytest.mark.parametrize(
    "body",
    [
        b"hello",
        b"\xff\xfe",
        b"v=0\r\n",
        SDP.replace(b" 0 101", b" 18"),
        SDP.replace(b"m=audio", b"m=video"),
        SDP.replace(b"m=audio 40000", b"m=audio 0"),
        SDP.replace(b"127.0.0.10", b"phone.example"),
    ],
    ids=["words", "bytes", "no-origin", "g729", "no-audio", "refused-audio", "name-as-address"],
)
def test_an_offer_that_cannot_be_agreed_to_gets_488(bench: Bench, alice: Caller, body: bytes) -> None:
    alice.dial(body=body)
    refused(bench, 488, 32102, "bad-sdp")


@pytest.mark.rule("empty-body", "empty-body-status")
def test_an_invite_without_an_offer_gets_488(bench: Bench, alice: Caller) -> None:
    alice.dial(body=b"")
    assert refused(bench, 488, 32103, "empty-body").got == "no body"
