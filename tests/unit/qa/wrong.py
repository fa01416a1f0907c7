"""A phone that does one thing wrong, for each check: what is seen of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sipdomain.qa.seen import Dialog, Seen
from sipdomain.qa.wire import Packet, Wire
from sipdomain.runtime.tls.lure import Handshake
from sipdomain.sip.codec import parse
from sipdomain.sip.outputs import Address
from tests.unit.qa.down import asking
from tests.unit.qa.played import (
    answered,
    changed,
    packets,
    right,
    sent,
    unanswered,
    without,
)

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
        _, answer = seen.answers[0]
        gone = (answer.at + seconds, answer.at + seconds + 3)
        return packets(seen, lambda each: None if gone[0] < each.at < gone[1] else each)

    return change


def _early_end(seen: Seen) -> Seen:
    """Let the PBX end the long call after ten minutes."""
    dialog, answer = seen.answers[0]
    bye = right()["hang-up"].answered[0].requests("BYE")[0]
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


def without_last(seen: Seen, method: str) -> Seen:
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


def with_session_timer(seen: Seen) -> Seen:
    return sent(seen, "INVITE", "Max-Forwards", "Session-Expires: 90\r\nMax-Forwards")


def raised(seen: Seen, fields: bytes) -> Seen:
    """Let the PBX call once more after the 422, with these header fields."""
    seen = with_session_timer(seen)
    dialog = seen.calls[0]
    last = dialog.invites[-1]
    data = last.data.replace(b"Session-Expires: 90", fields).replace(
        b"branch=z9hG4bK", b"branch=z9hG4bKraised"
    )
    wires = [*dialog.wires, replace(last, at=dialog.wires[-1].at + 0.1, data=data, message=parse(data))]
    return replace(seen, dialogs=(Dialog(dialog.call_id, wires),))


def _storms(seen: Seen) -> Seen:
    """Let the PBX ask again for what is refused, four times more."""
    dialog = seen.registrations[0]
    refused = [wire for wire in dialog.wires if wire.cseq == dialog.responses("REGISTER")[-1].cseq]
    wires = list(dialog.wires)
    for number in range(4):
        for each in refused:
            data = each.data.replace(b"branch=z9hG4bK", b"branch=z9hG4bKagain%d" % number)
            wires.append(replace(each, at=each.at + number + 1, data=data, message=parse(data)))
    others = [each for each in seen.dialogs if each is not dialog]
    return replace(seen, dialogs=(Dialog(dialog.call_id, wires), *others))


def _registers_once(seen: Seen) -> Seen:
    granted = seen.registrations[0].responses("REGISTER", least=200)
    at = next(each.at for each in granted if each.status == 200)
    return changed(seen, lambda wire: None if wire.by == "pbx" and wire.at > at else wire)


def never_refreshed(seen: Seen) -> Seen:
    """Let the answer grant a session of 90 s, and the PBX send no INVITE within the call."""

    def change(wire: Wire) -> Wire | None:
        if wire.by == "pbx" and wire.method == "INVITE" and wire.to_tag:
            return None
        if (
            wire.by != "cloud"
            or wire.status != 200
            or wire.cseq[1] != "INVITE"
            or wire.header("session-expires")
        ):
            return wire
        data = wire.data.replace(b"Content-Length", b"Session-Expires: 90;refresher=uac\r\nContent-Length", 1)
        return replace(wire, data=data, message=parse(data))

    return changed(seen, change)


def _same_version(seen: Seen) -> Seen:
    """Let the PBX write the version of its first description into all."""
    first = next(value for kind, value in seen.described("pbx")[0].session.lines if kind == "o")

    def change(wire: Wire) -> Wire:
        if wire.by != "pbx" or b"o=" not in wire.data:
            return wire
        lines = wire.data.split(b"\r\n")
        own = [b"o=" + first.encode() if line.startswith(b"o=") else line for line in lines]
        return replace(wire, data=b"\r\n".join(own), message=parse(b"\r\n".join(own)))

    return changed(seen, change)


def _bye_at_once(seen: Seen) -> Seen:
    """Let the PBX hang up as soon as its REFER left, so that no NOTIFY reaches it."""
    dialog = without(seen, "NOTIFY", by="cloud").answered[0]
    refer = dialog.requests("REFER")[0]
    data = refer.data.replace(b"REFER", b"BYE")
    bye = replace(refer, at=refer.at, data=data, message=parse(data))
    return replace(seen, dialogs=(Dialog(dialog.call_id, [*dialog.wires, bye]),))


def _shaken(seen: Seen, **changes: Any) -> Seen:
    """Let each connection by TLS be another."""
    return replace(seen, handshakes=tuple(replace(each, **changes) for each in seen.handshakes))


def _answering(seen: Seen, method: str, old: int, new: int) -> Seen:
    """Let the PBX answer a method by another status."""

    def change(wire: Wire) -> Wire:
        if wire.by != "pbx" or wire.status != old or wire.cseq[1] != method:
            return wire
        data = wire.data.replace(b"SIP/2.0 %d" % old, b"SIP/2.0 %d" % new)
        return replace(wire, data=data, message=parse(data))

    return changed(seen, change)


def _cancelled(seen: Seen) -> Seen:
    """Let the PBX give the call up once it has the 183."""
    dialog = seen.answered[0]
    cancel = right()["cancel"].calls[0].requests("CANCEL")[0]
    return replace(seen, dialogs=(Dialog(dialog.call_id, [*dialog.wires, cancel]),))


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
    "stale-nonce": lambda seen: without_last(seen, "INVITE"),
    "answers-407-in-call": lambda seen: without_last(seen, "BYE"),
    "answers-407-to-reinvite": lambda seen: without_last(seen, "INVITE"),
    "answer-numbers": lambda seen: packets(
        seen,
        lambda each: (
            replace(each, rtp=each.rtp._replace(payload_type=101)) if each.rtp.payload_type == 96 else each
        ),
    ),
    "session-version": _same_version,
    "sends-refer": _bye_at_once,
    "tls-version": lambda seen: replace(
        seen, handshakes=(Handshake("right", "", error="unsupported protocol"),)
    ),
    "tls-name": lambda seen: _shaken(seen, asked="sip.twilio.com"),
    "tls-certificates": lambda seen: _shaken(seen, error="", version="TLSv1.2", data=b"INVITE "),
    "unknown-bye": lambda seen: _answering(seen, "BYE", 481, 200),
    "answers-options": lambda seen: unanswered(seen, "OPTIONS"),
    "early-media": _cancelled,
    "early-media-heard": lambda seen: replace(seen, told={"heard": False}),
    "no-strangers": lambda seen: replace(seen, stranger=(100, 180)),
    "own-realm-only": lambda seen: sent(seen, "BYE", "Max-Forwards", f"{_STRANGE}\r\nMax-Forwards"),
    "ack-each-answer": lambda seen: _without_copies(seen, "ACK"),
    "cancel": lambda seen: sent(seen, "CANCEL", "branch=z9hG4bK", "branch=z9hG4bKother"),
    "hold": lambda seen: sent(seen, "INVITE", "a=sendonly", "a=sendrecv"),
    "session-interval": with_session_timer,
    "registration-interval": lambda seen: sent(seen, "REGISTER", "Expires: 4000", "Expires: 600"),
    "registration-off": _registers_for_ever,
    "bindings-full": _storms,
    "own-contact": _registers_once,
    "crossed-cancel": lambda seen: without(seen, "BYE"),
    "other-tag": lambda seen: without(seen, "ACK", within=True),
    "audio-elsewhere": lambda seen: packets(seen, lambda _: None),
    "answers-reinvite": lambda seen: answered(seen, "a=recvonly", "a=sendrecv"),
    "glare": lambda seen: without_last(seen, "INVITE"),
    "takes-refer": lambda seen: without(seen, "NOTIFY"),
    "strange-messages": lambda seen: unanswered(seen, "BYE"),
    "session-refresh": never_refreshed,
    "registration-granted": _registers_once,
    "registers": lambda seen: sent(seen, "REGISTER", "Expires: 3600", "Expires: 60"),
    "qualifies": lambda seen: seen,
    "bad-line": _gone_after(3.0),
    "no-audio": _early_end,
    "forked-answers": lambda seen: without(seen, "BYE"),
    "redirect": lambda seen: replace(seen, elsewhere=(seen.calls[0].invites[-1].data,)),
    "edge-down": lambda _: asking(0.0, 30.0, 60.0, 90.0, calls_at=(70.0,)),
    "edge-recovers": lambda _: asking(0.0, 30.0, 60.0),
}
"""By check: what a phone does that does this one thing wrong."""
