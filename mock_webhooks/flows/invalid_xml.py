"""Send XML whose tags do not match."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import CONTENT_TYPE


def answer() -> Response:
    """Return TwiML with a <Say> that is never closed."""
    return Response("<Response>\n  <Say>Hello\n</Response>\n", content_type=CONTENT_TYPE)


FLOW = Flow("Sends XML that is not well-formed.", {"/invalid-xml": answer})
