"""Set a cookie and see whether it comes back with the next request of the call."""

from __future__ import annotations

from flask import Response, request

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb


def answer() -> Response:
    """Return a <Redirect> to itself with a cookie; when the cookie comes back, say so."""
    if request.cookies.get("visited") == "yes":
        return respond(verb("Say", "The cookie came back."))
    if "again" in request.args:
        return respond(verb("Say", "The cookie was lost."))
    response = respond(verb("Redirect", "/cookies?again=yes"))
    response.set_cookie("visited", "yes", httponly=True, samesite="Lax")
    return response


FLOW = Flow(
    "Sets a cookie, redirects to itself, and says whether the cookie came back.", {"/cookies": answer}
)
