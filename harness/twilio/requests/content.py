"""What an INVITE's body may be, and what it lets an answer be: a session description, as it is."""

from __future__ import annotations

from typing import Final

from harness.sip.message import Request
from harness.twilio.admission import Refused, Trail

SDP: Final = "application/sdp"
_RANGES: Final = frozenset({SDP, "application/*", "*/*"})
"""What in an Accept header field lets the answer be a session description."""


def unacceptable(request: Request, trail: Trail) -> Refused | None:
    """Return a refusal when a body cannot be read, or a session description not sent back (RFC 3261 section 8.2.3).

    A body without a Content-Type counts as a session description. An empty Accept is taken for none.
    """
    headers = request.headers
    if request.body:
        encoding = ", ".join(headers.list("content-encoding"))
        if encoding.lower() not in {"", "identity"}:
            return trail.refuse(
                "body", "unsupported-encoding", got=f"Content-Encoding: {encoding}", wanted="none",
                mend="send the body as it is, without compression",
            )  # fmt: skip
        if request.content_type not in {"", SDP}:
            return trail.refuse(
                "body", "unsupported-media-type", got=f"Content-Type: {request.content_type}", wanted=SDP,
                mend="send the session description as the only body, of the type application/sdp",
            )  # fmt: skip
    accepted = [each.partition(";")[0].strip().lower() for each in headers.list("accept")]
    if accepted and _RANGES.isdisjoint(accepted):
        return trail.refuse(
            "accept", "answer-not-acceptable", got=f"Accept: {', '.join(accepted)}", wanted=SDP,
            mend="list application/sdp in Accept, or leave Accept out",
        )  # fmt: skip
    return None
