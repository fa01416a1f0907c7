"""Say hello, then hang up."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb


def answer() -> Response:
    """Return one <Say>."""
    return respond(verb("Say", "Hello. Your call has reached the mock webhooks."))


FLOW = Flow("Says hello and hangs up.", {"/greeting": answer})
