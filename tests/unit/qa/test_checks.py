"""Each check passes a phone that does as it should, and fails one that does not in this one thing."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from sipdomain.qa.checks import CHECKS
from sipdomain.qa.examination import examine
from sipdomain.qa.making import Wishes, make_bench
from sipdomain.qa.seen import Dialog, Seen
from sipdomain.qa.situations import SITUATIONS
from sipdomain.qa.verdict import Verdict
from sipdomain.qa.wire import Wire
from sipdomain.sip.codec import parse
from sipdomain.sip.outputs import Address
from tests.unit.qa.down import qualifying
from tests.unit.qa.named import WRONG_BY_NAME, named
from tests.unit.qa.played import (
    PASSWORD,
    changed,
    packets,
    right,
    sent,
)
from tests.unit.qa.wrong import WRONG, never_refreshed, raised, without_last

NOTHING_TO_SEE = ("own-header-fields", "qualifies", "session-interval", "session-refresh", "audio-elsewhere")
"""What the phone does not do by itself; see the tests below."""


def _verdict(name: str, seen: Seen) -> Verdict:
    return CHECKS[name].verdict(seen)


def _situation(name: str) -> Seen:
    situation = CHECKS[name].situation
    if situation == "edge-down":
        return qualifying()
    if name in WRONG_BY_NAME:
        return named()[situation]
    return right()[situation if situation in right() else "call"]


@pytest.mark.parametrize("name", [name for name in CHECKS if name not in NOTHING_TO_SEE])
def test_a_phone_that_does_as_it_should_passes(name: str) -> None:
    found = _verdict(name, _situation(name))

    assert found.outcome == "passed", found.said


@pytest.mark.parametrize("name", [name for name in CHECKS if name != "new-nonce"])
def test_a_phone_that_does_this_one_thing_wrong_fails(name: str) -> None:
    found = _verdict(name, (WRONG | WRONG_BY_NAME)[name](_situation(name)))

    assert found.outcome == "failed", found.said
    assert found.said


@pytest.mark.parametrize("name", [name for name, check in CHECKS.items() if check.needs != "nothing"])
def test_where_no_call_came_nothing_can_be_told(name: str) -> None:
    found = _verdict(name, replace(_situation(name), dialogs=(), packets=()))

    assert (found.outcome, found.said) == ("could not tell", "no call of the PBX came")


@pytest.mark.parametrize(
    "name",
    [
        "keys",
        "symmetric-rtp",
        "media-address",
        "audio-elsewhere",
        "payload-numbers",
        "audio-in-silence",
        "hold",
    ],
)
def test_where_packets_of_audio_were_not_kept_nothing_can_be_told(name: str) -> None:
    found = _verdict(name, replace(_situation(name), left_out=3))

    assert (found.outcome, found.said) == ("could not tell", "3 packets of audio were not kept")


def test_only_the_audio_of_its_own_calls_is_kept_in_each_situation() -> None:
    wishes = Wishes("phone", "", "demo", "alice", PASSWORD)
    bench = make_bench(wishes, tell=lambda _: None, skipped=lambda: False, substrate="sim")
    with closing(bench.world):
        first = bench.play(SITUATIONS["call"].play, "")
        bench.play(SITUATIONS["call"].play, "")

        kept = bench.world.traffic().packets
    assert min(each.at for each in kept) > max(each.at for each in first.packets)


def test_a_proxy_before_the_pbx_takes_its_own_route_out() -> None:
    def beside(wire: Wire) -> Wire:
        own = b"Record-Route: <sip:192.0.2.7;lr>\r\nMax-Forwards"
        if wire.by == "pbx" and wire.method == "INVITE":
            data = wire.data.replace(b"Max-Forwards", own)
        elif wire.by == "cloud" and wire.status == 200 and wire.cseq[1] == "INVITE":
            head, _, body = wire.data.partition(b"\r\n\r\n")
            data = head + b"\r\nRecord-Route: <sip:192.0.2.7;lr>\r\n\r\n" + body
        else:
            return wire
        return replace(wire, data=data, message=parse(data))

    assert _verdict("route-set", changed(right()["call"], beside)).outcome == "passed"


def test_the_ack_to_a_challenge_that_comes_late_is_not_the_one_to_the_answer() -> None:
    dialog = right()["call"].answered[0]
    late = replace(dialog.requests("ACK")[0], at=dialog.wires[-1].at)
    seen = replace(right()["call"], dialogs=(Dialog(dialog.call_id, [*dialog.wires, late]),))

    assert [_verdict(name, seen).outcome for name in ("route-set", "ack-to-answer")] == ["passed", "passed"]


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
    found = _verdict("new-nonce", without_last(right()["new-nonce"], "INVITE"))

    assert found.outcome == "not run"


def test_a_session_interval_that_is_raised_to_min_se_passes_and_a_smaller_one_does_not() -> None:
    seen = right()["session-interval"]

    assert (
        _verdict("session-interval", raised(seen, b"Session-Expires: 1800\r\nMin-SE: 1800")).outcome
        == "passed"
    )
    assert (
        _verdict("session-interval", raised(seen, b"Session-Expires: 900\r\nMin-SE: 1800")).outcome
        == "failed"
    )
    assert _verdict("session-interval", raised(seen, b"Session-Expires: 1800")).outcome == "failed"


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


def test_a_session_that_is_refreshed_by_reinvite_passes_and_by_update_does_not() -> None:
    seen = never_refreshed(right()["session-refresh"])
    call, answer = seen.answers[0]
    again = next(each for each in right()["hold"].requests if each.method == "INVITE" and each.to_tag)
    refresh = replace(again, at=answer.at + 45)
    data = refresh.data.replace(b"INVITE", b"UPDATE")
    update = replace(refresh, data=data, message=parse(data))

    def with_(wire: Wire) -> Seen:
        return replace(seen, dialogs=(Dialog(call.call_id, [*call.wires, wire]),))

    assert _verdict("session-refresh", with_(refresh)).outcome == "passed"
    assert _verdict("session-refresh", with_(replace(refresh, at=answer.at + 0.1))).outcome == "failed"
    assert _verdict("session-refresh", with_(update)).outcome == "failed"
    assert _verdict("session-refresh", right()["session-refresh"]).outcome == "not run"


def test_audio_that_goes_where_the_answer_says_passes_and_elsewhere_does_not() -> None:
    seen = replace(right()["audio-elsewhere"], packets=right()["call"].packets)

    def towards(host: str) -> Seen:
        return packets(seen, lambda each: replace(each, target=Address(host, each.target.port)))

    assert _verdict("audio-elsewhere", towards("127.0.0.9")).outcome == "passed"
    assert _verdict("audio-elsewhere", towards("127.0.0.1")).outcome == "failed"


def test_a_contact_that_is_the_domain_would_bring_requests_back_to_the_cloud() -> None:
    seen = sent(
        right()["call"],
        "INVITE",
        "Contact: <sip:alice@127.0.0.1:5070",
        "Contact: <sip:alice@demo.sip.twilio.com",
    )

    found = _verdict("contact", seen)

    assert (found.outcome, found.said) == ("failed", "the Contact is the domain itself, and not the PBX")
