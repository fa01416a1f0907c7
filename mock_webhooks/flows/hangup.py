"""Answer and hang up at once."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb


def answer() -> Response:
    """Return a <Hangup>."""
    return respond(verb("Hangup"))


FLOW = Flow("Hangs up at once.", {"/hangup": answer})
