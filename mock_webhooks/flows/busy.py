"""Refuse the call as busy."""

from __future__ import annotations

from flask import Response

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb


def answer() -> Response:
    """Return a <Reject> for being busy."""
    return respond(verb("Reject", reason="busy"))


FLOW = Flow("Refuses the call as busy.", {"/busy": answer})
