"""Ask for a key, and say which one came."""

from __future__ import annotations

from flask import Response, request

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb


def answer() -> Response:
    """Return one <Gather>; once it brings a key, the words for it."""
    digits = request.values.get("Digits")
    if digits:
        return respond(verb("Say", f"You pressed {digits}."))
    gather = verb("Gather", numDigits="1")
    gather.append(verb("Say", "Press a key."))
    return respond(gather, verb("Say", "You pressed nothing."))


FLOW = Flow("Asks for a key, and says which one came.", {"/menu": answer})
