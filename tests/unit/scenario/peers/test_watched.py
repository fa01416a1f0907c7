"""A foreign phone's call is read from the emulator's journal."""

from __future__ import annotations

from sipdomain.entries import SipMessage
from sipdomain.journal import Journal
from sipdomain.scenario.peers.watched import WatchedCall
from tests.unit.report.journals import INVITE, a_call, message, sent


def test_a_call_is_followed_from_its_invite_to_its_bye() -> None:
    journal = Journal()
    watched = WatchedCall(journal, known=())
    for entry in a_call():
        journal.append(entry)
    assert (watched.call_id, watched.state, watched.ended_by) == ("c1@phone", "ended", "them")
    assert watched.responses == [100, 407, 180, 200]
    assert (watched.answered_at, watched.ended_at) == (0.535, 2.5)
    assert dict(watched.final_headers)["CSeq"] == "2 INVITE"


def test_a_known_call_is_not_taken_for_the_foreign_one() -> None:
    journal = Journal()
    watched = WatchedCall(journal, known={"c1@phone"})
    for entry in [*a_call(), *sent(9, message(INVITE, "1 INVITE", call_id="other"), up=True)]:
        journal.append(entry)
    assert (watched.call_id, watched.started_at) == ("other", 9.0004)


def test_retransmitted_responses_are_counted_once_and_a_refusal_ends_the_call() -> None:
    journal = Journal()
    watched = WatchedCall(journal, known=())
    refusal = message("SIP/2.0 403 Forbidden", "1 INVITE")
    for entry in [
        *sent(0, message(INVITE, "1 INVITE"), up=True),
        *sent(1, refusal, up=False),
        *sent(2, refusal, up=False),
    ]:
        journal.append(entry)
    assert (watched.state, watched.responses, watched.ended_at) == ("refused", [403], 1)


def test_nothing_is_seen_after_closing() -> None:
    journal = Journal()
    watched = WatchedCall(journal, known=())
    watched.close()
    for entry in a_call():
        journal.append(entry)
    assert watched.call_id == ""


def test_a_registration_is_over_when_it_is_accepted() -> None:
    journal = Journal()
    watched = WatchedCall(journal, known=(), method="REGISTER")
    register = "REGISTER sip:acme.sip.twilio.com SIP/2.0"
    for entry in [
        *sent(0, message(INVITE, "1 INVITE", call_id="a call"), up=True),
        *sent(1, message(register, "1 REGISTER"), up=True),
        *sent(2, message("SIP/2.0 407 Proxy Authentication Required", "1 REGISTER"), up=False),
        *sent(3, message(register, "2 REGISTER"), up=True),
        *sent(4, message("SIP/2.0 200 OK", "2 REGISTER"), up=False),
    ]:
        journal.append(entry)
    assert (watched.state, watched.responses, watched.settled) == ("ended", [407, 200], 2)
    assert (watched.started_at, watched.ended_at) == (1.0004, 4)


def test_what_the_emulator_does_after_the_phone_is_gone_is_seen_too() -> None:
    journal = Journal()
    watched = WatchedCall(journal, known=())
    entries = a_call()
    for entry in entries:
        if entry.at < 2.5:
            journal.append(entry)
    watched.phone_is_gone(2.0)
    assert (watched.state, watched.gone_at) == ("answered", 2.0)
    for entry in entries:
        if entry.at >= 2.5:
            journal.append(entry)
    assert (watched.state, watched.ended_by) == ("ended", "them")


def test_the_call_of_somebody_else_is_not_that_of_a_phone_that_is_gone() -> None:
    journal = Journal()
    watched = WatchedCall(journal, known=())
    watched.phone_is_gone(2.0)
    for entry in a_call():
        journal.append(entry)
    assert watched.call_id == ""


def test_a_phone_may_be_given_orders_once_it_acknowledged_what_it_was_sent() -> None:
    """A 200 that has left is not one that the phone has read."""
    journal = Journal()
    watched = WatchedCall(journal, known=())
    seen: list[tuple[bool, int]] = []
    hold = message("SIP/2.0 200 OK", "2 INVITE")
    for entry in [
        *sent(0, message(INVITE, "1 INVITE"), up=True),
        *sent(1, message("SIP/2.0 200 OK", "1 INVITE"), up=False),
        *sent(2, message("ACK sip:100@acme.sip.twilio.com SIP/2.0", "1 ACK"), up=True),
        *sent(3, message(INVITE, "2 INVITE"), up=True),
        *sent(4, hold, up=False),
        *sent(5, hold, up=False),
        *sent(6, message("ACK sip:100@acme.sip.twilio.com SIP/2.0", "2 ACK"), up=True),
        *sent(7, message("ACK sip:100@acme.sip.twilio.com SIP/2.0", "2 ACK"), up=True),
        *sent(8, message("REFER sip:100@acme.sip.twilio.com SIP/2.0", "3 REFER"), up=True),
        *sent(9, message("SIP/2.0 403 Forbidden", "3 REFER"), up=False),
    ]:
        journal.append(entry)
        if isinstance(entry, SipMessage) and entry.owner == "cloud":
            seen.append((watched.is_confirmed, watched.settled))
    assert seen == [
        (False, 0), (False, 0), (True, 1), (True, 1), (True, 1), (True, 1), (True, 2), (True, 2), (True, 2), (True, 3),
    ]  # fmt: skip
