"""Each check passes a phone that does as it should, and fails one that does not in this one thing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from sipdomain.qa.checks import CHECKS
from sipdomain.qa.examination import examine
from sipdomain.qa.making import Wishes, make_bench
from sipdomain.qa.seen import Dialog, Seen
from sipdomain.qa.situations import SITUATIONS
from sipdomain.qa.verdict import Verdict
from sipdomain.qa.wire import Packet, Wire
from sipdomain.sip.codec import parse
from sipdomain.sip.outputs import Address
from tests.unit.qa.played import PASSWORD, PLAYED, changed, packets, right, sent, unanswered, without

Change = Callable[[Seen], Seen]


def _behind_nat(seen: Seen) -> Seen:
    def outside(wire: Wire) -> Wire:
        return replace(wire, source=Address("198.51.100.7", wire.source.port)) if wire.by == "pbx" else wire

    return changed(seen, outside)


def _again(seen: Seen, times: int, *, with_credentials: bool) -> Seen:
    """Let the PBX send its last INVITE again and again, each time as a new one."""
    dialog = seen.calls[0]
    last = dialog.invites[-1 if with_credentials else 0]
    wires = list(dialog.wires)
    for number in range(times):
        data = last.data.replace(b"branch=z9hG4bK", b"branch=z9hG4bKagain%d" % number)
        wires.append(replace(last, at=wires[-1].at + 0.1, data=data, message=parse(data)))
    return replace(seen, dialogs=(Dialog(dialog.call_id, wires),))


def _event(durations: list[int]) -> Change:
    """Let each packet of a key have another duration, in turn."""

    def change(seen: Seen) -> Seen:
        left = list(durations)

        def shortened(packet: Packet) -> Packet:
            if packet.rtp.payload_type < 96 or not left:
                return packet
            payload = packet.rtp.payload[:2] + left.pop(0).to_bytes(2)
            return replace(packet, rtp=packet.rtp._replace(payload=payload))

        return packets(seen, shortened)

    return change


def _gone_after(seconds: float) -> Change:
    def change(seen: Seen) -> Seen:
        answer = seen.answered[0].answered
        assert answer is not None
        gone = (answer.at + seconds, answer.at + seconds + 3)
        return packets(seen, lambda each: None if gone[0] < each.at < gone[1] else each)

    return change


def _early_end(seen: Seen) -> Seen:
    """Let the PBX end the long call after ten minutes."""
    answer = seen.answered[0].answered
    assert answer is not None
    bye = right()["hang-up"].answered[0].requests("BYE")[0]
    dialog = seen.answered[0]
    wires = [wire for wire in dialog.wires if wire.cseq[1] != "BYE"]
    return replace(seen, dialogs=(Dialog(dialog.call_id, [*wires, replace(bye, at=answer.at + 600)]),))


def _without_copies(seen: Seen, method: str) -> Seen:
    """Let the PBX send each request of a method once."""
    met: set[tuple[str, tuple[int, str]]] = set()

    def change(wire: Wire) -> Wire | None:
        if wire.by != "pbx" or wire.method != method:
            return wire
        key = (wire.branch, wire.cseq)
        is_copy = key in met
        met.add(key)
        return None if is_copy else wire

    return changed(seen, change)


def _without_last(seen: Seen, method: str) -> Seen:
    """Let the PBX not send its last request of a method, outside of calls or within."""
    last = [each for each in seen.requests if each.method == method][-1]
    return changed(seen, lambda wire: None if wire.by == "pbx" and wire.cseq == last.cseq else wire)


def _registers_for_ever(seen: Seen) -> Seen:
    dialog = seen.registrations[0]
    first = dialog.requests("REGISTER")[0]
    wires = list(dialog.wires)
    for number in range(3):
        data = first.data.replace(b"branch=z9hG4bK", b"branch=z9hG4bKagain%d" % number)
        wires.append(replace(first, data=data, message=parse(data)))
    return replace(seen, dialogs=(Dialog(dialog.call_id, wires),))


def _with_session_timer(seen: Seen) -> Seen:
    return sent(seen, "INVITE", "Max-Forwards", "Session-Expires: 90\r\nMax-Forwards")


def _raised(seen: Seen, fields: bytes) -> Seen:
    """Let the PBX call once more after the 422, with these header fields."""
    seen = _with_session_timer(seen)
    dialog = seen.calls[0]
    last = dialog.invites[-1]
    data = last.data.replace(b"Session-Expires: 90", fields).replace(
        b"branch=z9hG4bK", b"branch=z9hG4bKraised"
    )
    wires = [*dialog.wires, replace(last, at=dialog.wires[-1].at + 0.1, data=data, message=parse(data))]
    return replace(seen, dialogs=(Dialog(dialog.call_id, wires),))


_STRANGE = (
    'Proxy-Authorization: Digest username="alice",realm="other.example",nonce="n",uri="sip:x",response="r"'
)
WRONG: dict[str, Change] = {
    "request-uri": lambda seen: sent(
        seen, "INVITE", "INVITE sip:100@demo.sip.twilio.com", "INVITE sip:100@192.0.2.1"
    ),
    "loose-route": lambda seen: sent(
        seen, "INVITE", "Max-Forwards", "Route: <sip:192.0.2.1>\r\nMax-Forwards"
    ),
    "no-sips": lambda seen: sent(seen, "INVITE", "Contact: <sip:", "Contact: <sips:"),
    "contact": _behind_nat,
    "max-forwards": lambda seen: sent(seen, "INVITE", "Max-Forwards: 70", "Max-Forwards: 5"),
    "identifiers": lambda seen: sent(seen, "INVITE", "branch=z9hG4bK", "branch="),
    "rport": lambda seen: sent(seen, "INVITE", ";rport", ""),
    "large-requests": lambda seen: sent(
        seen, "INVITE", "Max-Forwards", f"X-Long: {'x' * 600}\r\nMax-Forwards"
    ),
    "ack-to-refusals": lambda seen: without(seen, "ACK"),
    "answers-407": lambda seen: sent(seen, "INVITE", "Proxy-Authorization", "Authorization"),
    "realm": lambda seen: sent(seen, "INVITE", 'realm="sip.twilio.com"', 'realm="demo.sip.twilio.com"'),
    "digest": lambda seen: sent(seen, "INVITE", "nc=00000001", "nc=00000002"),
    "md5": lambda seen: sent(seen, "INVITE", "Digest username", "Digest algorithm=SHA-256,username"),
    "second-invite": lambda seen: sent(seen, "INVITE", "CSeq: 2 INVITE", "CSeq: 1 INVITE"),
    "stops-after-refusals": lambda seen: _again(seen, 3, with_credentials=True),
    "route-set": lambda seen: sent(seen, "ACK", "Route:", "X-Route:"),
    "ack-to-answer": lambda seen: without(seen, "ACK", within=True),
    "no-retry": lambda seen: _again(seen, 1, with_credentials=False),
    "early-offer": lambda seen: sent(seen, "INVITE", "application/sdp", "text/plain"),
    "codecs": lambda seen: sent(seen, "INVITE", "a=ptime:20", "a=ptime:30"),
    "keys": _event([800, 160]),
    "symmetric-rtp": lambda seen: packets(
        seen, lambda each: replace(each, source=Address(each.source.host, 9))
    ),
    "media-address": lambda seen: packets(
        seen, lambda each: replace(each, source=Address("127.0.0.9", each.source.port))
    ),
    "payload-numbers": lambda seen: packets(
        seen, lambda each: replace(each, rtp=each.rtp._replace(payload_type=9))
    ),
    "audio-in-silence": _gone_after(3.0),
    "media-profile": lambda seen: sent(seen, "INVITE", "RTP/AVP", "RTP/SAVP"),
    "methods": lambda seen: sent(seen, "INVITE", "Max-Forwards", "Require: 100rel\r\nMax-Forwards"),
    "answers-bye": lambda seen: unanswered(seen, "BYE"),
    "sends-bye": lambda seen: without(seen, "BYE"),
    "session-timer": _early_end,
    "own-header-fields": lambda seen: sent(
        seen, "INVITE", "Max-Forwards", f"X-Long: {'x' * 1100}\r\nMax-Forwards"
    ),
    "repeats-invite": lambda seen: _without_copies(seen, "INVITE"),
    "stale-nonce": lambda seen: _without_last(seen, "INVITE"),
    "answers-407-in-call": lambda seen: _without_last(seen, "BYE"),
    "own-realm-only": lambda seen: sent(seen, "BYE", "Max-Forwards", f"{_STRANGE}\r\nMax-Forwards"),
    "ack-each-answer": lambda seen: _without_copies(seen, "ACK"),
    "cancel": lambda seen: sent(seen, "CANCEL", "branch=z9hG4bK", "branch=z9hG4bKother"),
    "hold": lambda seen: sent(seen, "INVITE", "a=sendonly", "a=sendrecv"),
    "session-interval": _with_session_timer,
    "registration-interval": lambda seen: sent(seen, "REGISTER", "Expires: 4000", "Expires: 600"),
    "registration-off": _registers_for_ever,
    "registers": lambda seen: sent(seen, "REGISTER", "Expires: 3600", "Expires: 60"),
    "qualifies": lambda seen: seen,
}
"""By check: what a phone does that does this one thing wrong."""
NOTHING_TO_SEE = ("own-header-fields", "qualifies", "session-interval")
"""What the phone does not do by itself; see the tests below."""


def _verdict(name: str, seen: Seen) -> Verdict:
    return CHECKS[name].verdict(seen)


def _situation(name: str) -> Seen:
    situation = CHECKS[name].situation
    return right()[situation if situation in PLAYED else "call"]


@pytest.mark.parametrize("name", [name for name in CHECKS if name not in NOTHING_TO_SEE])
def test_a_phone_that_does_as_it_should_passes(name: str) -> None:
    found = _verdict(name, _situation(name))

    assert found.outcome == "passed", found.said


@pytest.mark.parametrize("name", [name for name in CHECKS if name != "new-nonce"])
def test_a_phone_that_does_this_one_thing_wrong_fails(name: str) -> None:
    found = _verdict(name, WRONG[name](_situation(name)))

    assert found.outcome == "failed", found.said
    assert found.said


@pytest.mark.parametrize("name", [name for name, check in CHECKS.items() if check.needs != "nothing"])
def test_where_no_call_came_nothing_can_be_told(name: str) -> None:
    found = _verdict(name, replace(_situation(name), dialogs=(), packets=()))

    assert (found.outcome, found.said) == ("could not tell", "no call of the PBX came")


def test_every_check_is_seen_in_a_situation_that_there_is() -> None:
    assert {check.situation for check in CHECKS.values()} == set(SITUATIONS)


def test_a_header_field_of_the_pbx_that_the_webhook_has_passes() -> None:
    seen = sent(right()["call"], "INVITE", "Max-Forwards", "X-Team: blue\r\nMax-Forwards")

    assert (
        _verdict("own-header-fields", replace(seen, parameters=({"SipHeader_X-Team": "blue"},))).outcome
        == "passed"
    )
    assert _verdict("own-header-fields", replace(seen, parameters=({"CallSid": "CA1"},))).outcome == "failed"


def test_a_pbx_without_header_fields_of_its_own_is_not_judged_by_them() -> None:
    assert _verdict("own-header-fields", right()["call"]).outcome == "not run"


def test_a_pbx_that_does_not_register_is_not_judged_by_it() -> None:
    assert _verdict("registers", right()["refusals"]).outcome == "not run"


def _options(*moments: float) -> Seen:
    seen = right()["register"]
    data = seen.registrations[0].requests("REGISTER")[0].data.replace(b"REGISTER", b"OPTIONS")
    first = seen.registrations[0].requests("REGISTER")[0]
    wires = []
    for number, at in enumerate(moments):
        own = data.replace(b"branch=z9hG4bK", b"branch=z9hG4bK%d" % number)
        wires.append(replace(first, at=at, data=own, message=parse(own)))
    return replace(seen, dialogs=(Dialog("options", wires),))


def test_options_each_thirty_seconds_pass_and_each_five_do_not() -> None:
    assert _verdict("qualifies", _options(0.0, 30.0, 60.0)).outcome == "passed"
    assert _verdict("qualifies", _options(0.0, 5.0, 10.0)).outcome == "failed"
    assert _verdict("qualifies", _options(0.0)).outcome == "failed"


def test_credentials_in_another_call_are_no_second_invite() -> None:
    seen = right()["call"]
    _, *rest = seen.calls[0].invites
    other = rest[0].data.replace(seen.calls[0].call_id.encode(), b"another-call")
    strange = replace(rest[0], data=other, message=parse(other))
    dialogs = (
        Dialog("one", [w for w in seen.calls[0].wires if w not in rest]),
        Dialog("another-call", [strange]),
    )

    found = _verdict("second-invite", replace(seen, dialogs=dialogs))

    assert (found.outcome, found.said) == ("failed", "the INVITE with credentials has another Call-ID")


def test_keys_by_info_are_named() -> None:
    seen = packets(right()["keys"], lambda each: None if each.rtp.payload_type >= 96 else each)

    found = _verdict("keys", seen)

    assert (found.outcome, found.said) == ("failed", "keys were to be pressed, and no telephone-event came")


def test_a_pbx_that_offers_no_telephone_event_fails_before_a_key_is_pressed() -> None:
    seen = sent(right()["keys"], "INVITE", "telephone-event/8000", "CN/8000")

    assert _verdict("keys", seen).said == "telephone-event/8000 is not offered"


def test_a_secure_domain_wants_tls() -> None:
    seen = right()["call"]
    secure = replace(seen, setting=replace(seen.setting, secure=True))

    found = _verdict("media-profile", secure)

    assert (found.outcome, found.said) == ("failed", "the INVITE to a secure domain came by UDP")


def test_a_message_that_cannot_be_read_is_no_verdict() -> None:
    seen = sent(right()["call"], "INVITE", "Contact: <sip:", "Contact: <<sip:")

    assert _verdict("contact", seen).outcome == "could not tell"


def test_between_calls_a_driver_that_is_a_program_is_not_there() -> None:
    wishes = Wishes("phone", "", "demo", "alice", PASSWORD)
    bench = make_bench(wishes, tell=lambda _: None, skipped=lambda: False, substrate="sim")
    plan = {SITUATIONS["between-calls"]: [CHECKS["qualifies"]]}
    with closing(bench.world):
        ((result,),) = [stage.results for stage in examine(bench, plan)]

    assert (result.verdict.outcome, result.verdict.said) == (
        "not run",
        "the driver phone is not there between calls",
    )


def test_a_strict_stack_that_stops_at_a_new_nonce_without_stale_has_not_failed() -> None:
    found = _verdict("new-nonce", _without_last(right()["new-nonce"], "INVITE"))

    assert found.outcome == "not run"


def test_a_session_interval_that_is_raised_to_min_se_passes_and_a_smaller_one_does_not() -> None:
    seen = right()["session-interval"]

    assert (
        _verdict("session-interval", _raised(seen, b"Session-Expires: 1800\r\nMin-SE: 1800")).outcome
        == "passed"
    )
    assert (
        _verdict("session-interval", _raised(seen, b"Session-Expires: 900\r\nMin-SE: 1800")).outcome
        == "failed"
    )
    assert _verdict("session-interval", _raised(seen, b"Session-Expires: 1800")).outcome == "failed"


def test_a_pbx_without_a_session_timer_is_not_judged_by_it() -> None:
    assert _verdict("session-interval", right()["session-interval"]).outcome == "not run"


def test_a_hold_by_an_address_of_zeros_is_named() -> None:
    seen = sent(
        sent(right()["hold"], "INVITE", "a=sendonly", "a=sendrecv"),
        "INVITE",
        "c=IN IP4 127.0.0.1",
        "c=IN IP4 0.0.0.0",
    )

    assert _verdict("hold", seen).said == "it holds by the address 0.0.0.0 alone"
