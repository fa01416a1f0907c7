"""Keys sent by INFO, which the service does not take: said once in a call, with what to change."""

from __future__ import annotations

from typing import Final

from sipdomain.sip.message import Request
from sipdomain.twilio.admission.admission import Trail
from sipdomain.twilio.calls.leg import Service
from sipdomain.twilio.engine.turn import Turn

_KINDS: Final = ("application/dtmf", "application/vnd.nortelnetworks.digits", "audio/telephone-event")
"""How the content types begin by which phones send keys in INFO: `application/dtmf-relay`, `application/dtmf`, ..."""
SEND_AS_EVENTS: Final = (
    "send keys as telephone-event (RFC 4733): dtmf_mode=rfc4733 in Asterisk's pjsip.conf, dtmf-type rfc2833 in FreeSWITCH, "
    '"RFC 2833" or "RTP" at phones'
)


def note_keys(service: Service, request: Request, turn: Turn) -> bool:
    """Take note of the first INFO with keys in a call; return whether this is one. Each gets its 405."""
    kind = request.content_type
    call = service.calls.of_request(request) if request.to.tag else None
    if request.method != "INFO" or call is None or not kind.startswith(_KINDS):
        return False
    if "info-keys" in call.noted:
        return True
    call.noted.add("info-keys")
    trail = Trail(request, turn.now, domain=call.domain)
    trail.note(
        "keys", "refused", "methods", reason="keys-by-info", got=f"INFO with {kind}",
        wanted="telephone-event in RTP", mend=SEND_AS_EVENTS,
    )  # fmt: skip
    turn.out.extend(trail.decisions)
    return True
