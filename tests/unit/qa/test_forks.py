"""Calls that two phones answer, and calls that are sent elsewhere."""

from __future__ import annotations

import socket
from contextlib import closing
from dataclasses import replace

from sipdomain.qa.checks import CHECKS
from sipdomain.qa.seen import Seen
from sipdomain.qa.wire import Wire
from sipdomain.runtime.sip.elsewhere import Elsewhere
from tests.unit.qa.played import changed, right


def _said(name: str, seen: Seen) -> tuple[str, str]:
    found = CHECKS[name].verdict(seen)
    return found.outcome, found.said


def test_a_second_answer_that_gets_no_ack_is_named() -> None:
    def lost(wire: Wire) -> Wire | None:
        return None if wire.method == "ACK" and wire.to_tag.endswith("-fork1") else wire

    assert _said("forked-answers", changed(right()["forked-answers"], lost)) == (
        "failed",
        "the 200 of the second phone was not acknowledged",
    )


def test_a_call_that_one_phone_answered_says_nothing_of_two() -> None:
    assert _said("forked-answers", right()["call"]) == ("could not tell", "no call was answered twice")


def _elsewhere(*fields: bytes) -> Seen:
    seen = right()["redirect"]
    plain = [
        line
        for line in seen.calls[0].invites[-1].data.split(b"\r\n")
        if not line.startswith(b"Proxy-Authorization")
    ]
    plain[1:1] = fields
    return replace(seen, elsewhere=(b"\r\n".join(plain),))


def test_a_call_that_follows_the_302_without_its_digest_passes_and_with_it_does_not() -> None:
    assert _said("redirect", _elsewhere()) == (
        "passed",
        "it called <sip:100@127.0.0.98:5060>, without its digest",
    )
    assert _said("redirect", _elsewhere(b'Authorization: Digest username="alice"')) == (
        "failed",
        "it sent its digest to <sip:100@127.0.0.98:5060>, which nobody asked for",
    )


def test_a_302_without_an_ack_is_named() -> None:
    refused = next(wire for wire in right()["redirect"].calls[0].wires if wire.status == 302)

    def lost(wire: Wire) -> Wire | None:
        return None if wire.method == "ACK" and wire.cseq[0] == refused.cseq[0] else wire

    assert _said("redirect", changed(right()["redirect"], lost)) == ("failed", "the 302 was not acknowledged")


def test_who_is_sent_elsewhere_finds_somebody_who_answers_404_and_keeps_what_came() -> None:
    invite = right()["call"].calls[0].invites[0].data
    with closing(Elsewhere()) as elsewhere, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", 0))
        phone.settimeout(10)
        phone.sendto(invite, tuple(elsewhere.address))
        answer = phone.recv(4096)

        assert answer.startswith(b"SIP/2.0 404 Not Found\r\n")
        assert elsewhere.came == (invite,)
