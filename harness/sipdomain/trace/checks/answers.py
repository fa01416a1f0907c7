"""Messages without what has to follow them: answers, ACK, ringing; and an answer that crosses a CANCEL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.sip.message import Request
from sipdomain.trace.calls import Call, branch, cseq, status
from sipdomain.trace.finding import Finding
from sipdomain.trace.trace import SipPacket

T1: Final = 0.5
"""After how many seconds a message is sent again (RFC 3261 section 17.1.1.1): before that, nothing is missing yet."""
_A_FEW: Final = 2
LATE: Final = 4.0
"""How many seconds a caller may wait for ringing or an answer, by our measure, before it is said."""


def requests_without_an_answer(call: Call) -> Iterator[Finding]:
    """Find requests that were sent several times, or that nothing came back to."""
    for copies in _copies(each for each in call.packets if isinstance(each.message, Request)):
        first, method = copies[0], cseq(copies[0])[1]
        if method == "ACK":
            continue
        came = [each for each in call.responses(method) if branch(each) == branch(first)]
        numbers, times = tuple(each.number for each in copies), _times(len(copies))
        if not came and call.last_at - first.at >= T1:
            name = "bye-unanswered" if method == "BYE" else "no-answer"
            yield Finding(
                name, "error", numbers, first.at,
                f"{method} was sent {times} to {first.target}, and nothing came back",
                "it never arrived, the answer was lost, or whoever listens there does not take it",
                "see that SIP is let through both ways, and that address and port are the right ones"
                if method != "BYE" else
                "see that the far end's Contact and Route lead to it; it owes a 481 even when it has no such dialog",
            )  # fmt: skip
        elif came and copies[-1].at > came[-1].at:
            yield Finding(
                "answer-lost", "warning", (*numbers, came[0].number), first.at,
                f"{method} was sent {times}, also after it was answered",
                "the answer does not arrive: it was lost behind where the capture was made, or went to another place",
                "see that answers go where the Via says: received and rport (RFC 3581); look for loss",
            )  # fmt: skip
        elif len(copies) > 1 and came:
            yield Finding(
                "request-repeated", "warning", numbers, first.at,
                f"{method} was sent {times}; the first answer came after {came[0].at - first.at:.1f} s",
                "a datagram was lost, or the far end takes longer than 0.5 s to say 100 (RFC 3261 section 17.1.1.2)",
                "look for loss on the way; use TCP or TLS where it cannot be mended",
            )  # fmt: skip


def final_responses_without_ack(call: Call) -> Iterator[Finding]:
    """Find final responses to an INVITE that had to be repeated, or that no ACK came to."""
    finals = [each for each in call.responses("INVITE") if status(each) >= 200]
    acks = call.requests("ACK")
    for copies in _copies(finals):
        first, words = copies[0], _words(copies[0])
        ack = next((each for each in acks if cseq(each)[0] == cseq(first)[0] and each.at >= first.at), None)
        numbers, times = tuple(each.number for each in copies), _times(len(copies))
        if ack is None:
            if call.last_at - first.at >= T1:
                yield Finding(
                    "no-ack", "error", numbers, first.at,
                    f"{words} was sent {times}, and no ACK came",
                    "the ACK goes to the Contact of the response by the Record-Routes, which lead elsewhere; or it was "
                    "lost. The call ends after 32 s (RFC 3261 section 13.3.1.4)",
                    "see where the ACK is sent to: look for a private address in Contact, and for a proxy or SIP ALG that "
                    "rewrites Contact or Record-Route",
                )  # fmt: skip
        elif copies[-1].at > ack.at:
            yield Finding(
                "ack-lost", "error" if len(copies) > _A_FEW else "warning", (ack.number, *numbers), first.at,
                f"{words} was sent {times}, also after its ACK",
                "the ACK does not arrive, or not as one: it was lost behind where the capture was made, or goes to another "
                "place than the far end listens at",
                "compare the Request-URI and Route of the ACK with Contact and Record-Route of the response; look for loss",
            )  # fmt: skip
        elif len(copies) > 1:
            yield Finding(
                "response-repeated", "warning", (*numbers, ack.number), first.at,
                f"{words} was sent {times}; its ACK came after {ack.at - first.at:.1f} s",
                "the response or the first ACK was lost on the way (RFC 3261 section 13.3.1.4)",
                "look for loss on the way; use TCP or TLS where it cannot be mended",
            )  # fmt: skip


def late_ringing(call: Call) -> Iterator[Finding]:
    """Find calls in which the caller heard nothing for long."""
    for copies in _copies(call.requests("INVITE")):
        invite = copies[0]
        came = [
            each for each in call.responses("INVITE") if branch(each) == branch(invite) and status(each) > 100
        ]
        if not came or came[0].at - invite.at < LATE or status(came[0]) >= 300:
            continue
        first, waited = came[0], came[0].at - invite.at
        rings = status(first) < 200
        yield Finding(
            "late-ringing" if rings else "no-ringing", "warning", (invite.number, first.number), invite.at,
            f"{_words(first)} came {waited:.1f} s after the INVITE"
            + ("" if rings else ", and nothing that rings before it"),
            "the far end looks something up, tries other places or waits for its application before it rings",
            "let it send 180 or 183 at once; or let the caller's PBX ring by itself after 100",
        )  # fmt: skip


def cancel_race(call: Call) -> Iterator[Finding]:
    """Find an answer that crossed a CANCEL."""
    cancel = next(iter(call.requests("CANCEL")), None)
    answered = call.answered
    if cancel is None or answered is None or cseq(answered)[0] != cseq(cancel)[0]:
        return
    ended = next((each for each in call.requests("BYE") if each.at >= answered.at), None)
    yield Finding(
        "cancel-race", "warning" if ended is not None else "error",
        (cancel.number, answered.number, *((ended.number,) if ended is not None else ())), cancel.at,
        f"CANCEL and {_words(answered)} crossed: {abs(answered.at - cancel.at) * 1000:.0f} ms lie between them, "
        + ("and a BYE ended the call" if ended is not None else "and no BYE ended the call"),
        "the call was answered while its caller gave up; a CANCEL then has no effect (RFC 3261 section 9.1)",
        "send ACK and at once BYE to a 2xx that comes after a CANCEL (RFC 3261 section 15)"
        if ended is None else "nothing, if the caller expects it: this is how such a call has to end",
    )  # fmt: skip


def _copies(packets: Iterator[SipPacket] | list[SipPacket]) -> list[list[SipPacket]]:
    """Return messages with their copies, in order."""
    found: dict[tuple[bytes, object], list[SipPacket]] = {}
    for each in packets:
        found.setdefault((each.data, each.source), []).append(each)
    return list(found.values())


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _words(packet: SipPacket) -> str:
    return f"the {status(packet)} {getattr(packet.message, 'reason', '')}".rstrip()
