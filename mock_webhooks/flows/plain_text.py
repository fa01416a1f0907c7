"""Send words instead of TwiML."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow


def answer() -> Response:
    """Return a sentence as text/plain."""
    return Response("These are plain words.", content_type="text/plain; charset=utf-8")


FLOW = Flow("Sends plain words, which are read aloud.", {"/plain-text": answer})
