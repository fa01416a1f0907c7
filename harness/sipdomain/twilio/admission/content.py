"""What a body may be: a session description, alone or as a part, and what lets an answer be one."""

from __future__ import annotations

from typing import Final

from sipdomain.errors import RemoteProtocolError
from sipdomain.sip.message import Request
from sipdomain.sip.multipart import SDP, description, is_multipart
from sipdomain.twilio.admission.admission import Refused, Trail

_RANGES: Final = frozenset({SDP, "application/*", "*/*"})
"""What in an Accept header field lets the answer be a session description."""


def unacceptable(request: Request, trail: Trail) -> Refused | None:
    """Return a refusal when a body cannot be read, or a session description not sent back (RFC 3261 section 8.2.3).

    An empty Accept is taken for none.
    """
    headers = request.headers
    if request.body:
        encoding = ", ".join(headers.list("content-encoding"))
        if encoding.lower() not in {"", "identity"}:
            return trail.refuse(
                "body", "unsupported-encoding", got=f"Content-Encoding: {encoding}", wanted="none",
                mend="send the body as it is, without compression",
            )  # fmt: skip
        kind = request.content_type
        if not is_multipart(kind) and kind not in {"", SDP}:
            return trail.refuse(
                "body", "unsupported-media-type", got=f"Content-Type: {kind}", wanted=SDP,
                mend="send the session description with the type application/sdp, alone or as a part of multipart/mixed",
            )  # fmt: skip
        try:
            description(request)
        except RemoteProtocolError as error:
            return trail.refuse(
                "body", "unsupported-media-type", got=f"{error}", wanted=f"a part of the type {SDP}",
                mend=f"send a part of the type {SDP}, and the other parts with Content-Disposition: …;handling=optional",
                rule="multipart",
            )  # fmt: skip
    accepted = [each.partition(";")[0].strip().lower() for each in headers.list("accept")]
    if accepted and _RANGES.isdisjoint(accepted):
        return trail.refuse(
            "accept", "answer-not-acceptable", got=f"Accept: {', '.join(accepted)}", wanted=SDP,
            mend="list application/sdp in Accept, or leave Accept out",
        )  # fmt: skip
    return None
