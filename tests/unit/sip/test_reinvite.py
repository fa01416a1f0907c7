"""An INVITE within a dialog: its one outcome, the ACK of each copy of its 2xx, and how long it waits after 491."""

from __future__ import annotations

import pytest

from sipdomain.sip.address import NameAddress
from sipdomain.sip.credentials import CredentialsKeeper
from sipdomain.sip.dialog import Dialog
from sipdomain.sip.message import Request, Response, respond
from sipdomain.sip.outputs import Address, Flow, Send
from sipdomain.sip.reinvite import (
    Accepted,
    Challenged,
    Postponed,
    Refused,
    Reinvite,
    ReinviteOutcome,
    glare_pause,
)
from sipdomain.sip.uri import Uri
from sipdomain.sip.via import Via

FLOW = Flow("udp", Address("127.0.0.1", 5060), Address("127.0.0.2", 5060))
CONTACT = ("Contact", "<sip:bob@127.0.0.3:5070>")
CHALLENGE = ("WWW-Authenticate", 'Digest realm="acme", nonce="N1", algorithm=MD5')


class End:
    """One end of a dialog, with a re-INVITE of its own."""

    def __init__(self, *, is_owner: bool = True, credentials: CredentialsKeeper | None = None) -> None:
        self.dialog = Dialog(
            "c1", NameAddress.parse("<sip:alice@127.0.0.1>;tag=a"), NameAddress.parse("<sip:bob@127.0.0.2>;tag=b"),
            Uri.parse("sip:bob@127.0.0.2"),
        )  # fmt: skip
        self.reinvite = Reinvite(lambda: 100, is_owner=is_owner, credentials=credentials)
        self.acks = 0

    def via(self) -> Via:
        return Via("UDP", "127.0.0.1", 5060, {"branch": "z9hG4bK1"})

    def send(self) -> Request:
        invite = self.dialog.request("INVITE", self.via())
        self.reinvite.sent(invite)
        return invite

    def acknowledgement(self, invite: Request) -> Send:
        self.acks += 1
        return Send(FLOW, bytes(self.dialog.acknowledge(invite, self.via())))

    def receive(self, response: Response) -> ReinviteOutcome | None:
        return self.reinvite.received(response, self.dialog, self.acknowledgement)


def test_each_copy_of_the_2xx_gets_the_same_ack_and_the_first_one_is_the_outcome() -> None:
    end = End()
    response = respond(end.send(), 200, headers=[CONTACT])
    first = end.receive(response)
    assert isinstance(first, Accepted)
    assert first.is_first
    assert first.ack.data.startswith(b"ACK sip:bob@127.0.0.3:5070 SIP/2.0\r\n")
    assert end.receive(response) == Accepted(first.ack, is_first=False)
    assert (end.acks, end.reinvite.is_under_way) == (1, False)


def test_a_provisional_response_and_one_to_an_earlier_invite_are_no_outcome() -> None:
    end = End()
    earlier = end.send()
    invite = end.send()
    assert end.receive(respond(invite, 180)) is None
    assert end.receive(respond(earlier, 200, headers=[CONTACT])) is None
    assert end.reinvite.is_under_way
    refused = (end.receive(respond(invite, 488)), end.reinvite.is_under_way)
    assert refused == (Refused(488), False)
    assert end.receive(respond(invite, 488)) is None


def test_a_challenge_is_answered_where_there_are_credentials_and_else_refuses() -> None:
    end = End(credentials=CredentialsKeeper("alice", "Correct-Horse-42", lambda: "c"))
    invite = end.send()
    assert end.receive(respond(invite, 401, headers=[CHALLENGE])) == Challenged(invite)
    again = end.send()
    assert end.receive(respond(again, 401, headers=[CHALLENGE])) == Refused(401)
    other = End()
    assert other.receive(respond(other.send(), 401, headers=[CHALLENGE])) == Refused(401)


@pytest.mark.parametrize(("is_owner", "pause"), [(True, 3.1), (False, 1.0)])
def test_after_491_it_waits_five_times_and_then_is_refused(is_owner: bool, pause: float) -> None:
    end = End(is_owner=is_owner)
    for _ in range(5):
        outcome = end.receive(respond(end.send(), 491))
        assert isinstance(outcome, Postponed)
        assert outcome.pause == pytest.approx(pause)
        assert not end.reinvite.is_under_way
    assert end.receive(respond(end.send(), 491)) == Refused(491)


def test_what_is_lost_is_lost_once() -> None:
    end = End()
    assert not end.reinvite.lost()
    invite = end.send()
    assert end.reinvite.lost()
    assert not end.reinvite.lost()
    assert end.receive(respond(invite, 200, headers=[CONTACT])) is None
    end.receive(respond(end.send(), 200, headers=[CONTACT]))
    assert not end.reinvite.lost()


@pytest.mark.parametrize(
    ("number", "is_owner", "pause"),
    [
        (0, True, 2.1),
        (190, True, 4.0),
        (191, True, 2.1),
        (0, False, 0.0),
        (200, False, 2.0),
        (201, False, 0.0),
    ],
)
def test_the_owner_of_the_call_id_waits_2_1_to_4_seconds_and_the_other_up_to_2(
    number: int, is_owner: bool, pause: float
) -> None:
    assert glare_pause(number, is_owner=is_owner) == pytest.approx(pause)
