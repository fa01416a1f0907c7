"""Let the phone ring for three seconds before answering."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb


def answer() -> Response:
    """Return a <Pause>, then a <Say>."""
    return respond(verb("Pause", length="3"), verb("Say", "Thank you for waiting."))


FLOW = Flow("Pauses for 3 seconds before anything else, which delays the pick-up.", {"/pause-first": answer})
