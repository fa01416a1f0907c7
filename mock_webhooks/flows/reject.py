"""Refuse the call."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb


def answer() -> Response:
    """Return a plain <Reject>."""
    return respond(verb("Reject"))


FLOW = Flow("Refuses the call.", {"/reject": answer})
