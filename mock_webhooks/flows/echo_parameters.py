"""Say what the request brought."""

from __future__ import annotations

from flask import Response, request

from mock_webhooks.flows.flow import Flow
from mock_webhooks.parameters import read_parameters
from mock_webhooks.twiml import respond, verb

LONGEST = 4096


def answer() -> Response:
    """Return a <Say> of all parameters, in the order sent, up to the 4096 characters that one may have."""
    pairs = [f"{name} is {value}" for name, value in read_parameters(request, request.get_data())]
    return respond(verb("Say", ("; ".join(pairs) or "There are no parameters")[:LONGEST]))


FLOW = Flow("Reads the request's parameters aloud.", {"/echo-parameters": answer})
