"""The client's side of an INVITE: what it does when (RFC 3261 section 13.2)."""

from __future__ import annotations

import pytest

from sipdomain.sip.codec import parse
from sipdomain.sip.invite_client import MAX_FORKS, MAX_PROVISIONALS, InviteClient
from sipdomain.sip.invite_outputs import Answered, Transact
from sipdomain.sip.message import Request
from sipdomain.sip.outputs import Send
from tests.unit.sip.inviting import CONTACT, OURS, challenge, client, in_words, reply

BROKEN = ("Contact", "<sip:")

# One row a situation: what happens, at 33 s and then once a second, and all that comes of it, in order. What happens:
# "180 one": a response with that To tag; "407 N1": a challenge with that nonce; "200 one broken": one whose Contact cannot
# be read; "cancel", "lost 408", "at 66": what its user says.
SITUATIONS = {
    "answered at once": (
        ["200 one"],
        ["INVITE 1 -", "ACK 1 one", "answered 200 one"],
    ),
    "rings, then is answered": (
        ["100", "180 one", "200 one"],
        ["INVITE 1 -", "provisional 100", "provisional 180", "ACK 1 one", "answered 200 one"],
    ),
    "copies of responses": (
        ["180 one", "180 one", "200 one", "200 one", "200 one"],
        ["INVITE 1 -", "provisional 180", "ACK 1 one", "answered 200 one", "ACK 1 one", "ACK 1 one"],
    ),
    "the second answer of a fork": (
        ["180 one", "180 two", "200 two", "200 one", "200 one"],
        ["INVITE 1 -", "provisional 180", "provisional 180", "ACK 1 two", "answered 200 two",
         "ACK 1 one", "BYE 2 one", "forked one", "ACK 1 one"],
    ),
    "refused": (["180 one", "486 one"], ["INVITE 1 -", "provisional 180", "refused 486"]),
    "redirected": (["302 one"], ["INVITE 1 -", "refused 302"]),
    "challenged": (
        ["100", "407 N1", "100", "200 one"],
        ["INVITE 1 -", "provisional 100", "challenged 407", "INVITE 2 -", "provisional 100",
         "ACK 2 one", "answered 200 one"],
    ),
    "a stale nonce": (
        ["407 N1", "407 N2", "200 one"],
        ["INVITE 1 -", "challenged 407", "INVITE 2 -", "challenged 407", "INVITE 3 -",
         "ACK 3 one", "answered 200 one"],
    ),
    "the same nonce again": (
        ["407 N1", "407 N1"],
        ["INVITE 1 -", "challenged 407", "INVITE 2 -", "refused 407 credentials refused: the same nonce came again"],
    ),
    "four nonces": (
        ["407 N1", "407 N2", "407 N3", "407 N4"],
        ["INVITE 1 -", "challenged 407", "INVITE 2 -", "challenged 407", "INVITE 3 -",
         "challenged 407", "INVITE 4 -", "refused 407 challenged again after 3 tries"],
    ),
    "a response to the INVITE before the challenge": (
        ["407 N1", "180 old", "200 old"],
        ["INVITE 1 -", "challenged 407", "INVITE 2 -"],
    ),
    "cancelled while it rings": (
        ["180 one", "cancel", "487 one"],
        ["INVITE 1 -", "provisional 180", "CANCEL 1 -", "wake 66", "refused 487"],
    ),
    "cancelled before any response: CANCEL waits": (
        ["cancel", "100", "180 one", "487 one"],
        ["INVITE 1 -", "provisional 100", "CANCEL 1 -", "wake 66", "provisional 180", "refused 487"],
    ),
    "cancelled twice": (
        ["180 one", "cancel", "cancel"],
        ["INVITE 1 -", "provisional 180", "CANCEL 1 -", "wake 66"],
    ),
    "cancelled after a challenge: CANCEL waits for the second INVITE": (
        ["100", "407 N1", "cancel", "100"],
        ["INVITE 1 -", "provisional 100", "challenged 407", "INVITE 2 -", "provisional 100",
         "CANCEL 2 -", "wake 68"],
    ),
    "challenged while it is cancelled": (
        ["100", "cancel", "407 N1"],
        ["INVITE 1 -", "provisional 100", "CANCEL 1 -", "wake 66", "refused 407"],
    ),
    "CANCEL and 200 cross": (
        ["180 one", "cancel", "200 one"],
        ["INVITE 1 -", "provisional 180", "CANCEL 1 -", "wake 66", "ACK 1 one", "answered 200 one"],
    ),
    "a 200 to a cancelled INVITE without a provisional response": (
        ["cancel", "200 one"],
        ["INVITE 1 -", "ACK 1 one", "answered 200 one"],
    ),
    "CANCEL without a final response is given up after 64 * T1": (
        ["180 one", "cancel", "at 65", "at 66"],
        ["INVITE 1 -", "provisional 180", "CANCEL 1 -", "wake 66", "gave up"],
    ),
    "a 200 after it was given up": (
        ["180 one", "cancel", "at 66", "200 one"],
        ["INVITE 1 -", "provisional 180", "CANCEL 1 -", "wake 66", "gave up",
         "ACK 1 one", "BYE 2 one", "forked one"],
    ),
    "a refusal after it was given up": (
        ["180 one", "cancel", "at 66", "487 one"],
        ["INVITE 1 -", "provisional 180", "CANCEL 1 -", "wake 66", "gave up"],
    ),
    "cancelled after the answer": (["200 one", "cancel"], ["INVITE 1 -", "ACK 1 one", "answered 200 one"]),
    "cancelled after a refusal": (["486 one", "cancel"], ["INVITE 1 -", "refused 486"]),
    "no response": (["lost 408"], ["INVITE 1 -", "lost 408"]),
    "the way breaks": (["100", "lost 503"], ["INVITE 1 -", "provisional 100", "lost 503"]),
    "the way breaks after the answer": (
        ["200 one", "lost 503"],
        ["INVITE 1 -", "ACK 1 one", "answered 200 one"],
    ),
    "a 200 whose Contact cannot be read": (
        ["200 one broken", "200 one broken", "200 two"],
        ["INVITE 1 -", "unusable 200", "ACK 1 two", "BYE 2 two", "forked two"],
    ),
    "a 180 whose Contact cannot be read": (
        ["180 one broken", "200 one"],
        ["INVITE 1 -", "provisional 180", "unusable 180", "ACK 1 one", "answered 200 one"],
    ),
}  # fmt: skip


