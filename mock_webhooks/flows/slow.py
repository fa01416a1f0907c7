"""Answer late, on purpose."""

from __future__ import annotations

from flask import Response, request

from mock_webhooks import delay
from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb


def answer() -> Response:
    """Return a <Say> that waits for `seconds` of the query, 20 unless given, at most 60."""
    response = respond(verb("Say", "Sorry to have kept you waiting."))
    response.headers[delay.HEADER] = f"{delay.seconds(request.args.get('seconds', '20')):g}"
    return response


FLOW = Flow(
    "Answers after 20 seconds, longer than the provider waits; /slow?seconds=5 after 5.", {"/slow": answer}
)
