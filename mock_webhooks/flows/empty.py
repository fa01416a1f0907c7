"""Send nothing at all, as if it were TwiML."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import CONTENT_TYPE


def answer() -> Response:
    """Return 200 with an empty body."""
    return Response(b"", content_type=CONTENT_TYPE)


FLOW = Flow("Sends an empty body.", {"/empty": answer})
