"""Apologise: the voice URL has failed."""

from __future__ import annotations

from flask import Response, request

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb


def answer() -> Response:
    """Return a <Say> that names the error code the provider sent, if it did."""
    code = request.values.get("ErrorCode")
    reason = f" The error code is {code}." if code else ""
    return respond(verb("Say", f"Sorry, something went wrong.{reason}"))


FLOW = Flow("Apologises and names the ErrorCode; meant as a fallback URL.", {"/fallback": answer})
