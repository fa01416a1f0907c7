"""Ask for a user name and a password by HTTP Basic authentication."""

from __future__ import annotations

import hmac

from flask import Response, request

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb

CREDENTIALS = ("caller", "Open-Sesame-42")


def answer() -> Response:
    """Return 401 with a challenge until the right credentials come."""
    given = request.authorization
    pair = (given.username or "", given.password or "") if given and given.type == "basic" else ("", "")
    if hmac.compare_digest("\n".join(pair).encode(), "\n".join(CREDENTIALS).encode()):
        return respond(verb("Say", "You are known here."))
    return Response(
        "Who are you?",
        401,
        {"WWW-Authenticate": 'Basic realm="mock webhooks"'},
        content_type="text/plain; charset=utf-8",
    )


FLOW = Flow("Asks for user caller and password Open-Sesame-42 (HTTP Basic).", {"/basic-auth": answer})
