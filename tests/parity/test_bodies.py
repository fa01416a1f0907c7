"""Session descriptions among other parts, and telephone numbers in place of a SIP URI."""

from __future__ import annotations

import pytest

from sipdomain.entries import Decision
from sipdomain.media.outputs import ConnectMedia
from sipdomain.sip.message import respond
from sipdomain.sip.outputs import Address
from tests.parity.ordered_calls import ordered
from tests.unit.twilio.bench import ACME, LONG, SDP, Bench, flow
from tests.unit.twilio.caller import Caller, Make
from tests.unit.twilio.pages import page

LOCATION = b"Content-Type: application/pidf+xml\r\nContent-ID: <a@b>\r\n\r\n<presence/>\r\n"
ISUP = b"Content-Type: application/isup;base=x\r\nContent-Disposition: signal;handling=%b\r\n\r\n\0\r\n--b\r\n\r\n"
OFFER = b"Content-Type: application/sdp\r\nContent-Disposition: session\r\n\r\n" + SDP
KIND = ("Content-Type", 'multipart/mixed;boundary="a%b"')


def mixed(*parts: bytes) -> bytes:
    return b"".join(b"--a%b\r\n" + part + b"\r\n" for part in parts) + b"--a%b--\r\n"


def offering(caller: Caller, body: bytes) -> None:
    """Send an INVITE with a multipart body, after its challenge."""
    proof = caller.prove(caller.challenge())
    sent = bytes(caller.build("INVITE", proof, KIND, body=body))
    caller.send(sent.replace(b"Content-Type: application/sdp\r\n", b"", 1))


@pytest.mark.rule("multipart")
@pytest.mark.parametrize(
    "body",
    [
        mixed(OFFER),
        mixed(OFFER, LOCATION),
        mixed(LOCATION, OFFER),
        mixed(ISUP % b"optional", OFFER, LOCATION),
        mixed(b"Content-Type: application/sdp\r\nContent-Disposition: early-session\r\n\r\nv=0\r\n", OFFER),
        mixed(
            b"Content-Type: multipart/related;boundary=b\r\n\r\n--b\r\n" + LOCATION + b"--b\r\n" + OFFER + b"\r\n--b--"
        ),
    ],
    ids=["alone", "first", "last", "optional signal", "an early session too", "within parts"],
)  # fmt: skip
def test_the_session_description_among_other_parts_is_the_offer(
    bench: Bench, alice: Caller, body: bytes
) -> None:
    offering(alice, body)
    response = bench.response(200)
    assert response.content_type == "application/sdp"
    alice.ack(response)
    (connected,) = [each for each in bench.media if isinstance(each, ConnectMedia)]
    assert connected.agreement.remote == Address("127.0.0.10", 40000)


@pytest.mark.rule("multipart")
@pytest.mark.parametrize(
    ("body", "got"),
    [
        (mixed(LOCATION), "multipart/mixed with application/pidf+xml"),
        (
            mixed(ISUP % b"required", OFFER),
            "multipart/mixed in which application/isup has handling=required",
        ),
        (b"--other\r\n\r\n--other--", "a multipart body in which its boundary does not stand"),
    ],
    ids=["no description", "a part that has to be read", "another boundary"],
)
def test_without_one_or_with_a_part_that_has_to_be_read_it_gets_415(
    bench: Bench, alice: Caller, body: bytes, got: str
) -> None:
    offering(alice, body)
    assert bench.response(415).require("accept") == "application/sdp"
    assert (bench.refusal.reason, bench.refusal.rule) == ("unsupported-media-type", "multipart")
    assert bench.refusal.got == got
    assert "handling=optional" in bench.refusal.mend
    assert bench.emulator.open_calls == 0


@pytest.mark.rule("multipart", "bad-sdp", "bad-sdp-status")
def test_a_bad_description_in_a_part_gets_488_like_any_other(bench: Bench, alice: Caller) -> None:
    offering(alice, mixed(OFFER.replace(b"RTP/AVP", b"RTP")))
    assert bench.response(488).require("x-twilio-error").startswith("32102 ")
    assert bench.refusal.got == "the audio has the profile RTP in place of RTP/AVP"


