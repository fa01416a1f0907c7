"""What a NOTIFY about a transfer reports: the first line of a message/sipfrag (RFC 3420, RFC 3515 section 2.4.5)."""

from __future__ import annotations

from typing import Final

from sipdomain.sip.message import Request

SIPFRAG: Final = "message/sipfrag"


def status_of(request: Request) -> int | None:
    """Return the status in a sipfrag, or None where there is none."""
    if request.content_type.partition(";")[0].strip().lower() != SIPFRAG:
        return None
    version, _, rest = request.body.partition(b" ")
    digits = rest[:3]
    is_status = (
        version.upper() == b"SIP/2.0" and len(digits) == 3 and digits.isdigit() and rest[3:4] in b" \r\n"
    )
    return int(digits) if is_status and 100 <= int(digits) < 700 else None
