"""What stops a request of any method before its own rules: no hop left, or an extension that is required."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sipdomain.sip.message import Request
from sipdomain.sip.session_timer import TIMER
from sipdomain.twilio.admission.admission import Admission, Refused, Trail

FEWEST_HOPS: Final = 20
"""What the service asks for (https://www.twilio.com/docs/api/errors/32006)."""
_NOT_FORWARDED: Final = frozenset({"CANCEL", "OPTIONS"})
"""What the edge answers itself, so Max-Forwards 0 does not matter (RFC 3261 sections 9.2, 11)."""


def out_of_hops(request: Request, admission: Admission, trail: Trail) -> Refused | None:
    """Return a refusal when the request may go no further (rule too-many-hops)."""
    if request.method in _NOT_FORWARDED or _hops_left(request) > 0:
        return None
    trail.domain = admission.locate(request)
    return trail.refuse(
        "max-forwards", "too-many-hops", got="Max-Forwards: 0", wanted="1 or more",
        mend="send Max-Forwards: 70; look for a loop between your servers if you do",
    )  # fmt: skip


def note_few_hops(request: Request, trail: Trail) -> None:
    """Note a request that the live service may not get to its end (rule few-hops)."""
    hops = _hops_left(request)
    if hops < FEWEST_HOPS:
        trail.note(
            "max-forwards", "noted", "few-hops", got=f"Max-Forwards: {hops}", wanted=f"{FEWEST_HOPS} or more",
            code=32006, mend="send Max-Forwards: 70; the service asks for 20 at least",
        )  # fmt: skip


def lacks_extension(request: Request, trail: Trail) -> Refused | None:
    """Return a refusal when the request requires an extension other than timer (rules require, session-timer).

    In a CANCEL the header fields mean nothing (RFC 3261 section 8.2.2.3).
    """
    headers = request.headers
    if request.method == "CANCEL" or ("require" not in headers and "proxy-require" not in headers):
        return None
    needs = [
        (field, [name for name in headers.list(field.lower()) if name.lower() != TIMER])
        for field in ("Require", "Proxy-Require")
    ]
    names = ", ".join(dict.fromkeys(name for _, listed in needs for name in listed))
    if not names:
        return None
    refused = trail.refuse(
        "require", "unsupported-extension",
        got="; ".join(f"{field}: {', '.join(listed)}" for field, listed in needs if listed), wanted="no extension",
        mend=f"do not require {names}; Supported is enough",
    )  # fmt: skip
    return Refused(replace(refused.refusal, headers=(("Unsupported", names),)))


def _hops_left(request: Request) -> int:
    """Return Max-Forwards; a value out of its range is taken for the usual one (RFC 3261 section 8.1.1.6)."""
    text = request.headers.get("max-forwards") or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 3 else 70
