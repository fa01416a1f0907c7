"""A phone that insists on SRTP: the keys that it offers and takes."""

from __future__ import annotations

import pytest

from sipdomain.media.outputs import ConnectMedia, OpenMedia
from sipdomain.media.sdes import SUITES, Crypto, MasterKey
from sipdomain.media.sdp import SessionDescription
from sipdomain.sip.message import Request
from tests.unit.phone.far_end import ANSWER, CONTACT, SDP, FarEnd, response_of

CLOUD_KEY = MasterKey(SUITES[1], b"c" * 30)
SECURE_ANSWER = ANSWER.replace(b"RTP/AVP", b"RTP/SAVP") + f"a=crypto:{Crypto('2', CLOUD_KEY)}\r\n".encode()


def offered_keys(invite: Request) -> list[Crypto]:
    (audio,) = SessionDescription.parse(invite.body).media
    assert audio.protocol == "RTP/SAVP"
    return [Crypto.parse(line) for line in audio.attributes("crypto")]


def test_a_secure_phone_offers_both_suites_and_takes_the_one_that_is_answered() -> None:
    far = FarEnd(srtp=True)
    far.dial()
    invite = far.request("INVITE")
    first, second = offered_keys(invite)
    far.answer(invite, body=SECURE_ANSWER)
    connected = far.media[-1]

    assert far.media[0] == OpenMedia("alice-1", "127.0.0.10", secure=True)
    assert [(each.tag, each.key.suite) for each in (first, second)] == [("1", SUITES[0]), ("2", SUITES[1])]
    assert isinstance(connected, ConnectMedia)
    assert (connected.agreement.local_key, connected.agreement.remote_key) == (second.key, CLOUD_KEY)


def test_each_call_of_a_secure_phone_has_keys_of_its_own() -> None:
    far = FarEnd(srtp=True)
    far.dial()
    before = offered_keys(far.request("INVITE"))
    far.dial()

    assert {each.key for each in before} & {each.key for each in offered_keys(far.request("INVITE"))} == set()


@pytest.mark.parametrize(
    "body", [ANSWER, ANSWER.replace(b"RTP/AVP", b"RTP/SAVP"), SECURE_ANSWER.replace(b":2 AES", b":1 AES")]
)
def test_an_answer_without_the_offered_protection_ends_the_call(body: bytes) -> None:
    far = FarEnd(srtp=True)
    call = far.dial()
    far.answer(far.request("INVITE"), body=body)
    ack, bye = far.take()

    assert (ack.cseq.method, bye.cseq.method, call.state) == ("ACK", "BYE", "failed")
    assert not any(isinstance(each, ConnectMedia) for each in far.media)


def test_a_secure_phone_holds_and_resumes_with_its_key_and_takes_a_new_one_of_the_peer() -> None:
    far = FarEnd(srtp=True)
    call = far.dial()
    invite = far.request("INVITE")
    far.answer(invite, body=SECURE_ANSWER)
    far.request("ACK")
    connected = far.media[-1]
    assert isinstance(connected, ConnectMedia)
    again = MasterKey(SUITES[1], b"d" * 30)
    for number, body in enumerate(
        (
            SECURE_ANSWER.replace(b"a=sendrecv", b"a=sendonly"),
            ANSWER.replace(b"RTP/AVP", b"RTP/SAVP")
            + f"a=crypto:5 {str(Crypto('5', again))[2:]}\r\n".encode(),
        ),
        start=2,
    ):
        far.ask("INVITE", call, invite, number, CONTACT, SDP, body=body)
        (audio,) = SessionDescription.parse(response_of(far).body).media
        far.ask("ACK", call, invite, number)
        (line,) = audio.attributes("crypto")
        assert Crypto.parse(line).key == connected.agreement.local_key
    last = far.media[-1]

    assert isinstance(last, ConnectMedia)
    assert (last.agreement.remote_key, last.agreement.sending) == (again, True)
