"""Send TwiML without a Content-Type."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb


def answer() -> Response:
    """Return good TwiML with the header field left out."""
    response = respond(verb("Say", "Hello"))
    del response.headers["Content-Type"]
    return response


FLOW = Flow("Sends good TwiML without a Content-Type.", {"/no-content-type": answer})
