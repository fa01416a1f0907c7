"""Requests that were refused: by credentials again and again, by codecs, or otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sipdomain.trace.calls import Call, cseq, status
from sipdomain.trace.finding import Finding
from sipdomain.trace.trace import SipPacket

_CHALLENGES: Final = frozenset({401, 407})
_CODECS: Final = frozenset({415, 488, 606})
_USUAL: Final = frozenset({*_CHALLENGES, 487, 423, 422, 491})
"""Not the end of the matter: what follows them is part of how SIP works."""
_MENDS: Final = {
    403: "see whether the caller's address is on the access list, its credentials are right, and the domain's name is "
    "right",
    404: "see the host of the Request-URI: it has to be the domain's whole name; and the number or user before the @",
    408: "see whether the far end can be reached",
    480: "see whether the phone is registered, and answers",
    482: "see where the far end sends the call: it came round to it again",
    483: "raise Max-Forwards to 70, or look for a loop of proxies",
    486: "nothing, if the phone was busy",
    503: "wait as long as Retry-After says, or use the next address",
    603: "nothing, if the called one declined",
}


def credentials_again_and_again(call: Call) -> Iterator[Finding]:
    """Find credentials that were answered by another challenge, or refused."""
    for method in ("INVITE", "REGISTER"):
        tries = [each for each in call.requests(method) if _credentials(each)]
        numbers = {cseq(each)[0] for each in tries}
        answers = [each for each in call.responses(method) if cseq(each)[0] in numbers]
        again = [each for each in answers if status(each) in _CHALLENGES and not _is_stale(each)]
        refused = [each for each in answers if status(each) == 403]
        if not again and not refused:
            continue
        shown = (again or refused)[0]
        first = next(each for each in tries if cseq(each)[0] == cseq(shown)[0])
        said = f"{len(again)} challenges" if len(again) > 1 else "another challenge" if again else "403"
        wanted = _parameter(shown, "realm")
        used = f"user {_parameter(first, 'username')!r}, realm {_parameter(first, 'realm')!r}"
        realm = f"; the challenge names realm {wanted!r}" if wanted else ""
        yield Finding(
            "credentials", "error", (first.number, *(each.number for each in (*again, *refused))), first.at,
            f"{method} with credentials ({used}) was answered by {said}{realm}",
            "the user name or the password is another one than the far end has, or was computed for another realm or URI "
            "(RFC 3261 section 22)",
            "compare user name and password with the credential list; take the realm as the challenge gives it",
        )  # fmt: skip


def refused(call: Call) -> Iterator[Finding]:
    """Find an INVITE or REGISTER that was refused for good."""
    for method in ("INVITE", "REGISTER"):
        seen: set[tuple[int, int]] = {
            (cseq(each)[0], 403) for each in call.requests(method) if _credentials(each)
        }
        for each in call.responses(method):
            key = (cseq(each)[0], status(each))
            if status(each) < 300 or status(each) in _USUAL or key in seen:
                continue
            seen.add(key)
            yield _codecs(call, each) if status(each) in _CODECS else _refusal(each, method)


def _refusal(packet: SipPacket, method: str) -> Finding:
    said = f"{status(packet)} {getattr(packet.message, 'reason', '')}".rstrip()
    headers = packet.message.headers
    more = next(
        (
            f"; {name}: {value}"
            for name in ("Warning", "Reason", "X-Twilio-Error")
            if (value := headers.get(name))
        ),
        "",
    )
    return Finding(
        "refused", "error", (packet.number,), packet.at, f"{method} was refused with {said}{more}",
        "the far end does not want this request, or not now",
        _MENDS.get(status(packet), "read what the far end logs of it; RFC 3261 section 21 says what the status means"),
    )  # fmt: skip


def _codecs(call: Call, packet: SipPacket) -> Finding:
    offer = next((each for each in reversed(call.described) if each.packet.at <= packet.at), None)
    warning = packet.message.headers.get("warning")
    more = f"; Warning: {warning}" if warning else ""
    if offer is None:
        offered = "without a session description"
    else:
        names = offer.media.encodings()
        listed = ", ".join(names.get(each, _STATIC.get(each, each)) for each in offer.media.formats[:12])
        offered = f"of {offer.media.protocol} with {listed}"
    return Finding(
        "codec-mismatch", "error",
        ((offer.packet.number, packet.number) if offer is not None else (packet.number,)), packet.at,
        f"the offer {offered} was refused with {status(packet)}{more}",
        "no codec, or no kind of transport (RTP/AVP, RTP/SAVP), is one that both sides have (RFC 3264 section 6)",
        "offer PCMU or PCMA; RTP/AVP to a plain domain, RTP/SAVP with SDES to one with secure media",
    )  # fmt: skip


_STATIC: Final = {"0": "PCMU", "3": "GSM", "4": "G723", "8": "PCMA", "9": "G722", "13": "CN", "18": "G729"}


def _credentials(packet: SipPacket) -> str:
    headers = packet.message.headers
    return headers.get("proxy-authorization") or headers.get("authorization") or ""


def _challenge(packet: SipPacket) -> str:
    headers = packet.message.headers
    return headers.get("proxy-authenticate") or headers.get("www-authenticate") or ""


def _is_stale(packet: SipPacket) -> bool:
    return "stale=true" in _challenge(packet).lower().replace(" ", "").replace('"', "")


def _parameter(packet: SipPacket, name: str) -> str:
    """Return a parameter of the credentials or the challenge of a message, or ""."""
    text = _credentials(packet) if not status(packet) else _challenge(packet)
    for part in text.partition(" ")[2].split(","):
        key, _, value = part.strip().partition("=")
        if key.lower() == name:
            return value.strip('"')[:80]
    return ""
