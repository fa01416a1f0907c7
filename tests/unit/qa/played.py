"""What is seen of the phone that is built in, in each situation, in virtual time; and the same with something changed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import lru_cache

from sipdomain.qa.check import Check
from sipdomain.qa.examination import examine
from sipdomain.qa.grade import Result
from sipdomain.qa.making import Wishes, make_bench
from sipdomain.qa.seen import Dialog, Seen
from sipdomain.qa.situations import SITUATIONS
from sipdomain.qa.wire import Packet, Wire
from sipdomain.runtime.tls.lure import SHOWN, Handshake
from sipdomain.sip.codec import parse

PASSWORD = "Correct-Horse-42"
PLAYED = (
    "call", "hang-up", "keys", "silence", "hold", "cancel", "refusals", "stale-nonce", "new-nonce", "refused-for-ever",
    "challenged-bye", "another-realm", "unheard", "ack-lost", "session-interval", "register", "registration-interval",
    "registration-off", "long-call", "cloud-holds", "glare", "crossed-cancel", "other-tag", "audio-elsewhere", "refer",
    "challenged-hold", "strays", "early-media", "forked-answers", "bad-line", "no-audio",
    "other-numbers", "transfer", "strange-messages", "registration-granted", "session-refresh",
    "bindings-full", "ten-bindings",
)  # fmt: skip

HANDSHAKES = (
    Handshake(
        "right", "demo.sip.twilio.com", "TLSv1.2", data=b"INVITE sip:100@demo.sip.twilio.com SIP/2.0\r\n"
    ),
    *(Handshake(shown, "demo.sip.twilio.com", error="tlsv1 alert unknown ca") for shown in SHOWN[1:]),
)
"""The connections by TLS of a PBX that looks at certificates."""


@lru_cache(maxsize=1)
def right() -> dict[str, Seen]:
    """Return what is seen in each situation of a phone that does as it should."""
    wishes = Wishes("phone", "", "demo", "alice", PASSWORD)
    bench = make_bench(wishes, tell=lambda _: None, skipped=lambda: False, substrate="sim")
    with closing(bench.world):
        found = {name: bench.play(SITUATIONS[name].play, SITUATIONS[name].asks) for name in PLAYED}
    return found | {
        "early-media": replace(found["early-media"], told={"heard": True}),
        "tls": replace(found["call"], handshakes=HANDSHAKES),
        "stranger": replace(found["call"], stranger=(100, 401)),
        "redirect": moved(found["refusals"]),
    }


def result_of_the_phone(check: Check) -> Result:
    """Play the situation of a check with the phone that is built in, and return how the check ended."""
    wishes = Wishes("phone", "", "demo", "alice", PASSWORD)
    bench = make_bench(wishes, tell=lambda _: None, skipped=lambda: False, substrate="sim")
    with closing(bench.world):
        ((result,),) = [each.results for each in examine(bench, {SITUATIONS[check.situation]: [check]})]
    return result


def moved(seen: Seen) -> Seen:
    """Return a call that got 302 in place of another refusal, and whose Contact was not called."""
    call = next(each for each in seen.calls if any(wire.status == 404 for wire in each.wires))

    def other(wire: Wire) -> Wire:
        if wire.status != 404:
            return wire
        data = wire.data.replace(
            b"404 Not Found", b"302 Moved Temporarily\r\nContact: <sip:100@127.0.0.98:5060>"
        )
        return replace(wire, data=data, message=parse(data))

    dialog = Dialog(call.call_id, [other(each) for each in call.wires])
    return replace(seen, dialogs=(dialog,), marks={}, elsewhere=())


def changed(seen: Seen, change: Callable[[Wire], Wire | None]) -> Seen:
    """Return what was seen with each message changed, or left out where the change is None."""
    dialogs = [
        Dialog(each.call_id, [wire for wire in map(change, each.wires) if wire is not None])
        for each in seen.dialogs
    ]
    return replace(seen, dialogs=tuple(dialogs))


def sent(seen: Seen, method: str, old: str, new: str) -> Seen:
    """Return what was seen with a text of the PBX's requests of a method written differently."""

    def change(wire: Wire) -> Wire:
        if wire.by != "pbx" or wire.method != method or old.encode() not in wire.data:
            return wire
        data = wire.data.replace(old.encode(), new.encode())
        return replace(wire, data=data, message=parse(data))

    found = changed(seen, change)
    assert found != seen, f"no {method} of the PBX has {old!r}"
    return found


def without(seen: Seen, method: str, *, by: str = "pbx", within: bool = False) -> Seen:
    """Return what was seen without requests of a method, or those within a dialog alone."""
    return changed(
        seen,
        lambda wire: (
            None if wire.by == by and wire.method == method and (wire.to_tag or not within) else wire
        ),
    )


def unanswered(seen: Seen, method: str) -> Seen:
    """Return what was seen without the PBX's responses to a method."""
    return changed(
        seen, lambda wire: None if wire.by == "pbx" and wire.status and wire.cseq[1] == method else wire
    )


def packets(seen: Seen, change: Callable[[Packet], Packet | None]) -> Seen:
    """Return what was seen with each packet of the PBX's audio changed, or left out."""
    found = [change(each) if each.by == "pbx" else each for each in seen.packets]
    return replace(seen, packets=tuple(each for each in found if each is not None))


def answered(seen: Seen, old: str, new: str) -> Seen:
    """Return what was seen with a text of the PBX's 200s to INVITEs written differently."""

    def change(wire: Wire) -> Wire:
        if wire.by != "pbx" or wire.status != 200 or wire.cseq[1] != "INVITE":
            return wire
        data = wire.data.replace(old.encode(), new.encode())
        return replace(wire, data=data, message=parse(data))

    return changed(seen, change)
