"""Send the call on to the greeting, by a relative URL, an absolute one, or HTTP itself."""

from __future__ import annotations

from urllib.parse import urljoin

from flask import Response, request

from mock_webhooks.flows.flow import Flow
from mock_webhooks.twiml import respond, verb


def relative() -> Response:
    """Return a <Redirect> to a URL relative to this one."""
    return respond(verb("Redirect", "greeting"))


def absolute() -> Response:
    """Return a <Redirect> to a whole URL."""
    return respond(verb("Redirect", urljoin(request.host_url, "/greeting")))


def over_http() -> Response:
    """Return 302 with a Location."""
    return Response(status=302, headers={"Location": "/greeting"})


FLOW = Flow(
    "Redirects to the greeting: by a relative URL, by an absolute one, by HTTP 302.",
    {"/redirect": relative, "/redirect/absolute": absolute, "/redirect/http": over_http},
)