@pytest.mark.rule("tel-uri")
def test_a_telephone_number_is_for_the_default_domain(make: Make) -> None:
    bench = make(default_domain=ACME)
    bench.domain(users=None, addresses=["127.0.0.10"])
    caller = Caller(bench, flow(), to="tel:+1-555-123;ext=7")
    caller.invite()
    response = bench.response(200)
    caller.ack(response)
    asked = bench.asks[0].parameters
    assert (asked["To"], asked["SipDomain"]) == ("tel:+1-555-123;ext=7", ACME)
    (found,) = [each for each in bench.journal(Decision) if each.check == "domain"]
    assert (found.rule, found.got, found.wanted) == ("tel-uri", "tel:+1-555-123;ext=7", ACME)
    assert caller.bye().status == 200


@pytest.mark.rule("tel-uri")
def test_without_a_default_domain_a_telephone_number_gets_416(bench: Bench) -> None:
    Caller(bench, flow(), to="tel:+1555").invite()
    bench.response(416)
    assert (
        bench.refusal.mend
        == "start with --default-domain NAME, whose calls those to tel: URIs then are, or write sip:NUMBER@DOMAIN"
    )


@pytest.mark.rule("tel-uri", "unknown-domain")
def test_a_default_domain_that_does_not_exist_is_reported(make: Make) -> None:
    bench = make(default_domain=ACME)
    Caller(bench, flow(), to="tel:+1555").invite()
    bench.response(404)
    assert bench.refusal.got == ACME


@pytest.mark.rule("tel-uri")
def test_nobody_registers_at_a_telephone_number(make: Make) -> None:
    bench = make(default_domain=ACME)
    bench.domain()
    caller = Caller(bench, flow(), to="tel:+1555")
    caller.send(caller.build("REGISTER"))
    bench.response(416)


@pytest.mark.rule("multipart", "re-invite")
def test_the_answer_to_an_offer_of_ours_may_be_a_part_of_the_ack(bench: Bench, alice: Caller) -> None:
    bench.pages["/voice"] = page(LONG)
    alice.talk()
    alice.invite(body=b"")
    response = bench.response(200)
    body = mixed(LOCATION, OFFER.replace(b"40000", b"40008"))
    ack = alice.build("ACK", KIND, number=response.cseq.number, to=response.require("to"), body=body)
    alice.send(bytes(ack).replace(b"Content-Type: application/sdp\r\n", b"", 1))
    (_, connected) = [each for each in bench.media if isinstance(each, ConnectMedia)]
    assert connected.agreement.remote == Address("127.0.0.10", 40008)


@pytest.mark.rule("multipart")
def test_a_called_phone_s_answer_may_be_a_part_of_its_200(bench: Bench) -> None:
    _, phone = ordered(bench)
    fields = [("Contact", "<sip:bob@127.0.0.20:5080>"), KIND]
    answer = respond(phone.invite, 200, tag="b1", headers=fields, body=mixed(LOCATION, OFFER))
    bench.receive(bytes(answer), phone.way)
    (connected,) = [each for each in bench.media if isinstance(each, ConnectMedia)]
    assert connected.agreement.remote == Address("127.0.0.10", 40000)


@pytest.mark.rule("broken-message")
def test_a_called_phone_s_contact_that_cannot_be_read_is_reported(bench: Bench) -> None:
    _, phone = ordered(bench)
    fields = [("Contact", "SMITH, B <sip:bob@127.0.0.20:5080>"), ("Content-Type", "application/sdp")]
    bench.receive(bytes(respond(phone.invite, 200, tag="b1", headers=fields, body=SDP)), phone.way)
    (told,) = [each for each in bench.journal(Decision) if each.check == "message"]
    assert (told.call_id, told.got) == (phone.invite.call_id, "not a SIP URI: 'SMITH', from 127.0.0.20:5080")
    assert told.mend == "write <sip:USER@HOST>, and a display name with a comma in quotes"
    assert bench.record.status == "failed"
