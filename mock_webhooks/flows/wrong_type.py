"""Send TwiML under a Content-Type that means something else."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import document, verb


def answer() -> Response:
    """Return good TwiML as application/json."""
    return Response(document(verb("Say", "Hello")), content_type="application/json")


FLOW = Flow("Sends good TwiML as application/json.", {"/wrong-type": answer})
