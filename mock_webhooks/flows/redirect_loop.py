"""Redirect to itself without end."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb


def answer() -> Response:
    """Return a <Redirect> to this same path."""
    return respond(verb("Redirect", "/redirect-loop"))


FLOW = Flow("Redirects to itself, for ever.", {"/redirect-loop": answer})