def feed(invite: InviteClient, sent: Request, what: str, at: float) -> list[object]:
    """Let one thing happen; return what comes of it."""
    word, *rest = what.split(" ")
    if word == "cancel":
        return list(invite.cancel(at))
    if word == "lost":
        return list(invite.lost(int(rest[0])))
    if word == "at":
        return list(invite.due(float(rest[0])))
    if word == "407":
        return list(invite.received(reply(sent, 407, "", challenge(rest[0])), at))
    tag, *broken = rest or [""]
    return list(invite.received(reply(sent, int(word), tag, BROKEN if broken else CONTACT), at))


@pytest.mark.parametrize("name", SITUATIONS)
def test_situations(name: str) -> None:
    events, expected = SITUATIONS[name]
    invite = client()
    outputs: list[object] = list(invite.start())
    first = sent = request_of(outputs[0])
    for second, event in enumerate(events):
        new = feed(invite, first if " old" in event else sent, event, 33.0 + second)
        outputs += new
        sent = next((each.request for each in new if isinstance(each, Transact) and is_invite(each)), sent)
    assert in_words(outputs) == expected  # type: ignore[arg-type]


def is_invite(output: Transact) -> bool:
    return output.request.method == "INVITE"


def request_of(output: object) -> Request:
    assert isinstance(output, Transact)
    return output.request


def test_without_credentials_a_challenge_is_a_refusal() -> None:
    invite = client(challenges=False)
    sent = request_of(invite.start()[0])
    assert in_words(invite.received(reply(sent, 407, "", challenge("N1")), 0.0)) == ["refused 407"]


def test_a_late_offer_is_acknowledged_by_its_user_and_its_copies_as_any() -> None:
    invite = client(late_offer=True)
    sent = request_of(invite.start()[0])
    *_, answered = outputs = invite.received(reply(sent, 200, "one"), 0.0)
    assert in_words(outputs) == ["answered 200 one"]
    assert isinstance(answered, Answered)
    (ack,) = invite.acknowledge(answered.dialog, b"v=0\r\n")
    assert isinstance(ack, Send)
    message = parse(ack.data)
    assert (message.body, message.content_type) == (b"v=0\r\n", "application/sdp")
    assert invite.received(reply(sent, 200, "one"), 1.0) == [ack]


def test_the_ack_repeats_the_credentials_of_its_invite_and_bye_counts_on() -> None:
    invite = client()
    sent = request_of(invite.start()[0])
    outputs = invite.received(reply(sent, 407, "", challenge("N1")), 0.0)
    sent = request_of(outputs[-1])
    ack, answered = invite.received(reply(sent, 200, "one"), 0.0)
    assert isinstance(ack, Send)
    assert isinstance(answered, Answered)
    bye = request_of(invite.hang_up(answered.dialog)[0])
    assert parse(ack.data).headers.all("proxy-authorization") == sent.headers.all("proxy-authorization")
    (given,) = bye.headers.all("proxy-authorization")
    assert ('uri="sip:bob@127.0.0.10:5070"' in given, "nc=00000002" in given) == (True, True)


def test_cancel_repeats_what_names_its_invite() -> None:
    invite = client()
    sent = request_of(invite.start()[0])
    invite.received(reply(sent, 180, "one"), 0.0)
    cancel = request_of(invite.cancel(0.0)[0])
    assert (cancel.target, str(cancel.via), cancel.call_id) == (sent.target, str(sent.via), sent.call_id)
    assert (cancel.to.tag, cancel.headers.get("user-agent")) == (None, "unit")


def test_the_answer_confirms_the_early_dialog_by_its_own_contact_and_routes() -> None:
    invite = client()
    sent = request_of(invite.start()[0])
    early = [CONTACT, ("Record-Route", "<sip:early@10.0.0.1;lr>")]
    final = [("Contact", "<sip:late@127.0.0.10>"), ("Record-Route", f"{OURS}, <sip:far@10.0.0.2;lr>")]
    invite.received(reply(sent, 180, "one", *early), 0.0)
    early_dialog = invite.dialogs["one"]
    *_, answered = invite.received(reply(sent, 200, "one", *final), 0.0)
    assert isinstance(answered, Answered)
    assert answered.dialog is early_dialog is invite.dialogs["one"]
    assert (str(early_dialog.remote_target), early_dialog.route_set) == (
        "sip:late@127.0.0.10", ("<sip:far@10.0.0.2;lr>",),
    )  # fmt: skip


def test_early_dialogs_are_counted_and_a_challenge_ends_them() -> None:
    invite = client()
    sent = request_of(invite.start()[0])
    for number in range(MAX_FORKS + 3):
        invite.received(reply(sent, 180, f"tag{number}"), 0.0)
    assert len(invite.dialogs) == MAX_FORKS
    invite.received(reply(sent, 407, "", challenge("N1")), 0.0)
    assert invite.dialogs == {}


def test_so_many_answers_of_forks_are_acknowledged_and_no_more() -> None:
    invite = client()
    sent = request_of(invite.start()[0])
    answers = [invite.received(reply(sent, 200, f"tag{number}"), 0.0) for number in range(MAX_FORKS + 2)]
    assert [bool(each) for each in answers] == [True] * MAX_FORKS + [False] * 2


def test_so_many_different_provisional_responses_are_looked_at_and_no_more() -> None:
    invite = client()
    sent = request_of(invite.start()[0])
    reports = [
        invite.received(reply(sent, 183, "one", ("X-Number", str(number))), 0.0)
        for number in range(MAX_PROVISIONALS + 2)
    ]
    assert sum(map(bool, reports)) == MAX_PROVISIONALS
